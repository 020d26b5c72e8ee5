"""R3: no space left, in three ways: the file may not grow, the process may not write more, the disk is full.

A command fails within a second and leaves nothing; reading goes on; nothing is done that is not in the journal; and
when there is space again everything goes on by itself.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from engine import Runtime
from engine.clock import SystemClock, monotonic
from engine.db import unavailable
from engine.errors import ASKED_WRONGLY
from engine.orders import Order
from tests.campaigns import planted
from tests.campaigns.acts import next_order
from tests.campaigns.checks import violations
from tests.campaigns.kills import context, settle
from tests.campaigns.notebook import Notebook
from tests.campaigns.servers import fresh_url
from tests.campaigns.world import World

SECONDS, MOST, DURING = 1.0, 2_000, 20
Tight = Callable[[Runtime], AbstractContextManager[None]]


@dataclass
class Full:
    """``refused`` counts the commands that met no space, in so many runs."""

    refused: int = 0
    slowest: float = 0.0
    found: list[str] = field(default_factory=list)


def full(folder: Path, kind: str, runs: int, seed: str, fault: str = "") -> Full:
    """One kind of want, so many times, each in a process of its own."""
    total = Full()
    with context.Pool(1, maxtasksperchild=1) as pool:
        works = [(folder / f"{kind}{number}", kind, f"{seed}:{kind}:{number}", fault) for number in range(runs)]
        for one in pool.starmap(_run, works, chunksize=1):
            total.refused += one.refused
            total.slowest = max(total.slowest, one.slowest)
            total.found += one.found
    return total


def may_mount() -> bool:
    """Whether this process may have a small disk of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return os.geteuid() == 0 and _mount(Path(folder)) and _unmount(Path(folder))


def _run(folder: Path, kind: str, seed: str, fault: str) -> Full:
    notes = folder / "notes"  # What a client was told must not be short of space, too.
    notes.mkdir(parents=True)
    with _place(folder / "small", kind) as small, fresh_url(small, None, "tight") as url:
        world = World(url, notes, SystemClock().now(), fault)
        world.prepare()
        runtime, found, choices = planted.runtime(world, apart=0), Full(), Random(seed)
        book = Notebook(world.folder / "client-1.log")
        for _ in range(choices.randint(5, 40)):
            _give(runtime, book, next_order(runtime, choices), found)
        with _TIGHT[kind](runtime):
            orders = list(_until_refused(runtime, book, choices, found))
        for order in orders:  # Nobody has repaired anything.
            _give(runtime, book, order, found)
        runtime.database.dispose()
        found.found += [*settle(world), *violations(world)]
        return found


def _until_refused(runtime: Runtime, book: Notebook, choices: Random, found: Full) -> Iterator[Order]:
    """Commands until one meets no space, and some more; gives those that did."""
    left = MOST
    while left > 0:
        order = next_order(runtime, choices)
        left -= 1
        if _give(runtime, book, order, found) is not None:
            if not found.refused:
                left = DURING
            found.refused += 1
            yield order
    if not found.refused:
        found.found.append(f"{MOST} commands found all the space they wanted")


def _give(runtime: Runtime, book: Notebook, order: Order, found: Full) -> str | None:
    """Why it could not be done, if the database could not."""
    begun = monotonic()
    try:
        outcome = runtime.give(order)
    except ASKED_WRONGLY as error:
        book.refuse(order, error.code)
        return None
    except SQLAlchemyError as error:
        found.slowest = max(found.slowest, monotonic() - begun)
        if monotonic() - begun > SECONDS:
            found.found.append(f"it took {monotonic() - begun:.1f} s to say that there is no space")
        if unavailable(error) is None:
            found.found.append(f"an error that does not say what is wrong: {error}")
        return str(error)
    book.acknowledge(order, outcome)
    return None


# -- three ways to be short of space ---------------------------------------------------------


@contextmanager
def _few_pages(runtime: Runtime) -> Iterator[None]:
    """``max_page_count``: the database may not grow by more than a page."""
    with runtime.database.read() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one() + 1

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"pragma max_page_count = {pages}")

    runtime.database.dispose()
    event.listen(runtime.database.engine, "connect", limit)
    yield
    event.remove(runtime.database.engine, "connect", limit)
    runtime.database.dispose()


@contextmanager
def _short_files(runtime: Runtime) -> Iterator[None]:
    """``RLIMIT_FSIZE``: no file of this process may grow much beyond the database, the log included."""
    runtime.database.dispose()  # The log goes into the file, so that what is longest is the database.
    longest = Path(str(runtime.database.url.database)).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest + 64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _full_disk(runtime: Runtime) -> Iterator[None]:
    """Somebody else takes all that is left of the disk but a little."""
    folder = Path(str(runtime.database.url.database)).parent
    filler, free = folder / "filler", os.statvfs(folder)
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - 64 * 1024)))
    yield
    filler.unlink()


_TIGHT: dict[str, Tight] = {"pages": _few_pages, "files": _short_files, "disk": _full_disk}
KINDS = tuple(_TIGHT)


@contextmanager
def _place(folder: Path, kind: str) -> Iterator[Path]:
    """A folder for the database: for a full disk, a disk of its own."""
    folder.mkdir()
    if kind == "disk":
        _mount(folder)
    try:
        yield folder
    finally:
        if kind == "disk":
            _unmount(folder)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _unmount(folder: Path) -> bool:
    return subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True).returncode == 0
