"""异议: a department objects to one line of its published sheet; somebody who did not compute it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.errors import Conflict, NotAllowed
from monitors import tables as t
from monitors.acts import journal
from monitors.assessment.outsiders import must_be_outside
from monitors.assessment.publishing import publication
from monitors.assessment.results import LineKey
from monitors.assessment.scores import Deduction
from monitors.scope import EVERYWHERE, Scope
from monitors.twopeople import decide, propose

UPHELD, PREFIX = "upheld", "OB"


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection and what became of it: proposed, upheld or refused. ``points``: what the line took then."""

    district_code: str
    id: str
    department: str
    period: str
    sheet: str
    version: int
    indicator: str
    line_period: str
    points: Decimal
    warning_id: str | None
    card_id: str | None
    number: str
    state: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None

    @property
    def line(self) -> LineKey:
        return self.line_period, self.indicator, self.warning_id, self.card_id


def objections(connection: Connection, period: str, scope: Scope = EVERYWHERE) -> tuple[Objection, ...]:
    """Those of a period, the latest last."""
    c = t.score_objection.c
    wanted = select(t.score_objection).where(c.period == period, scope.where(c.district_code, c.department))
    return tuple(Objection(**row._mapping) for row in connection.execute(wanted.order_by(c.number)))


def objection(connection: Connection, identity: str) -> Objection | None:
    row = connection.execute(select(t.score_objection).where(t.score_objection.c.id == identity)).one_or_none()
    return None if row is None else Objection(**row._mapping)


def upheld_lines(
    connection: Connection, district_code: str, department: str, period: str, sheet: str
) -> frozenset[LineKey]:
    """The lines that take nothing any more."""
    here = Scope(frozenset({(district_code, department)}))
    found = objections(connection, period, here)
    return frozenset(one.line for one in found if one.state == UPHELD and one.sheet == sheet)


def object_to(connection: Connection, line: Deduction, reason: str, by: str, at: datetime) -> str:
    """Object to a line; gives the id. Raises Conflict for a line that was objected to before."""
    here = Scope(frozenset({(line.district_code, line.department)}))
    values = {
        **{name: getattr(line, name) for name in ("district_code", "department", "period", "sheet", "version")},
        "indicator": line.indicator,
        "line_period": line.body["period"],
        "points": line.points,
        "warning_id": line.warning_id,
        "card_id": line.card_id,
    }
    key = (values["line_period"], line.indicator, line.warning_id, line.card_id)
    if any(one.line == key and one.sheet == line.sheet for one in objections(connection, line.period, here)):
        raise Conflict("expected a line that nobody has objected to, found one that somebody has", line=line.line)
    return propose(connection, t.score_objection, PREFIX, values, reason, by, at)


def decide_objection(
    connection: Connection, identity: str, upheld: bool, opinion: str, by: str, at: datetime
) -> Row[Any]:
    """Uphold or refuse it; gives the row as it was.

    Raises NotAllowed for who objected, for who published (and so computed) the scores, and for people of the
    department.
    """
    row = decide(connection, t.score_objection, identity, UPHELD if upheld else None, opinion, by, at)
    published = publication(connection, row.district_code, row.period, row.sheet)
    if published is not None and published.published_by == by:
        raise NotAllowed("expected another person than the one who computed and published the scores", person=by)
    must_be_outside(connection, by, row.district_code, row.department, at)
    told = {"number": row.number, "upheld": upheld, "opinion": opinion}
    journal(connection, "score_objection_decided", by, at, told)
    return row
