"""How a handler reads its call: what was entered, who did which step, and the rows it is about."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Table, select, update

from engine.calendar import WorkingCalendar
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from engine.handlers import Call
from engine.model import SYSTEM
from monitors import tables as t

LEVELS = ("notice", "yellow", "red")


class CalendarSource(Protocol):
    """What ``monitors.calendars.Calendars`` offers of itself here."""

    def for_case(
        self, definition: str, district_code: str, connection: Connection | None = None
    ) -> WorkingCalendar: ...


def given(call: Call, name: str, default: Any = None) -> Any:
    """An input of the node, else the field of that name in the case data, else ``default``."""
    value = call.inputs.get(name)
    value = call.case.data.get(name) if value is None else value
    return default if value is None else value


def text_of(call: Call, name: str, default: str = "") -> str:
    """The same as stripped text; raises InvalidData when it is something else."""
    value = given(call, name, default)
    if not isinstance(value, str):
        raise InvalidData(f"expected text in {name}, found {type(value).__name__}", field=name)
    return value.strip()


def needed_text(call: Call, name: str) -> str:
    """The same, and it must say something; raises InvalidData."""
    value = text_of(call, name)
    if not value:
        raise InvalidData(f"expected words in {name}, found none", field=name)
    return value


def one_of(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    """A field that holds one of some codes; raises InvalidData."""
    value = given(call, name)
    if value not in allowed:
        raise InvalidData(f"expected {name} to be one of {', '.join(allowed)}, found {value!r}", field=name)
    return str(value)


def actor_of(call: Call, *elements: str) -> str | None:
    """Who did the latest of those steps; None when nobody did.

    One that is still open is being completed by this very command, so its actor is the command's.
    """
    done = [step for step in call.case.steps if step.element in elements and step.outcome != "cancelled"]
    if not done:
        return None
    return done[-1].actor if done[-1].outcome == "completed" else call.actor.id


def person_of(call: Call, *elements: str) -> str:
    """The same, else whoever did the step just before."""
    return actor_of(call, *elements) or call.actor.id


def must_differ(what: str, law: str, first: str | None, second: str | None) -> None:
    """Separation of duties: raises NotAllowed when both are the same person.

    The system is nobody's person: what a timer did may be followed by anyone.
    """
    if first is not None and first == second and first != SYSTEM.id:
        raise NotAllowed(f"expected {what} to be two persons, found {first} twice ({law})", person=first, duty=what)


def today(call: Call, calendars: CalendarSource) -> date:
    """The local day of the event."""
    return calendar_of(call, calendars).local_date(call.case.at)


def calendar_of(call: Call, calendars: CalendarSource) -> WorkingCalendar:
    """The working calendar of the district in which the violation is handled."""
    instance = call.case.instance
    return calendars.for_case(instance.definition, instance.district_code, call.connection)


def id_of(*parts: object) -> str:
    """An id that follows from what the row is about: 32 hex digits, the same in every replay."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def warning_of(call: Call) -> Row[Any]:
    """The warning that this process handles; raises NotFound."""
    warning_id = given(call, "warning_id")
    c = t.warning.c
    wanted = select(t.warning).where(c.district_code == call.case.instance.district_code, c.id == warning_id)
    # Nobody withdraws it, or its violation, while a handler decides by what it finds here.
    return _one(call, wanted.with_for_update(), "warning", warning_id)


def violation_of(call: Call) -> Row[Any]:
    """The violation that this process handles; raises NotFound before it is confirmed."""
    c, instance = t.violation.c, call.case.instance
    wanted = select(t.violation).where(c.district_code == instance.district_code, c.instance_id == instance.id)
    return _one(call, wanted.with_for_update(), "confirmed violation of warning", given(call, "warning_id"))


def lead_of(call: Call, violation: Row[Any]) -> Row[Any]:
    """The warning of the highest level that it was confirmed from."""
    c = t.warning.c
    wanted = select(t.warning).where(c.district_code == violation.district_code, c.id == violation.warning_id)
    return _one(call, wanted, "warning", violation.warning_id)


def must_stand(violation: Row[Any]) -> None:
    """Nothing is issued for what was revoked or exempted meanwhile; raises Conflict."""
    if violation.state in ("revoked", "exempted"):
        raise Conflict(
            f"expected violation {violation.number} to stand, found it {violation.state}",
            violation=violation.id,
            state=violation.state,
        )


def latest(call: Call, table: Table, violation_id: str, order: str) -> Row[Any] | None:
    """The latest row of that violation in that table, by that column, or None."""
    wanted = select(table).where(
        table.c.district_code == call.case.instance.district_code, table.c.violation_id == violation_id
    )
    return call.connection.execute(wanted.order_by(table.c[order].desc()).limit(1)).first()


def order_of(call: Call, violation_id: str) -> Row[Any] | None:
    """The supervision order of that violation, or None."""
    return latest(call, t.supervision_order, violation_id, "issued_at")


def cards_of(call: Call, violation_id: str) -> list[Row[Any]]:
    """All its cards, the first first."""
    c = t.card.c
    wanted = select(t.card).where(c.district_code == call.case.instance.district_code, c.violation_id == violation_id)
    return list(call.connection.execute(wanted.order_by(c.issued_at)))


def whole_days(call: Call, name: str, default: int) -> int:
    """A number of working days, 1 to 250; raises InvalidData."""
    days = given(call, name, default)
    if isinstance(days, bool) or not isinstance(days, (int, Decimal)) or int(days) != days or not 0 < days <= 250:
        raise InvalidData(f"expected 1 to 250 {name}, found {days!r}", field=name)
    return int(days)


def card_of(call: Call, violation_id: str) -> Row[Any] | None:
    """The card of that violation that no other replaced, or None."""
    c = t.card.c
    wanted = select(t.card).where(
        c.district_code == call.case.instance.district_code,
        c.violation_id == violation_id,
        c.superseded_by.is_(None),
    )
    return call.connection.execute(wanted).first()


def change(call: Call, table: Table, row_id: str, **values: Any) -> None:
    """Change one row by its id; raises Conflict when it is not there."""
    where = (table.c.district_code == call.case.instance.district_code) & (table.c.id == row_id)
    if call.connection.execute(update(table).where(where).values(**values)).rowcount != 1:
        raise Conflict(f"expected a row {row_id} of {table.name} to change, found none", row=row_id)


def _one(call: Call, statement: Any, what: str, name: object) -> Row[Any]:
    row: Row[Any] | None = call.connection.execute(statement).first()
    if row is None:
        raise NotFound(f"expected a {what} {name}, found none", wanted=str(name))
    return row
