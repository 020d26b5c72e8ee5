"""Jobs: starts of and messages to other instances, each a command with the job's key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, insert, select, update

from engine import entries, recounting
from engine.errors import Conflict, LostRaces
from engine.model import SYSTEM
from engine.orders import JOB, Order
from engine.prepared import Prepared
from engine.tables import instance, job
from engine.timers import Foreman

if TYPE_CHECKING:
    from engine.runtime import Runtime

LEASE = timedelta(seconds=30)
WAITING, DONE, PARKED, SKIPPED = "waiting", "done", "parked", "skipped"
KEPT = "kept"  # the state of an outcome: a message that nobody waited for


def _waiting(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(job.c.state == WAITING, job.c.run_after <= now)


# Asked every second, nearly always for nothing.
ANY_WAITING = Prepared(select(job.c.id).where(_waiting(bindparam("now"))).limit(1))


def run_waiting(runtime: Runtime, limit: int, foreman: Foreman) -> int:
    """Run jobs that wait; the command's key makes a second run of one harmless.

    What a worker that is told to stop had claimed is free again when the lease is over.
    """
    now = runtime.clock.now()
    with runtime.database.read() as connection:
        if ANY_WAITING.one(connection, {"now": now}) is None:
            return 0
    with runtime.database.begin() as connection:
        rows = _claim(connection, now, limit)
    return sum(_run(runtime, row) for row in rows if foreman.go_on())


def _claim(connection: Connection, now: datetime, limit: int) -> list[dict[str, Any]]:
    """The jobs that wait longest, kept from other workers for half a minute."""
    query = (
        select(job)
        .where(_waiting(now))
        .order_by(job.c.created_at, job.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if rows:
        ids = [row["id"] for row in rows]
        connection.execute(update(job).where(job.c.id.in_(ids)).values(run_after=now + LEASE))
    return rows


def _run(runtime: Runtime, row: Mapping[str, Any]) -> int:
    try:
        if row["kind"] == recounting.RECOUNT_ALL:
            return _turn_page(runtime, row)
        if row["kind"] == "signal" and "instance_id" not in row["payload"]:
            return 1 + sum(_run(runtime, one) for one in _for_each(runtime, row))
        if runtime.give(order_of(row)).state == KEPT:
            return 1  # nobody waits for the message yet: the job is what keeps it
    except LostRaces:
        return 0  # it is tried again when its lease is over
    except Conflict as error:
        if "element" in error.facts or row["kind"] == "publish":
            return 0  # refused by a handler of the other's model, or a message without its receiver: an incident
        # Else the other instance has gone on meanwhile; there is nobody left to tell.
    except Exception:
        # The command left an incident and postponed the job, or the database is away.
        return 0
    with runtime.database.begin() as connection:
        finish(connection, row["id"], DONE, runtime.clock.now())
    return 1


def _for_each(runtime: Runtime, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A signal goes to each who waits for it as a job of its own: one that fails does not keep it from the others."""
    told, now = row["payload"], runtime.clock.now()
    name, payload = told["name"], told.get("payload", {})
    # Whoever threw it has told his own already; what waits there now has begun to wait later.
    receivers = [one for one in runtime.query.waiting_for("signal", name) if one != told.get("sender")]
    jobs = [
        {
            **row,
            "id": f"{row['id']}:{receiver}",
            "payload": {"instance_id": receiver, "name": name, "payload": payload},
            "run_after": now + LEASE,
        }
        for receiver in receivers
    ]
    with runtime.database.begin() as connection:
        jobs += _begun(connection, row, now)
        if jobs:
            connection.execute(insert(job), jobs)
        finish(connection, row["id"], DONE, now)
    return jobs


def _turn_page(runtime: Runtime, row: Mapping[str, Any]) -> int:
    """The cases of a page that must be counted anew, each as a job of its own; the next page is one too."""
    now = runtime.clock.now()
    with runtime.database.begin() as connection:
        jobs = recounting.next_page(connection, row, runtime.handlers.outdated, now)
        if jobs:
            connection.execute(insert(job), jobs)
        finish(connection, row["id"], DONE, now)
    return 1


def _begun(connection: Connection, row: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The cases that the signal starts."""
    told = row["payload"]
    found = entries.of(connection, "signal", told["name"], now)
    place = {name: told.get(name) for name in ("district_code", "scope")}
    return [
        {
            **row,
            "id": f"{row['id']}:{one['definition']}",
            "kind": "begin",
            "payload": {name: one[name] for name in ("definition", "element")}
            | {"payload": told.get("payload", {}), **place},
            "run_after": now + LEASE,
        }
        for one in found
    ]


def order_of(row: Mapping[str, Any]) -> Order:
    """The command that a job is for."""
    return Order(row["kind"], row["id"], SYSTEM, None, row["payload"], JOB)


def postpone(connection: Connection, key: str, attempts: int, next_at: datetime | None) -> None:
    """A job's command failed: again at ``next_at``, or not before somebody acts."""
    values: dict[str, Any] = {"attempts": attempts, "state": PARKED}
    if next_at is not None:
        values |= {"state": WAITING, "run_after": next_at}
    connection.execute(update(job).where(job.c.id == key).values(values))


def finish(connection: Connection, key: str, state: str, at: datetime) -> None:
    """A job is done, or given up by two people."""
    connection.execute(update(job).where(job.c.id == key).values(state=state, done_at=at))


def call_off(
    connection: Connection, key: str, definitions: Iterable[str], business_key: str, reason: str, at: datetime
) -> None:
    """Nothing more is to come of the start that was asked for under that key, in the same transaction.

    Where it has not run yet it never will; an open instance of those definitions and that number is withdrawn by a job.
    """
    waits = update(job).where(job.c.id == f"start:{key}", job.c.state == WAITING)
    connection.execute(waits.values(state=SKIPPED, done_at=at))
    c = instance.c
    opened = select(c.id).where(c.definition.in_(tuple(definitions)), c.business_key == business_key, c.state == "open")
    for (instance_id,) in connection.execute(opened).all():
        told = {"instance_id": instance_id, "reason": reason}
        row = {"id": f"call-off:{instance_id}", "kind": "cancel", "payload": told, "state": WAITING}
        if connection.execute(select(job.c.id).where(job.c.id == row["id"])).first() is None:
            connection.execute(insert(job).values(**row, created_at=at, run_after=at, attempts=0))
