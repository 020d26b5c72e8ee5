"""R4: eight writers, a long reader and somebody who locks the file, on SQLite: everybody waits, nobody is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy.exc import SQLAlchemyError

from engine.errors import ASKED_WRONGLY
from tests.campaigns import planted
from tests.campaigns.acts import next_order
from tests.campaigns.checks import violations
from tests.campaigns.kills import context, settle
from tests.campaigns.notebook import Notebook, lines, waits
from tests.campaigns.resting import rest
from tests.campaigns.servers import fresh_world
from tests.campaigns.world import World

WRITERS, LOCK_SECONDS, READ_SECONDS = 8, 3.0, 10.0


@dataclass
class Busy:
    """What went wrong, and how many seconds a command took: the 99th percentile, and the slowest."""

    writes: int
    found: list[str]
    usual: float
    slowest: float


def busy(folder: Path, writes: int, seed: str, fault: str = "") -> Busy:
    """So many commands in all."""
    with fresh_world(folder, None, fault) as world:
        others = [context.Process(target=target, args=(world,), daemon=True) for target in (reader, locker)]
        names = [f"client-{number}" for number in range(WRITERS)]
        each = [(world, name, f"{seed}:{name}", writes // WRITERS) for name in names]
        writers = [context.Process(target=writer, args=args, daemon=True) for args in each]
        for process in (*others, *writers):
            process.start()
        for process in writers:
            process.join()
        for process in others:
            process.kill()
            process.join()
        found = [f"a writer ended with status {process.exitcode}" for process in writers if process.exitcode]
        paths = [world.folder / f"{name}.log" for name in names]
        found += [f"an error: {line['failed']}" for path in paths for line in lines(path) if "failed" in line]
        seconds = sorted(wait for path in paths for wait in waits(path)) or [0.0]
        found += [*settle(world), *violations(world)]
        return Busy(len(seconds), found, seconds[len(seconds) * 99 // 100], seconds[-1])


def writer(world: World, name: str, seed: str, number: int) -> None:
    """So many commands, each given once: whoever is told that the database is busy has been let down."""
    runtime, choices, book = planted.runtime(world), Random(seed), Notebook(world.folder / f"{name}.log")
    for _ in range(number):
        order = next_order(runtime, choices)
        book.intend(order)
        try:
            book.acknowledge(order, runtime.give(order))
        except ASKED_WRONGLY as error:
            book.refuse(order, error.code)
        except SQLAlchemyError as error:
            book.fail(order, f"{type(error).__name__}: {error}")


def reader(world: World) -> None:
    """Reads, and holds what it has read, again and again."""
    runtime = world.runtime()
    while True:
        with runtime.database.read() as connection:
            connection.exec_driver_sql("select count(*) from journal")
            rest(READ_SECONDS)


def locker(world: World) -> None:
    """Keeps everybody from writing for three seconds, and lets them for as long."""
    with closing(
        sqlite3.connect(str(world.runtime().database.url.database), timeout=60, isolation_level=None)
    ) as other:
        while True:
            other.execute("begin exclusive")
            rest(LOCK_SECONDS)
            other.execute("rollback")
            rest(LOCK_SECONDS)
