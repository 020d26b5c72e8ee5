"""Revocation (撤销, B.4 row 11): what was issued stays in the trace and counts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from monitors import tables as t
from monitors.outcomes import IN_FORCE


@dataclass(frozen=True, slots=True)
class Revoked:
    """A row that is revoked now: ``kind`` violation, card or order; ``before`` the state that it had."""

    kind: str
    id: str
    number: str
    before: str


def revoke(connection: Connection, violation: Row[Any], at: datetime) -> tuple[Revoked, ...]:
    """Revoke a violation with the cards in force and the order of it; gives what changed, the violation first."""
    found = [Revoked("violation", violation.id, violation.number, violation.state)]
    _set(connection, t.violation, violation.district_code, violation.id, state="revoked", closed_at=at)
    for kind, table, state in (("card", t.card, "revoked"), ("order", t.supervision_order, "closed")):
        c = table.c
        mine = select(table).where(c.district_code == violation.district_code, c.violation_id == violation.id)
        for row in connection.execute(mine.order_by(c.number)).all():
            if row.state == state or (kind == "card" and row.state not in IN_FORCE):
                continue
            _set(connection, table, row.district_code, row.id, state=state)
            found.append(Revoked(kind, row.id, row.number, row.state))
    return tuple(found)


def _set(connection: Connection, table: Any, district_code: str, row_id: str, **values: Any) -> None:
    mine = (table.c.district_code == district_code, table.c.id == row_id)
    connection.execute(update(table).where(*mine).values(**values))
