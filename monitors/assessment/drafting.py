"""The life of a score sheet: an assessment officer draws a version, a second person reviews it, in force from a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from engine.errors import Conflict, InvalidData
from monitors import tables as t
from monitors.acts import journal
from monitors.assessment.sheetfile import load_sheets
from monitors.assessment.sheets import Sheet
from monitors.plain import plain
from monitors.scope import EVERYWHERE, Scope
from monitors.twopeople import PROPOSED, decide, propose

AGREED, PREFIX = "agreed", "SH"


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """A version that was drawn and what became of it: proposed, agreed or refused."""

    district_code: str
    id: str
    code: str
    version: int
    valid_from: date
    body: Mapping[str, Any]
    number: str
    state: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


def sheet_proposals(connection: Connection, scope: Scope = EVERYWHERE, limit: int = 100) -> tuple[SheetProposal, ...]:
    """The latest first; those for all districts too."""
    c = t.sheet_proposal.c
    wanted = select(t.sheet_proposal).where((c.district_code == "*") | scope.touches(c.district_code))
    found = connection.execute(wanted.order_by(c.number.desc()).limit(limit))
    return tuple(SheetProposal(**row._mapping) for row in found)


def sheet_proposal(connection: Connection, identity: str) -> SheetProposal | None:
    row = connection.execute(select(t.sheet_proposal).where(t.sheet_proposal.c.id == identity)).one_or_none()
    return None if row is None else SheetProposal(**row._mapping)


def read_drawn(content: Mapping[str, Any]) -> Sheet:
    """The one sheet of a file; raises InvalidData for another number of them and for whatever is wrong in it."""
    found = load_sheets(content)
    if len(found) != 1:
        raise InvalidData(f"expected one [[sheet]], found {len(found)}", field="sheet")
    return found[0]


def propose_sheet(connection: Connection, sheet: Sheet, reason: str, by: str, today: date, at: datetime) -> str:
    """Hand in a version; gives its id.

    Raises InvalidData when it would be in force before ``today``: nobody is assessed by a sheet that was drawn after
    the fact; Conflict when the version is not the next one, or one of the sheet waits for review.
    """
    if sheet.valid_from < today:
        raise InvalidData(f"expected a day from {today} on, found {sheet.valid_from}", field="valid_from")
    c, p = t.score_sheet.c, t.sheet_proposal.c
    newest = connection.execute(select(func.max(c.version)).where(*_of(c, sheet))).scalar_one() or 0
    if sheet.version != newest + 1:
        raise Conflict(f"expected version {newest + 1} of {sheet.code}, found {sheet.version}", version=newest + 1)
    waits = select(p.number).where(*_of(p, sheet), p.state == PROPOSED)
    if (number := connection.execute(waits).scalar()) is not None:
        raise Conflict(f"expected no version of {sheet.code} that waits, found {number}", proposal=number)
    return propose(connection, t.sheet_proposal, PREFIX, _row(sheet), reason, by, at)


def review_sheet(connection: Connection, identity: str, agreed: bool, opinion: str, by: str, at: datetime) -> None:
    """Agreed to, it is a version of the sheet; raises NotAllowed for who drew it."""
    row = decide(connection, t.sheet_proposal, identity, AGREED if agreed else None, opinion, by, at)
    if agreed:
        names = ("district_code", "code", "version", "valid_from", "body")
        connection.execute(insert(t.score_sheet).values({name: getattr(row, name) for name in names}))
    told = {"number": row.number, "code": row.code, "version": row.version, "agreed": agreed, "opinion": opinion}
    journal(connection, "score_sheet_reviewed", by, at, told)


def _row(sheet: Sheet) -> dict[str, Any]:
    names = ("district_code", "code", "version", "valid_from")
    return {**{name: getattr(sheet, name) for name in names}, "body": plain(dict(sheet.source))}


def _of(columns: Any, sheet: Sheet) -> tuple[Any, ...]:
    return columns.district_code == sheet.district_code, columns.code == sheet.code
