"""Acts on a case's clock that two people do: one asks, another decides; then the engine's command runs.

Stopping the clock (行政许可法 Art 45) and correcting a recorded time both move deadlines, so nobody does either alone.
Granting runs the command under the request's own key: granted twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from engine import Actor, Instance, Runtime
from engine.chains import append_act
from engine.clock import Clock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from monitors import tables as t
from monitors.calendars import Calendars
from monitors.suspensions import ClockRules

SUSPEND, CORRECT = "suspend", "correct"
ASKED, GRANTED, REFUSED = "asked", "granted", "refused"


@dataclass(frozen=True, slots=True)
class ClockRequest:
    """``act`` is suspend (``kind own_limit notice reason``) or correct (``fact to reason``)."""

    district_code: str
    id: str
    case_id: str
    case_no: str
    department: str
    act: str
    arguments: Mapping[str, Any]
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


class ClockRequests:
    """Asks for, grants and refuses acts on clocks."""

    def __init__(
        self, database: Database, clock: Clock, runtime: Runtime, calendars: Calendars, rules: ClockRules
    ) -> None:
        self._database, self._clock, self._runtime = database, clock, runtime
        self._calendars, self.rules = calendars, rules

    def ask(self, case: Instance, act: str, arguments: Mapping[str, Any], *, by: str) -> ClockRequest:
        """Ask for an act. Raises InvalidData for a stop that is longer than its kind may be, Conflict where the same is
        asked for already or the stop runs."""
        request_id = uuid4().hex
        with self._database.begin() as connection:
            if act == SUSPEND:
                self._check_stop(connection, case, arguments)
            for other in of_case(connection, case.id, ASKED):
                if other.act == act and _subject(other.arguments) == _subject(arguments):
                    raise Conflict("expected no such request that waits, found one", request=other.id)
            values = {
                "district_code": case.district_code,
                "id": request_id,
                "case_id": case.id,
                "case_no": case.business_key,
                "department": case.scope,
                "act": act,
                "arguments": dict(arguments),
                "state": ASKED,
                "asked_by": by,
                "asked_at": self._clock.now(),
            }
            connection.execute(insert(t.clock_request).values(values))
            return self._told(connection, request_id, by)

    def grant(self, request_id: str, *, actor: Actor, opinion: str = "") -> ClockRequest:
        """Do what was asked for; raises NotAllowed for who asked, Conflict when it was decided."""
        request = self._decidable(request_id, actor)
        if request.act == SUSPEND and self._runtime.served(_key(request)) is None:
            with self._database.read() as connection:  # others may have stopped the clock meanwhile
                self._check_stop(connection, self._runtime.query.instance(request.case_id), request.arguments)
        self._act(request, actor)
        return self._decide(request_id, GRANTED, actor, opinion)

    def refuse(self, request_id: str, *, actor: Actor, opinion: str) -> ClockRequest:
        """Leave the clock as it is, with the reason."""
        if not opinion.strip():
            raise InvalidData("expected a reason, found none", field="opinion")
        self._decidable(request_id, actor)
        return self._decide(request_id, REFUSED, actor, opinion)

    def get(self, request_id: str) -> ClockRequest:
        with self._database.read() as connection:
            return _find(connection, request_id)

    def of_case(self, case_id: str) -> tuple[ClockRequest, ...]:
        """The requests of a case, the latest last."""
        with self._database.read() as connection:
            return of_case(connection, case_id)

    def _check_stop(self, connection: Connection, case: Instance, arguments: Mapping[str, Any]) -> None:
        stops = self._runtime.query.suspensions(case.id)
        if any(stop.end is None and stop.kind == arguments["kind"] for stop in stops):
            raise Conflict("expected no running stop of this kind, found one", kind=arguments["kind"])
        calendar = self._calendars.for_case(case.definition, case.district_code, connection)
        self.rules.check_stop(arguments["kind"], arguments["own_limit"], stops, calendar, self._clock.now())

    def _decidable(self, request_id: str, actor: Actor) -> ClockRequest:
        request = self.get(request_id)
        if request.state != ASKED:
            raise Conflict(f"expected a request that waits, found it {request.state}", request=request_id)
        if request.asked_by == actor.id:
            raise NotAllowed("expected another person than the one who asked", request=request_id)
        return request

    def _act(self, request: ClockRequest, actor: Actor) -> None:
        given: dict[str, Any] = dict(request.arguments)
        told: dict[str, Any] = {"actor": actor, "key": _key(request)}
        if request.act == SUSPEND:
            self._runtime.suspend(request.case_id, approver=actor.id, **given, **told)
        else:
            to = datetime.fromisoformat(given.pop("to"))
            self._runtime.correct(request.case_id, to=to, **given, **told)

    def _decide(self, request_id: str, state: str, actor: Actor, opinion: str) -> ClockRequest:
        values = {"state": state, "decided_by": actor.id, "decided_at": self._clock.now(), "opinion": opinion}
        c = t.clock_request.c
        with self._database.begin() as connection:
            changed = connection.execute(
                update(t.clock_request).where(c.id == request_id, c.state == ASKED).values(values)
            ).rowcount
            if not changed:
                raise Conflict("expected a request that waits, found it decided", request=request_id)
            return self._told(connection, request_id, actor.id)

    def _told(self, connection: Connection, request_id: str, by: str) -> ClockRequest:
        """The request as it stands, after a line about it in the journal of acts."""
        request = _find(connection, request_id)
        named = ("id", "case_id", "case_no", "act", "arguments", "state", "asked_by", "decided_by", "opinion")
        body = {name: getattr(request, name) for name in named}
        append_act(connection, f"clock_{request.state}", by, self._clock.now(), body)
        return request


def of_case(connection: Connection, case_id: str, state: str | None = None) -> tuple[ClockRequest, ...]:
    """The requests of a case in that state, or all."""
    c = t.clock_request.c
    query = select(t.clock_request).where(c.case_id == case_id).order_by(c.asked_at, c.id)
    rows = connection.execute(query if state is None else query.where(c.state == state))
    return tuple(_request(row) for row in rows)


def _subject(arguments: Mapping[str, Any]) -> Any:
    """What an act is about: a second request for the same is none."""
    return arguments.get("kind") or arguments.get("fact")


def _key(request: ClockRequest) -> str:
    return f"request:{request.id}"


def _find(connection: Connection, request_id: str) -> ClockRequest:
    row = connection.execute(select(t.clock_request).where(t.clock_request.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound(f"expected a request {request_id}, found none", request=request_id)
    return _request(row)


def _request(row: Row[Any]) -> ClockRequest:
    return ClockRequest(**row._mapping)
