"""Messages between cases: each goes to one case that waits for it with its key, or starts one, or is kept.

A case that waits comes first, then the start event of a model. Where nobody is there yet the message is kept as
a job, until a case begins to wait for it or its time is over; then it is an incident, so that somebody learns of
it. Two cases that wait for one message are an incident, too: it is for one, and nobody may guess for which.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Subquery, func, insert, select, update

from engine import entries, jobs
from engine.errors import Conflict, LostRaces
from engine.letters import Letter, letter_of
from engine.model import Outcome
from engine.orders import Order
from engine.tables import instance, job, subscription

if TYPE_CHECKING:
    from engine.runtime import Runtime

ATTEMPTS = 3
Row = dict[str, Any]


def publish(runtime: Runtime, order: Order) -> Outcome:
    """Deliver the letter in an order; raises Conflict where two wait for it, or nobody did until its time was over."""
    letter = letter_of(str(order.key), order.arguments or {})
    for _ in range(ATTEMPTS):
        earlier = runtime.served(letter.id)
        if earlier is not None:
            return earlier
        done = (
            _to_a_case(runtime, order, letter) or _to_a_model(runtime, order, letter) or _kept(runtime, order, letter)
        )
        if done is not None:
            return done
    raise LostRaces(f"expected the case that waits for {letter.message} to stay, lost {ATTEMPTS} races")


def _to_a_case(runtime: Runtime, order: Order, letter: Letter) -> Outcome | None:
    with runtime.database.read() as connection:
        found = receivers(connection, letter.message, letter.correlation)
    if len(found) > 1:
        facts = {"message": letter.message, "correlation": letter.correlation, "receivers": found}
        text = f"expected one case that waits for {letter.message} with the key {letter.correlation}"
        return runtime.refuse(order, Conflict(f"{text}, found {len(found)}", **facts), letter.sender)
    if not found:
        return None
    given = {
        "instance_id": found[0],
        "message": letter.message,
        "payload": letter.payload,
        "correlation": letter.correlation,
    }
    try:
        return runtime.give(replace(order, kind="deliver", arguments=given))
    except LostRaces:
        raise
    except Conflict as error:
        if "element" in error.facts:
            raise  # a handler of the receiver's model refuses
        return None  # it has gone on meanwhile


def _to_a_model(runtime: Runtime, order: Order, letter: Letter) -> Outcome | None:
    with runtime.database.read() as connection:
        found = entries.of(connection, "message", letter.message, runtime.clock.now())
    if len(found) > 1:
        names = [one["definition"] for one in found]
        text = f"expected one model that {letter.message} starts, found {', '.join(names)}"
        return runtime.refuse(order, Conflict(text, message=letter.message, models=names), letter.sender)
    if not found:
        return None
    begun = entries.Begun(
        found[0]["definition"], found[0]["element"], letter.payload, letter.correlation,
        letter.district_code, letter.scope,
    )  # fmt: skip
    return runtime.give(replace(order, kind="begin", arguments=begun.arguments))


def _kept(runtime: Runtime, order: Order, letter: Letter) -> Outcome | None:
    """Keep it, unless somebody has begun to wait meanwhile."""
    now = runtime.clock.now()
    if now >= letter.until:
        facts = {"message": letter.message, "correlation": letter.correlation}
        text = f"expected a case that waits for {letter.message} with the key {letter.correlation}, found none until"
        return runtime.refuse(order, Conflict(f"{text} {letter.until.isoformat()}", **facts), letter.sender)
    with runtime.database.begin() as connection:
        _alone(connection, letter.message, letter.correlation)
        if receivers(connection, letter.message, letter.correlation):
            return None
        if entries.of(connection, "message", letter.message, runtime.clock.now()):
            return None
        _keep(connection, letter, now)
    return Outcome(letter.sender or "", 0, jobs.KEPT)


def _keep(connection: Connection, letter: Letter, now: datetime) -> None:
    values = {"state": jobs.WAITING, "run_after": letter.until}
    if connection.execute(update(job).where(job.c.id == letter.id).values(values)).rowcount:
        return
    about = {"message": letter.message, "correlation_key": letter.correlation}
    row = {"id": letter.id, "kind": "publish", "payload": dict(letter.arguments), "created_at": now, "attempts": 0}
    connection.execute(insert(job).values(row | values | about))


def receivers(connection: Connection, message: str, correlation: str) -> list[str]:
    """The open cases that wait for a message with that key."""
    of = (subscription.c.kind == "message", subscription.c.name == message)
    query = select(subscription.c.instance_id).where(*of, subscription.c.correlation_key == correlation).distinct()
    return sorted(connection.scalars(query))


def wake(connection: Connection, message: str, correlation: str, now: datetime) -> None:
    """Somebody waits for it now, in this transaction: what is kept for him goes out."""
    _alone(connection, message, correlation)
    about = (job.c.message == message, job.c.correlation_key == correlation, job.c.state == jobs.WAITING)
    connection.execute(update(job).where(*about).values(run_after=now))


def _alone(connection: Connection, message: str, correlation: str) -> None:
    """Who keeps a message and who begins to wait for it come one after the other, so that neither misses the other.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{message}\n{correlation}", 0))))


def kept() -> Subquery:
    """The messages that nobody has waited for yet, each with its sender, its place, and until when it is kept."""
    said = {name: job.c.payload[name].as_string() for name in ("sender", "district_code", "scope")}
    columns = [job.c.id, job.c.message, job.c.correlation_key, job.c.created_at, job.c.run_after, job.c.state]
    return (
        select(*columns, *(value.label(name) for name, value in said.items()), instance.c.business_key)
        .outerjoin(instance, instance.c.id == said["sender"])
        .where(job.c.kind == "publish", job.c.state.in_((jobs.WAITING, jobs.PARKED)))
        .subquery()
    )
