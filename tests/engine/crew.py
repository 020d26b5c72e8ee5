"""Workers in processes of their own: ``python -m tests.engine.crew '{"url": …, "name": …}'``.

A worker says ``ready`` and waits for a line before it begins; at its end it tells what it did. With ``asks`` it
also waits for a line before each command, and its clock is the machine's moved by an offset that is kept in the
database, so that time can pass while its process stands still.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine import Database, Handlers, Rung, RungRequest, Runtime, store, timers
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.db import unavailable
from engine.errors import StaleLease
from engine.handlers import Call
from engine.tables import journal, setting, timer
from engine.worker import Worker
from tests.engine import drawing as d
from tests.engine.conftest import CLERK

ROOT = Path(__file__).resolve().parent.parent.parent
AS_IN_THE_PRODUCT = 0  # a limit: the product's own worker, with its batches and its rests
OFFSET = "test.clock.offset_seconds"
MODEL = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)
# What a firing did, written in its own transaction; without a key, so that a second one is seen.
effect = Table(
    "effect",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("instance_id", String(64)),
    Column("rung", String(64)),
    Column("worker", String(64)),
)


def office(url: str, name: str = "test", *, moved: bool = False) -> Runtime:
    """A runtime whose rungs are the dues in a case's data, and whose rule task writes its effect.

    ``moved``: its clock is that which ``time_passes`` moves.
    """
    database = Database(url)
    handlers = Handlers(rungs=_rungs)

    def check(call: Call) -> None:
        assert call.firing is not None
        row = {"instance_id": call.case.instance.id, "rung": call.firing.rung, "worker": name}
        call.connection.execute(insert(effect).values(row))

    handlers.register("rule_check", check)
    return Runtime(database, _moved(database) if moved else SystemClock(), handlers)


def _rungs(request: RungRequest) -> Sequence[Rung]:
    dues = request.case.data["dues"]
    return [Rung("TT-01.1", f"r{n}", datetime.fromisoformat(due)) for n, due in enumerate(dues)]


def _moved(database: Database) -> Clock:
    return ShiftedClock(SystemClock(), lambda: timedelta(seconds=_offset(database)))


def _offset(database: Database) -> float:
    with database.read() as connection:
        return float(connection.scalar(select(setting.c.value).where(setting.c.name == OFFSET)) or 0)


def time_passes(database: Database, span: timedelta) -> None:
    """For all who look at the moved clock."""
    total = _offset(database) + span.total_seconds()
    with database.begin() as connection:
        if not connection.execute(update(setting).where(setting.c.name == OFFSET).values(value=total)).rowcount:
            connection.execute(insert(setting).values(name=OFFSET, value=total))


def fill(runtime: Runtime, cases: int, rungs: int, first: datetime, apart: timedelta) -> list[str]:
    """Cases with so many timers each; the n-th of every case is due at the same instant."""
    effect.metadata.create_all(runtime.database.engine)
    runtime.deploy(MODEL, by="designer")
    dues = [(first + apart * n).isoformat() for n in range(rungs)]
    return [
        runtime.start(
            "p",
            business_key=f"C-{number}",
            district_code="370202",
            scope="housing",
            data={"dues": dues},
            actor=CLERK,
            key=f"start:{number}",
        ).instance_id
        for number in range(cases)
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """What a crowd of workers did: timers fired by the rows, by their effects and by the journal; doubles."""

    armed: int
    fired: int
    effects: int
    doubles: int
    entries: int

    @property
    def exact(self) -> bool:
        return not self.armed and not self.doubles and self.fired == self.effects == self.entries


def count(database: Database) -> Count:
    with database.read() as connection:
        states = Counter(connection.execute(select(timer.c.state)).scalars())
        made = Counter(tuple(row) for row in connection.execute(select(effect.c.instance_id, effect.c.rung)))
        entries = connection.scalar(select(func.count()).where(journal.c.kind == "timer_fired"))
    doubles = sum(1 for times in made.values() if times > 1)
    return Count(states["armed"], states["fired"], len(made), doubles, entries or 0)


def shares(database: Database) -> list[int]:
    """How many effects each worker that had any wrote."""
    with database.read() as connection:
        return list(connection.execute(select(func.count(effect.c.number)).group_by(effect.c.worker)).scalars())


class Helper:
    """A worker process, from its parent's side."""

    def __init__(self, url: str, name: str, **options: Any) -> None:
        command = [sys.executable, "-m", "tests.engine.crew", json.dumps({"url": url, "name": name, **options})]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)

    def hears(self) -> str:
        """The next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def told(self, line: str = "go") -> None:
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def result(self) -> dict[str, int]:
        return dict(json.loads(self.hears()))


@contextmanager
def crew(url: str, size: int, **options: Any) -> Iterator[list[Helper]]:
    """So many workers, all of them ready."""
    helpers = [Helper(url, f"worker-{number}", **options) for number in range(size)]
    try:
        assert [helper.hears() for helper in helpers] == ["ready"] * size
        yield helpers
    finally:
        for helper in helpers:
            helper.process.kill()
            helper.process.communicate()


# --- the worker's own side


class Foreman:
    """Counts refusals; asks before each command where it is to."""

    def __init__(self, name: str, asks: bool) -> None:
        self.name, self.asks, self.refusals = name, asks, 0
        self.stopped = False

    def go_on(self) -> bool:
        if self.asks and not self.stopped:
            self.stopped = _hear("next?") != "go"
        return not self.stopped

    def refused(self, error: StaleLease) -> None:
        self.refusals += 1


def _hear(question: str) -> str:
    print(question, flush=True)
    return sys.stdin.readline().strip()


def work(url: str, name: str, asks: bool = False, limit: int = 1_000, lease: float = 30.0, broken: str = "") -> None:
    """Fire until nothing is due, so many at a time; ``broken`` takes defences away, for the controls: then only one round."""
    runtime, foreman = office(url, name, moved=asks), Foreman(name, asks)
    timers.LEASE = timedelta(seconds=lease)
    if broken:
        _claim_nothing()
    if broken == "forgetful":
        _forget_what_fired()
    _hear("ready")
    if limit == AS_IN_THE_PRODUCT:
        Worker(runtime, name, lambda line: None, SystemClock()).tick()
        return
    fired = refused = 0
    # Who was refused, or found the database held by one that stands still, has fired nothing, and there is more to do.
    while (done := _tick(runtime, limit, foreman)) is None or done or foreman.refusals > refused:
        fired, refused = fired + (done or 0), foreman.refusals
        if broken:
            break
    print(json.dumps({"fired": fired, "refused": foreman.refusals}), flush=True)


def _tick(runtime: Runtime, limit: int, foreman: Foreman) -> int | None:
    """What was fired; None while the database cannot be had."""
    try:
        return runtime.tick(limit, foreman)
    except DBAPIError as error:
        if unavailable(error) is None:
            raise
        return None


def _claim_nothing() -> None:
    """Everybody takes everything that is due, and nobody looks whether it is still theirs."""

    def claim(connection: Any, now: datetime, limit: int, owner: str) -> list[timers.Lease]:
        due = select(timer.c.instance_id, timer.c.id).where(timer.c.state == "armed", timer.c.due <= now)
        found: dict[str, dict[str, int]] = {}
        for row in connection.execute(due.order_by(timer.c.due).limit(limit)):
            found.setdefault(row.instance_id, {})[row.id] = 0
        return [timers.Lease(instance_id, owner, now, fences) for instance_id, fences in found.items()]

    timers.claim = claim
    timers.BATCH = 1_000
    timers.Lease.confirm = lambda *_: None  # type: ignore[method-assign]


def _forget_what_fired() -> None:
    """The rows of timers are not written: what fired looks armed to the next."""
    write = store._write

    def write_others(connection: Any, table: Table, rows: Any) -> None:
        if table is not timer:
            write(connection, table, rows)

    store._write = write_others


if __name__ == "__main__":
    work(**json.loads(sys.argv[1]))
