"""Due timers: claimed in the database with a lease, each fired by a command of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, or_, select, update

from engine.tables import timer

if TYPE_CHECKING:
    from engine.runtime import Runtime

LEASE = timedelta(seconds=30)
INCIDENT = "incident"  # who holds the timers of a case whose firing failed
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


def fire_claimed(runtime: Runtime, limit: int) -> int:
    """Claim up to ``limit`` due timers and fire them; a failing case is held back by its incident."""
    now = runtime.clock.now()
    with runtime.database.read() as connection:
        if not _any_due(connection, now):
            return 0
    with runtime.database.begin() as connection:
        instances = claim(connection, now, limit, owner=uuid4().hex)
    fired = 0
    for instance_id in instances:
        try:
            fired += len(runtime.fire_due(instance_id).fired)
        except Exception:
            # The command left an incident, or the database is away; the others go on.
            continue
    return fired


def _any_due(connection: Connection, now: datetime) -> bool:
    query = select(timer.c.id).where(timer.c.state == "armed", timer.c.due <= now, _free(now))
    return connection.execute(query.limit(1)).first() is not None


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(timer.c.lease_until.is_(None), timer.c.lease_until <= now)


def claim(connection: Connection, now: datetime, limit: int, owner: str) -> list[str]:
    """The instances of the timers due first, leased to ``owner`` for half a minute."""
    query = (
        select(timer.c.id, timer.c.instance_id)
        .where(timer.c.state == "armed", timer.c.due <= now, _free(now))
        .order_by(timer.c.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    if rows:
        connection.execute(
            update(timer)
            .where(timer.c.id.in_([row.id for row in rows]))
            .values(lease_owner=owner, lease_until=now + LEASE, fence=timer.c.fence + 1)
        )
    return list(dict.fromkeys(row.instance_id for row in rows))


def hold(connection: Connection, instance_id: str, until: datetime | None) -> None:
    """Keep a case's timers from the workers until then, or until somebody acts: its firing fails."""
    _lease(connection, instance_id, INCIDENT, until or FOR_EVER)


def release(connection: Connection, instance_id: str) -> None:
    """Its firing succeeded: the workers may have its timers again."""
    _lease(connection, instance_id, None, None)


def _lease(connection: Connection, instance_id: str, owner: str | None, until: datetime | None) -> None:
    of_case = (timer.c.instance_id == instance_id, timer.c.state == "armed")
    connection.execute(update(timer).where(*of_case).values(lease_owner=owner, lease_until=until))
