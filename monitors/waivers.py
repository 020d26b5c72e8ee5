"""Waivers: a rule that does not count for a case, a department or a time, granted by a second person (peers 3.14).

A finding that a waiver covers is kept as a warning in the state ``waived``: it counts nothing, starts no process and
is told to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from engine import Prepared
from engine.errors import InvalidData
from monitors import tables as t
from monitors.acts import journal
from monitors.scope import EVERYWHERE, Scope
from monitors.twopeople import decide, propose

GRANTED, PREFIX = "granted", "WV"
_W = t.waiver.c
_COVERING = Prepared(
    select(_W.number, _W.reason)
    .where(
        _W.district_code == bindparam("district"),
        _W.rule == bindparam("rule"),
        _W.state == GRANTED,
        _W.since <= bindparam("fact"),
        _W.until > bindparam("fact"),
        or_(_W.department.is_(None), _W.department == bindparam("department")),
        or_(_W.case_no.is_(None), _W.case_no == bindparam("case_no")),
    )
    .order_by(_W.number)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Waived:
    """What is waived: a rule of a district for facts of ``since`` <= fact < ``until``; None is any."""

    district_code: str
    rule: str
    since: datetime
    until: datetime
    department: str | None = None
    case_no: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """One row of the table ``waiver``."""

    district_code: str
    id: str
    number: str
    rule: str
    department: str | None
    case_no: str | None
    since: datetime
    until: datetime
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


def propose_waiver(
    connection: Connection, waived: Waived, reason: str, by: str, at: datetime, key: str | None = None
) -> str:
    """Propose one; gives its id. Raises InvalidData for a period that ends before it begins, or without a reason."""
    if waived.until <= waived.since:
        raise InvalidData("expected a waiver to end after it begins, found it does not", field="until")
    values = {name: getattr(waived, name) for name in Waived.__dataclass_fields__}
    return propose(connection, t.waiver, PREFIX, values, reason, by, at, key)


def decide_waiver(connection: Connection, waiver_id: str, granted: bool, opinion: str, by: str, at: datetime) -> None:
    """Grant or refuse it; what was found before stays as it is. Raises as ``twopeople.decide``."""
    row = decide(connection, t.waiver, waiver_id, GRANTED if granted else None, opinion, by, at)
    kind = "waiver_granted" if granted else "waiver_refused"
    journal(connection, kind, by, at, {"number": row.number, "opinion": opinion})


def covering(connection: Connection, row: Mapping[str, Any]) -> str | None:
    """The number and reason of the waiver that covers a finding's row, by the instant of its fact; None without one."""
    given = {
        "district": row["district_code"],
        "rule": row["rule"],
        "fact": row["due"] or row["happened"],
        "department": row["department"],
        "case_no": row["case_no"],
    }
    found = _COVERING.one(connection, given)
    return None if found is None else f"{found['number']}: {found['reason']}"


def waivers(
    connection: Connection, scope: Scope = EVERYWHERE, *, limit: int = 100, offset: int = 0
) -> tuple[Waiver, ...]:
    """The waivers that the scope covers, newest first; one for a whole district is in every scope of that district."""
    c = t.waiver.c
    inside = or_(scope.where(c.district_code, c.department), c.department.is_(None) & scope.touches(c.district_code))
    wanted = select(t.waiver).where(inside).order_by(c.proposed_at.desc(), c.number.desc())
    return tuple(Waiver(**row._mapping) for row in connection.execute(wanted.limit(limit).offset(offset)))


def waiver(connection: Connection, waiver_id: str) -> Waiver | None:
    """That waiver, or None."""
    row = connection.execute(select(t.waiver).where(t.waiver.c.id == waiver_id)).one_or_none()
    return None if row is None else Waiver(**row._mapping)
