"""Every named crash point: a command dies at each statement that it sends, before its commit and after it.

Afterwards the database is as it was before the command, or as the command leaves it, whole; and the command, given
again with its key, leads to the same as one that nothing had disturbed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import engine.tables
from engine import Database
from tests.campaigns import planted
from tests.campaigns.kills import context
from tests.engine.injection import Faults
from tests.engine.scenes import SCENES, Scene
from tests.engine.stage import HELD, Copies, Rows, Stage, clear, rows

BEFORE, AFTER = "before commit", "after commit"
KINDS = ("statement", BEFORE, AFTER)
OFTEN = 10  # every so many points the case is played to its end, too


class Deaths(Faults):
    """Kills the process where another fault would be raised; ``order`` are the points passed."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def point(self, kind: str, error: type[Exception] = Exception) -> None:
        if not self._watching or kind not in KINDS:
            return
        self.kinds[kind] += 1
        self.order.append(kind)
        if self.passed == self._left:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Work:
    """The points of one scene: every ``every``-th of them, on the database of that URL, empty but for its tables."""

    scene: int
    url: str
    planted: str = ""
    every: int = 1


def deaths(works: Sequence[Work]) -> Iterator[tuple[int, list[str]]]:
    """For each scene how often its command died, and what was wrong; in a process of their own."""
    with context.Pool(1) as pool:
        yield from pool.imap(died, works)


def died(work: Work) -> tuple[int, list[str]]:
    planted.plant(work.planted)
    _make_tables(work.url)
    database = Database(work.url)
    with pytest.MonkeyPatch.context() as patch:
        faults = Deaths()
        stage = Stage(database, patch, faults)
        _around_commits(database, faults)
        found = list(_at_each_point(stage, faults, SCENES[work.scene], work.every))
    clear(database)
    database.dispose()
    return len(found), [text for text in found if text]


def _make_tables(url: str) -> None:
    """Over a connection of its own: the points are put into those that are opened later."""
    database = Database(url)
    engine.tables.metadata.create_all(database.engine)
    database.dispose()


def _around_commits(database: Database, faults: Faults) -> None:
    dialect: Any = database.engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: Any) -> None:
        faults.point(BEFORE)
        commit(connection)
        faults.point(AFTER)

    dialect.do_commit = do_commit


def _at_each_point(stage: Stage, faults: Deaths, scene: Scene, every: int) -> Iterator[str]:
    """What is wrong after a death at each point; nothing where all is well."""
    with _set_back(stage, scene) as set_back:
        set_back()
        before = rows(stage.database, HELD)
        _connect(stage.database)
        points = stage.count(scene)
        order, undisturbed = list(faults.order), rows(stage.database, HELD)
        stage.finish(scene)
        end = rows(stage.database, HELD)
        for number in range(1, points + 1, every):
            set_back()
            stored = AFTER in order[: number - 1] or order[number - 1] == AFTER
            command = stage.command(scene.next, scene)
            wrong = _die(stage, command, number, undisturbed if stored else before)
            if wrong is None:
                command()
                wrong = None if rows(stage.database, HELD) == undisturbed else "given again it led elsewhere"
            if wrong is None and number % OFTEN == 1:
                stage.finish(scene)
                wrong = None if rows(stage.database, HELD) == end else "the case ended otherwise"
            yield f"{scene.name}, {order[number - 1]} {number} of {points}: {wrong}" if wrong else ""


@contextmanager
def _set_back(stage: Stage, scene: Scene) -> Iterator[Callable[[], None]]:
    """A way to have everything as it was before the command: a copy of the file, or all of it played again."""
    if not stage.database.is_sqlite:
        yield partial(_prepare_anew, stage, scene)
        return
    stage.prepare(scene)
    moment, copies = stage.moment, Copies(Path(str(stage.database.url.database)))
    copies.keep()

    def set_back() -> None:
        copies.restore()
        stage.moment = moment

    yield set_back


def _prepare_anew(stage: Stage, scene: Scene) -> None:
    clear(stage.database)
    stage.prepare(scene)


def _die(stage: Stage, command: Callable[[], object], number: int, expected: Rows) -> str | None:
    """Run the command in a process of its own that dies there; what is wrong with what is stored then, in words."""
    stage.database.dispose()  # A connection must not be in two processes.
    child = os.fork()
    if child == 0:
        try:
            _connect(stage.database)
            with stage.faults.watching(at=number):
                command()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return "it did not die"
    return None if rows(stage.database, HELD) == expected else "half of it is stored"


def _connect(database: Database) -> None:
    """To open a connection takes statements of its own; nobody's command is among them."""
    with database.read(), database.begin():
        pass
