"""Appeals (申诉): filed by the department, decided by somebody other than the issuer (B.4 row 7, B.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select

from engine.errors import Conflict, InvalidData, NotFound
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import (
    card_of,
    change,
    given,
    id_of,
    latest,
    must_differ,
    needed_text,
    one_of,
    order_of,
    person_of,
    violation_of,
    warning_of,
)
from monitors.handling.revocation import revoke
from monitors.handling.telling import tell
from monitors.handling.words import APPEAL_DECIDED, APPEAL_FILED, OUTCOMES

_APPEALABLE = ("issued", "delivered")


def file_appeal(call: Call) -> Mapping[str, Any]:
    """File an appeal against the card, or against the order where there is no card. It stops no rectification.

    Reads ``grounds``. Outputs: ``appeal_id``; nothing when ``appeal`` is false. Raises InvalidData without
    grounds, Conflict when the card was appealed, closed or revoked already.
    """
    if given(call, "appeal", True) is not True:
        return {}
    violation = violation_of(call)
    card = card_of(call, violation.id)
    if card is not None and card.state not in _APPEALABLE:
        raise Conflict(
            f"expected card {card.number} to be {' or '.join(_APPEALABLE)}, found it {card.state}", card=card.id
        )
    appeal_id = id_of("appeal", violation.district_code, violation.id, None if card is None else card.id)
    if _appeal(call, appeal_id) is not None:
        raise Conflict(f"expected one appeal in {violation.number}, found a second", violation=violation.id)
    call.connection.execute(
        insert(t.appeal).values(
            district_code=violation.district_code,
            id=appeal_id,
            violation_id=violation.id,
            card_id=None if card is None else card.id,
            grounds=needed_text(call, "grounds"),
            filed_by=person_of(call, "appeal"),
            filed_at=call.case.at,
            state="filed",
        )
    )
    if card is not None:
        change(call, t.card, card.id, state="appealed")
    number = _against(call, violation, card)
    for to in ("leader", "supervisor"):
        tell(call, "appeal", to, APPEAL_FILED.format(number), APPEAL_FILED.format_en(number), appeal_id=appeal_id)
    return {"appeal_id": appeal_id}


def decide_appeal(call: Call) -> Mapping[str, Any]:
    """Decide the appeal: ``appeal_outcome`` revoked (撤销), upheld (维持) or downgraded (降级, red to yellow).

    A revoked card stays in the trace and counts nothing; so does its violation (B.4 row 11). Reads
    ``appeal_reason``. Outputs: ``appeal_id``, ``appeal_outcome``, ``card_colour``. Raises NotAllowed when the
    issuer of the card (the approver of the order where there is no card) or the appellant decides,
    NotFound without an open appeal, InvalidData when a card that is not red is downgraded.
    """
    violation = violation_of(call)
    appeal = _open_appeal(call, violation.id)
    if appeal is None:
        raise NotFound(f"expected an open appeal in {violation.number}, found none", violation=violation.id)
    outcome = one_of(call, "appeal_outcome", tuple(OUTCOMES))
    card, order = _card_of_appeal(call, appeal), order_of(call, violation.id)
    decider = person_of(call, "decide_appeal")
    issuer = card.issued_by if card is not None else order.approved_by if order is not None else None
    must_differ("issuing a card and deciding the appeal against it", "B.5", issuer, decider)
    must_differ("filing and deciding an appeal", "B.5", appeal.filed_by, decider)
    if outcome == "downgraded" and (card is None or card.colour != "red"):
        raise InvalidData("expected a red card to downgrade, found none", field="appeal_outcome")
    reason = needed_text(call, "appeal_reason")
    change(call, t.appeal, appeal.id, state=outcome, decided_by=decider, decided_at=call.case.at, reason=reason)
    if card is not None:
        change(call, t.card, card.id, state=outcome, **({"colour": "yellow"} if outcome == "downgraded" else {}))
    if outcome == "revoked":
        revoke(call.connection, violation, call.case.at)
        change(call, t.warning, warning_of(call).id, closed_at=call.case.at)
    number, words = _against(call, violation, card), OUTCOMES[outcome]
    message = APPEAL_DECIDED.format(number, words.zh)
    tell(call, "appeal_decided", "liaison", message, APPEAL_DECIDED.format_en(number, words.en))
    colour = None if card is None else "yellow" if outcome == "downgraded" else card.colour
    return {"appeal_id": appeal.id, "appeal_outcome": outcome, "card_colour": colour}


def _open_appeal(call: Call, violation_id: str) -> Row[Any] | None:
    row = latest(call, t.appeal, violation_id, "filed_at")
    return row if row is not None and row.state in ("filed", "accepted") else None


def _appeal(call: Call, appeal_id: str) -> Row[Any] | None:
    c = t.appeal.c
    wanted = select(t.appeal).where(c.district_code == call.case.instance.district_code, c.id == appeal_id)
    return call.connection.execute(wanted).first()


def _card_of_appeal(call: Call, appeal: Row[Any]) -> Row[Any] | None:
    if appeal.card_id is None:
        return None
    c = t.card.c
    wanted = select(t.card).where(c.district_code == appeal.district_code, c.id == appeal.card_id)
    return call.connection.execute(wanted).one()


def _against(call: Call, violation: Row[Any], card: Row[Any] | None) -> str:
    if card is not None:
        return str(card.number)
    order = order_of(call, violation.id)
    return str(violation.number if order is None else order.number)
