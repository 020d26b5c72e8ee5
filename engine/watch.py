"""What should have fired by now, and what did: read by whoever watches over the workers.

A timer that is armed and long overdue means that nobody fires timers, whatever the workers say of themselves.
Timers that an incident holds back are that incident's, and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select

from engine.catchup import late_ms
from engine.instances.states import ARMED, FIRED, SKIPPED
from engine.tables import beat, timer
from engine.timers import INCIDENT

TOLERANCE = timedelta(seconds=60)
SILENCE = timedelta(seconds=30)
FORGOTTEN = timedelta(days=1)
MOST = 1_000  # overdue timers that are counted one by one


@dataclass(frozen=True, slots=True)
class Overdue:
    """Armed timers past the tolerance: how many (``MOST`` may mean more), and since when the oldest is due."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """The firings expected of a span of time: each is fired, skipped, held by an incident or missing.

    ``late`` of the fired and skipped were so by more than the tolerance, the worst by ``worst_ms`` milliseconds.
    """

    expected: int
    fired: int
    skipped: int
    held: int
    missing: int
    late: int
    worst_ms: int

    @property
    def settled(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker's last sign of life, by the clock of its machine; ``ahead`` while it holds for a clock set forward."""

    name: str
    at: datetime
    started_at: datetime | None
    ahead: timedelta
    refused: int

    def silent(self, now: datetime) -> bool:
        return now - self.at > SILENCE


def overdue(connection: Connection, now: datetime, tolerance: timedelta = TOLERANCE) -> Overdue:
    """Timers that should have fired before ``now - tolerance`` and are still armed."""
    query = select(timer.c.due).where(timer.c.state == ARMED, timer.c.due < now - tolerance, _not_held())
    found = connection.execute(query.order_by(timer.c.due).limit(MOST)).scalars().all()
    return Overdue(len(found), found[0] if found else None)


def account(connection: Connection, since: datetime, until: datetime, tolerance: timedelta = TOLERANCE) -> Account:
    """What became of the timers due from ``since`` to before ``until``."""
    late = timer.c.late_ms > late_ms(since, since + tolerance)
    held = and_(timer.c.state == ARMED, timer.c.lease_owner == INCIDENT)
    of = {"fired": timer.c.state == FIRED, "skipped": timer.c.state == SKIPPED, "held": held, "late": late}
    counts = [func.coalesce(func.sum(case((is_so, 1), else_=0)), 0).label(name) for name, is_so in of.items()]
    query = select(func.count().label("expected"), *counts, func.coalesce(func.max(timer.c.late_ms), 0).label("worst"))
    expected = timer.c.state.in_((ARMED, FIRED, SKIPPED))
    row = connection.execute(query.where(expected, timer.c.due >= since, timer.c.due < until)).one()
    missing = row.expected - row.fired - row.skipped - row.held
    return Account(row.expected, row.fired, row.skipped, row.held, missing, row.late, row.worst)


def beats(connection: Connection) -> list[Beat]:
    """The workers that did not end in order, each with its last sign of life; the freshest first."""
    rows = connection.execute(select(beat).order_by(beat.c.at.desc(), beat.c.name))
    return [
        Beat(row.name, row.at, row.started_at, timedelta(seconds=row.ahead_seconds), row.refused or 0) for row in rows
    ]


def give_beat(connection: Connection, one: Beat) -> None:
    """Write a worker's sign of life in the place of its last."""
    values = {"at": one.at, "started_at": one.started_at, "refused": one.refused}
    values["ahead_seconds"] = int(one.ahead.total_seconds())
    changed = connection.execute(beat.update().where(beat.c.name == one.name).values(values))
    if not changed.rowcount:
        connection.execute(beat.insert().values(name=one.name, **values))


def forget_beat(connection: Connection, name: str, now: datetime) -> None:
    """A worker ends in order; those that never did are forgotten after a day."""
    connection.execute(delete(beat).where(or_(beat.c.name == name, beat.c.at < now - FORGOTTEN)))


def _not_held() -> ColumnElement[bool]:
    return or_(timer.c.lease_owner.is_(None), timer.c.lease_owner != INCIDENT)
