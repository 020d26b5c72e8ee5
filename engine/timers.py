"""Due timers: claimed in the database with a lease and a fence, each case fired by a command of its own.

A claim says who fires a timer and until when, and counts up its fence. The firing's last act, in its own
transaction, is to show that the claim still stands (``Lease.confirm``): a worker that slept past its lease is
refused even if nobody else came, and one whose timer was claimed anew is refused whatever its clock says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, or_, select, update

from engine.clock import Clock
from engine.errors import StaleLease
from engine.prepared import Prepared
from engine.tables import timer

if TYPE_CHECKING:
    from engine.runtime import Runtime

LEASE = timedelta(seconds=30)
INCIDENT = "incident"  # who holds the timers of a case whose firing failed
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
BATCH = 50  # timers a claim takes: even slow ones are through well within the lease


def _due(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    free = or_(timer.c.lease_until.is_(None), timer.c.lease_until <= now)
    return and_(timer.c.state == "armed", timer.c.due <= now, free)


# Asked every second, nearly always for nothing.
ANY_DUE = Prepared(select(timer.c.id).where(_due(bindparam("now"))).limit(1))
# Whoever else claims a timer raises its fence: one at our number is ours.
_OURS = update(timer).where(timer.c.id == bindparam("key"), timer.c.fence == bindparam("at"))
CONFIRM = Prepared(_OURS.values(lease_owner=None, lease_until=None))
RELEASE = Prepared(_OURS.where(timer.c.lease_owner == bindparam("owner")).values(lease_owner=None, lease_until=None))


class Foreman(Protocol):
    """Who has the timers fired: ``name`` stands in the lease."""

    name: str

    def go_on(self) -> bool:
        """Asked before each command; may take a breath first. False ends the round."""

    def refused(self, error: StaleLease) -> None:
        """A firing came too late for its lease and was undone."""


class Alone:
    """Nobody waits and nobody says stop: a tick by hand, a demo, a test."""

    def __init__(self) -> None:
        self.name = uuid4().hex

    def go_on(self) -> bool:
        return True

    def refused(self, error: StaleLease) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Lease:
    """The due timers of one instance, each with the number of its fence, for one owner until an instant."""

    instance_id: str
    owner: str
    until: datetime
    fences: Mapping[str, int]

    def confirm(self, connection: Connection, clock: Clock) -> None:
        """Give the timers back, in the transaction that fired them; raises StaleLease if they are not ours."""
        found = self._count(connection, CONFIRM) if clock.now() < self.until else 0
        if found != len(self.fences):
            raise StaleLease(
                f"expected the lease of {len(self.fences)} timers of {self.instance_id}, found that of {found}",
                instance=self.instance_id,
                owner=self.owner,
            )

    def release(self, connection: Connection) -> None:
        """Give back what was not fired; what others have taken meanwhile stays theirs."""
        self._count(connection, RELEASE)

    def _count(self, connection: Connection, give_back: Prepared) -> int:
        """How many timers were given back."""
        keys = ({"key": key, "at": fence, "owner": self.owner} for key, fence in self.fences.items())
        return sum(give_back.run(connection, key) for key in keys)


def fire_claimed(runtime: Runtime, limit: int, foreman: Foreman) -> int:
    """Claim and fire up to ``limit`` due timers, in due order; how many cases' timers were met."""
    fired = 0
    while limit > 0:
        leases = _claimed(runtime, min(limit, BATCH), foreman.name)
        if not leases:
            break
        limit -= sum(len(lease.fences) for lease in leases)
        fired += _fire(runtime, leases, foreman)
        if not foreman.go_on():
            break
    return fired


def _claimed(runtime: Runtime, limit: int, owner: str) -> list[Lease]:
    now = runtime.clock.now()
    with runtime.database.read() as connection:
        if ANY_DUE.one(connection, {"now": now}) is None:
            return []
    with runtime.database.begin() as connection:
        return claim(connection, now, limit, owner)


def _fire(runtime: Runtime, leases: Sequence[Lease], foreman: Foreman) -> int:
    fired = 0
    for number, lease in enumerate(leases):
        if not foreman.go_on():
            _release(runtime, leases[number:])
            break
        try:
            fired += len(runtime.fire_due(lease.instance_id, lease=lease).fired)
        except StaleLease as error:
            foreman.refused(error)
        except Exception:
            # The command left an incident, which holds the case back, or the database is away; the others go on.
            continue
    return fired


def _release(runtime: Runtime, leases: Sequence[Lease]) -> None:
    with runtime.database.begin() as connection:
        for lease in leases:
            lease.release(connection)


def claim(connection: Connection, now: datetime, limit: int, owner: str) -> list[Lease]:
    """Lease the timers due first to ``owner``, for half a minute; the cases in the order of their first."""
    columns = (timer.c.id, timer.c.instance_id, timer.c.fence)
    query = select(*columns).where(_due(now)).order_by(timer.c.due, timer.c.id).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    fences: dict[str, dict[str, int]] = {}
    for row in rows:
        fences.setdefault(row.instance_id, {})[row.id] = row.fence + 1
    until = now + LEASE
    if rows:
        taken = update(timer).where(timer.c.id.in_([row.id for row in rows]))
        connection.execute(taken.values(lease_owner=owner, lease_until=until, fence=timer.c.fence + 1))
    return [Lease(instance_id, owner, until, numbers) for instance_id, numbers in fences.items()]


def hold(connection: Connection, instance_id: str, until: datetime | None) -> None:
    """Keep a case's timers from the workers until then, or until somebody acts: its firing fails."""
    _lease(connection, instance_id, INCIDENT, until or FOR_EVER)


def release(connection: Connection, instance_id: str) -> None:
    """Its firing succeeded: the workers may have its timers again."""
    _lease(connection, instance_id, None, None)


def _lease(connection: Connection, instance_id: str, owner: str | None, until: datetime | None) -> None:
    of_case = (timer.c.instance_id == instance_id, timer.c.state == "armed")
    connection.execute(update(timer).where(*of_case).values(lease_owner=owner, lease_until=until))
