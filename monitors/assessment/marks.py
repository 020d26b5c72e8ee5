"""What people give: points of an indicator by hand, bonus points, punishments. One enters, a second confirms.

A mark counts from its confirmation on; of several of one item the latest counts. Neither person is of the
department that is assessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from engine.errors import InvalidData
from monitors import tables as t
from monitors.acts import journal, words_of
from monitors.assessment.outsiders import must_be_outside
from monitors.assessment.periods import span_of
from monitors.assessment.sheets import Sheet
from monitors.model import Department
from monitors.scope import EVERYWHERE, Scope
from monitors.twopeople import decide, propose

CONFIRMED, PREFIX = "confirmed", "MK"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark and what became of it: proposed, confirmed or refused. ``points``: of punishments, their number."""

    district_code: str
    id: str
    department: str
    period: str
    sheet: str
    item: str
    points: Decimal
    evidence: str
    number: str
    state: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


def marks(connection: Connection, scope: Scope = EVERYWHERE, limit: int = 200) -> tuple[Mark, ...]:
    """The latest first."""
    c = t.score_mark.c
    wanted = select(t.score_mark).where(scope.where(c.district_code, c.department)).order_by(c.number.desc())
    return tuple(Mark(**row._mapping) for row in connection.execute(wanted.limit(limit)))


def mark(connection: Connection, identity: str) -> Mark | None:
    row = connection.execute(select(t.score_mark).where(t.score_mark.c.id == identity)).one_or_none()
    return None if row is None else Mark(**row._mapping)


def confirmed_marks(
    connection: Connection, department: Department, sheet: str, period: str, at: datetime
) -> dict[str, Decimal]:
    """What counts for that period as it is known ``at``, by the code of the item."""
    c = t.score_mark.c
    wanted = select(c.item, c.points).where(
        c.district_code == department.district_code,
        c.department == department.code,
        c.sheet == sheet,
        c.period == period,
        c.state == CONFIRMED,
        c.decided_at <= at,
    )
    return {row.item: row.points for row in connection.execute(wanted.order_by(c.decided_at, c.number))}


def enter_mark(
    connection: Connection,
    department: Department,
    sheet: Sheet,
    period: str,
    item: str,
    points: Decimal,
    evidence: str,
    reason: str,
    by: str,
    at: datetime,
) -> str:
    """Enter one; gives its id. Raises InvalidData for an item that the sheet does not leave to people, points
    beyond what it may be worth, or no evidence; NotAllowed for people of the department.
    """
    must_be_outside(connection, by, department.district_code, department.code, at)
    if item not in sheet.manual:
        raise InvalidData(f"expected one of {', '.join(sheet.manual)}, found {item!r}", field="item")
    least, most = _bounds(sheet, item)
    if not least <= points <= most:
        raise InvalidData(f"expected {least} to {most} for {item}, found {points}", field="points")
    values = {
        "district_code": department.district_code,
        "department": department.code,
        "period": span_of(period).name,
        "sheet": sheet.code,
        "item": item,
        "points": points,
        "evidence": words_of(evidence, "evidence"),
    }
    return propose(connection, t.score_mark, PREFIX, values, reason, by, at)


def decide_mark(connection: Connection, identity: str, agreed: bool, opinion: str, by: str, at: datetime) -> None:
    """Confirm or refuse; raises NotAllowed for who entered it and for people of the department."""
    row = decide(connection, t.score_mark, identity, CONFIRMED if agreed else None, opinion, by, at)
    must_be_outside(connection, by, row.district_code, row.department, at)
    journal(connection, "score_mark_decided", by, at, {"number": row.number, "confirmed": agreed, "opinion": opinion})


def _bounds(sheet: Sheet, item: str) -> tuple[Decimal, Decimal]:
    if item == "bonus":
        return Decimal(0), sheet.bonus_max
    indicator = next((one for one in sheet.indicators if one.code == item), None)
    return (Decimal(0), Decimal(99)) if indicator is None else (indicator.least, indicator.most)
