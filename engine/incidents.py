"""Incidents: a command that failed, where and why in words a designer can read, and what became of it.

What was stored stays as it was; the incident is written beside it, in a transaction of its own. A worker's
command is given again where waiting may help, later each time and three times at most; then, and at once
where it cannot help, the incident is parked until somebody acts or the same thing succeeds.

An incident is never the only thing a case waits for: the wait before the failed command still stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from engine import jobs, timers
from engine.casedata import dumps, loads
from engine.errors import (
    ASKED_WRONGLY,
    CommandFailed,
    Conflict,
    EngineError,
    EvaluationFailed,
    InvariantBroken,
    LimitExceeded,
    ModelRefused,
    NotAllowed,
    NotFound,
    StateAltered,
)
from engine.instances.keys import row_id
from engine.orders import JOB, TIMER, Mend, Order
from engine.prepared import Prepared
from engine.tables import incident

Row = dict[str, Any]
WAITING, PARKED, RESOLVED, SKIPPED = "waiting", "parked", "resolved", "skipped"
STANDING = (WAITING, PARKED)
BACKOFF = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10))
_LASTING = (EvaluationFailed, InvariantBroken, LimitExceeded, ModelRefused, StateAltered, *ASKED_WRONGLY)
_OF_KEY = Prepared(
    select(incident.c.id).where(incident.c.key == bindparam("key"), incident.c.state.in_(STANDING)).limit(1)
)
_SHOWN_APART = ("element", "expression")


@dataclass(frozen=True, slots=True)
class Place:
    """The case that an incident belongs to, and whose people may see it; all None where there is no case."""

    instance_id: str | None = None
    district_code: str | None = None
    scope: str | None = None


def waiting_may_help(error: BaseException) -> bool:
    """Whether the same command may succeed later by itself: a lost database, a model not deployed yet.

    Never a wrong expression, unless it failed for want of the database.
    """
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    if any(isinstance(one, SQLAlchemyError) for one in chain):
        return True
    first = chain[1] if isinstance(error, CommandFailed) and len(chain) > 1 else error
    return isinstance(first, NotFound) or not isinstance(first, _LASTING)


def record(connection: Connection, order: Order, error: Exception, place: Place, at: datetime) -> None:
    """Write what went wrong: a new incident, or one more attempt of the one that stands."""
    known = _standing(connection, order, place)
    attempts = 1 if known is None else known["attempts"] + 1
    helps = order.origin in (TIMER, JOB) and attempts <= len(BACKOFF) and waiting_may_help(error)
    next_at = at + BACKOFF[attempts - 1] if helps else None
    row = _what_failed(error) | {
        "state": PARKED if next_at is None else WAITING,
        "attempts": attempts,
        "next_at": next_at,
        "proposal": None,
        "last_at": at,
    }
    acts = [] if known is None else known["acts"]
    if order.mend is not None:
        acts = [*acts, _entry(order.mend, at) | {"failed": row["cause"]}]
    if known is None:
        fixed = _what_was_asked(order) | asdict(place) | {"closed_at": None, "closed_by": None, "created_at": at}
        number = connection.execute(select(func.count()).where(*_same(order, place))).scalar_one()
        name = row_id("incident", place.instance_id or "", order.kind, order.subject, number)
        connection.execute(insert(incident).values(row | fixed | {"id": name, "acts": acts}))
    else:
        connection.execute(update(incident).where(incident.c.id == known["id"]).values(row | {"acts": acts}))
    _keep_from_workers(connection, order, place, attempts, next_at)


def _keep_from_workers(
    connection: Connection, order: Order, place: Place, attempts: int, next_at: datetime | None
) -> None:
    if order.origin == TIMER and place.instance_id is not None:
        timers.hold(connection, place.instance_id, next_at)
    elif order.origin == JOB and order.key is not None:
        jobs.postpone(connection, order.key, attempts, next_at)


def _standing(connection: Connection, order: Order, place: Place) -> Row | None:
    same = _same(order, place) if order.mend is None else (incident.c.id == order.mend.incident,)
    query = select(incident).where(*same, incident.c.state.in_(STANDING))
    row = connection.execute(query).mappings().first()
    return dict(row) if row is not None else None


def _same(order: Order, place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        incident.c.instance_id == place.instance_id,
        incident.c.kind == order.kind,
        incident.c.subject == order.subject,
    )


def _what_was_asked(order: Order) -> Row:
    return {
        "origin": order.origin,
        "kind": order.kind,
        "subject": order.subject,
        "key": order.key,
        "at": order.at,
        "actor": _plain(order.actor),
        "arguments": _plain(order.arguments),
    }


def _what_failed(error: Exception) -> Row:
    told = error if isinstance(error, EngineError) else EngineError(f"{type(error).__name__}: {error}")
    return {
        "element": told.facts.get("element"),
        "expression": told.facts.get("expression"),
        "code": told.code,
        "cause": told.message,
        "facts": {name: _plain(value) for name, value in told.facts.items() if name not in _SHOWN_APART},
    }


def _plain(value: Any) -> Any:
    """As JSON keeps it; what it cannot keep, as text."""
    try:
        return loads(dumps(value))
    except TypeError:
        return str(value)


# -- the end of an incident ------------------------------------------------------------


def claim(connection: Connection, mend: Mend) -> None:
    """The act may be done, and nobody else does it now: it stands, and a skip is confirmed by a second person."""
    row = _locked(connection, mend)
    if row["state"] not in STANDING:
        raise Conflict(f"expected an incident that stands, found it {row['state']}", incident=mend.incident)
    if mend.act != "skipped":
        return
    if row["proposal"] is None or row["proposal"]["by"] != mend.proposed_by:
        raise Conflict("expected the proposal to skip to stand, found it gone", incident=mend.incident)
    if mend.proposed_by == mend.actor.id:
        raise NotAllowed("expected another person than the one who proposed it", person=mend.actor.id)


def close_mended(connection: Connection, mend: Mend, at: datetime) -> None:
    """An act on an incident succeeded: it is closed, or waits for the second person."""
    row, entry = _locked(connection, mend), _entry(mend, at)
    if mend.act == "skip_proposed":
        values: Row = {"proposal": entry, "state": PARKED, "next_at": None}
    else:
        values = _closed(SKIPPED if mend.act == "skipped" else RESOLVED, mend.actor.id, at)
        if row["origin"] == TIMER:
            timers.release(connection, row["instance_id"])
    values["acts"] = [*row["acts"], entry]
    connection.execute(update(incident).where(incident.c.id == mend.incident).values(values))


def _locked(connection: Connection, mend: Mend) -> Row:
    query = select(incident).where(incident.c.id == mend.incident).with_for_update()
    return dict(connection.execute(query).mappings().one())


def close_over(connection: Connection, order: Order, execution: Any, at: datetime) -> None:
    """Close what this success has made good: the same thing done, or the thing no longer to be done."""
    place = Place(execution.instance.id)
    query = select(incident).where(incident.c.instance_id == place.instance_id, incident.c.state.in_(STANDING))
    for row in map(dict, connection.execute(query).mappings().all()):
        if _is_over(row, order, execution):
            _resolve(connection, [incident.c.id == row["id"]], order, at)
            if row["origin"] == TIMER:
                timers.release(connection, execution.instance.id)


def close_of_key(connection: Connection, order: Order, at: datetime) -> None:
    """The command of this key has succeeded: an incident of an earlier attempt is closed."""
    if _OF_KEY.one(connection, {"key": order.key}) is None:
        return
    _resolve(connection, [incident.c.key == order.key, incident.c.state.in_(STANDING)], order, at)


def close_unseen(connection: Connection, order: Order, at: datetime) -> None:
    """Those of a kind that stand, and that the look at this instant did not meet again, are good."""
    standing = incident.c.state.in_(STANDING)
    _resolve(connection, [incident.c.kind == order.kind, standing, incident.c.last_at < at], order, at)


def _is_over(row: Mapping[str, Any], order: Order, execution: Any) -> bool:
    if (row["kind"], row["subject"]) == (order.kind, order.subject):
        return True
    if row["origin"] == TIMER:
        due = execution.timing.next_due(row["last_at"])
        return due is None
    ended = execution.instance.state != "open"
    if row["kind"] == "condition":
        return ended or execution.conditions.looked and row["subject"] not in execution.conditions.subjects
    if row["kind"] == "complete":
        task = execution.records.tasks.get(row["subject"])
        return ended or task is None or task["state"] != "open"
    return ended and row["origin"] == "person"


def _resolve(connection: Connection, where: list[ColumnElement[bool]], order: Order, at: datetime) -> None:
    connection.execute(update(incident).where(*where).values(_closed(RESOLVED, order.actor.id, at)))


def _closed(state: str, by: str, at: datetime) -> Row:
    return {"state": state, "next_at": None, "closed_at": at, "closed_by": by}


def _entry(mend: Mend, at: datetime) -> Row:
    """A line of the incident's own record: who did what, when and why."""
    return {
        "act": mend.act,
        "by": mend.actor.id,
        "at": at.isoformat(),
        "reason": mend.reason,
        "fields": sorted(mend.data),
    }
