"""A change of an item: one person proposes it, another approves it, and it is in force from a day not before that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.errors import Conflict, InvalidData, NotFound
from monitors import tables as t
from monitors.acts import journal
from monitors.items.flaws import Flaw, flaws, flaws_of_days
from monitors.scope import Scope
from monitors.twopeople import PROPOSED, REFUSED, decide, identity_of, propose

APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class ItemProposal:
    """A proposed change; ``base_version`` is the version that it was drawn over, None for a new item."""

    district_code: str
    id: str
    code: str
    department: str
    base_version: int | None
    version: int | None
    valid_from: date
    valid_until: date | None
    body: Mapping[str, Any]
    number: str
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


class ItemRefused(InvalidData):
    """A change that breaks a checkpoint on the item itself; nothing was kept. ``flaws`` says which."""

    def __init__(self, found: tuple[Flaw, ...]) -> None:
        super().__init__("; ".join(one.en for one in found), field=found[0].field, flaws=found)
        self.flaws = found


def propose_item(
    connection: Connection,
    code: str,
    body: Mapping[str, Any],
    since: date,
    until: date | None,
    reason: str,
    by: str,
    at: datetime,
    key: str | None = None,
) -> str:
    """Keep a change for a second person; gives its id. ``at`` is given in the zone of the city.

    Raises ItemRefused for an item that breaks a checkpoint on itself, Conflict when another change of it waits.
    """
    if not code.strip():
        raise InvalidData("expected the code of an item, found none", field="code")
    check(body, since, until, at.date())
    _nothing_waits(connection, code, key)
    values = {
        "district_code": str(body.get("district") or "*"),
        "code": code,
        "department": str(body.get("department") or "*"),
        "base_version": _newest(connection, code),
        "valid_from": since,
        "valid_until": until,
        "body": dict(body),
    }
    return propose(connection, t.item_proposal, "IT", values, reason, by, at, key)


def decide_item(
    connection: Connection, identity: str, granted: bool, opinion: str, by: str, at: datetime
) -> int | None:
    """Approve a change, which gives the version that it became, or refuse it, which gives None.

    Raises NotFound, NotAllowed for who proposed it, ItemRefused when its day has passed meanwhile, Conflict when
    it was decided, or the item was changed by another since it was drawn.
    """
    row = decide(connection, t.item_proposal, identity, APPROVED if granted else None, opinion, by, at)
    version = _publish(connection, row, at.date()) if granted else None
    state = APPROVED if granted else REFUSED
    told = {"number": row.number, "item": row.code, "version": version, "opinion": opinion.strip()}
    journal(connection, f"item_proposal_{state}", by, at, told)
    return version


def proposal(connection: Connection, identity: str) -> ItemProposal:
    """That change; raises NotFound."""
    row = connection.execute(select(t.item_proposal).where(t.item_proposal.c.id == identity)).one_or_none()
    if row is None:
        raise NotFound(f"expected a change of an item {identity}, found none", wanted=identity)
    return ItemProposal(**row._mapping)


def proposals(connection: Connection, scope: Scope, code: str | None = None) -> tuple[ItemProposal, ...]:
    """The changes that the scope covers, of one item or those that wait, the latest first."""
    c = t.item_proposal.c
    which = c.state == PROPOSED if code is None else c.code == code
    rows = connection.execute(select(t.item_proposal).where(which).order_by(c.proposed_at.desc(), c.number.desc()))
    found = (ItemProposal(**row._mapping) for row in rows)
    return tuple(one for one in found if scope.covers(one.district_code, one.department))


def check(body: Mapping[str, Any], since: date, until: date | None, today: date) -> None:
    """Raises ItemRefused with every checkpoint on the item itself that the change breaks."""
    found = (*flaws(body), *flaws_of_days(since, until, today))
    if found:
        raise ItemRefused(found)


def _nothing_waits(connection: Connection, code: str, key: str | None) -> None:
    """Two changes over one version could not both be approved; the same change sent again is no second one."""
    c = t.item_proposal.c
    rows = connection.execute(select(c.id, c.number).where(c.code == code, c.state == PROPOSED))
    for row in rows:
        if key is None or row.id != identity_of(t.item_proposal, key):
            raise Conflict(f"expected no change of {code} to wait, found {row.number}", item=code, proposal=row.number)


def _publish(connection: Connection, row: Row[Any], today: date) -> int:
    check(row.body, row.valid_from, row.valid_until, today)
    newest = _newest(connection, row.code)
    if newest != row.base_version:
        raise Conflict(
            f"expected {row.code} at version {row.base_version}, found it at {newest}", item=row.code, version=newest
        )
    version = (newest or 0) + 1
    c = t.item.c
    later = connection.execute(select(func.max(c.valid_from)).where(c.code == row.code)).scalar()
    if later is not None and later > row.valid_from:
        raise Conflict(
            f"expected {row.code} to change on {later} or later, found {row.valid_from}", item=row.code, since=later
        )
    values = {"code": row.code, "version": version, "valid_from": row.valid_from, "valid_until": row.valid_until}
    connection.execute(insert(t.item).values(**values, body=row.body))
    p = t.item_proposal.c
    mine = (p.district_code == row.district_code, p.id == row.id)
    connection.execute(update(t.item_proposal).where(*mine).values(version=version))
    return version


def _newest(connection: Connection, code: str) -> int | None:
    found: int | None = connection.execute(select(func.max(t.item.c.version)).where(t.item.c.code == code)).scalar()
    return found
