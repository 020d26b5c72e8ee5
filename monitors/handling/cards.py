"""Cards (发牌): a yellow one by the office head, a red one by the leader; delivery and receipt (送达, 签收)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, insert

from engine.errors import Conflict, InvalidData, NotAllowed
from engine.handlers import Call
from engine.model import SYSTEM
from monitors import documents
from monitors import tables as t
from monitors.documents import Document
from monitors.handling.given import (
    CalendarSource,
    actor_of,
    card_of,
    change,
    given,
    id_of,
    must_differ,
    must_stand,
    order_of,
    person_of,
    text_of,
    today,
    violation_of,
    warning_of,
)
from monitors.handling.numbers import document_number
from monitors.handling.telling import tell
from monitors.handling.words import CARD_ISSUED, CARD_TITLES, DEEMED

_STEPS = {"issue_yellow": "yellow", "issue_red": "red"}
_ROLES = {"yellow": "office_head", "red": "leader"}


def issue_card(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Issue a card: 黄牌〔2026〕3号 or 红牌〔2026〕1号. A red one that follows a yellow one takes its place.

    The colour is the input ``colour``, else that of the step last done (``issue_yellow``, ``issue_red``),
    else the violation's level. Reads ``basis_confirmed`` and ``opinion``. Outputs: ``card_id``, ``card_no``,
    ``card_colour``, ``document_id``. Raises NotAllowed when the drafter of the order issues the card, when
    the step's role may not issue that colour, or when the basis was not confirmed; Conflict when a card of
    that colour stands.
    """
    violation, colour = violation_of(call), _colour(call)
    must_stand(violation)
    issuer = _issuer(call, colour)
    if given(call, "basis_confirmed", True) is not True:
        raise NotAllowed("expected the legal basis to be confirmed, found it is not", violation=violation.id)
    standing = card_of(call, violation.id)
    if standing is not None and not (colour == "red" and standing.colour == "yellow"):
        raise Conflict(f"expected no card for {violation.number} yet, found {standing.number}", card=standing.id)
    day = today(call, calendars)
    card_id = id_of("card", violation.district_code, violation.id, colour)
    if standing is not None:
        change(call, t.card, standing.id, superseded_by=card_id)
    values = {
        "district_code": violation.district_code,
        "id": card_id,
        "number": document_number(call.connection, colour, day.year),
        "violation_id": violation.id,
        "department": violation.department,
        "document_id": id_of("document", card_id),
        "colour": colour,
        "issued_colour": colour,
        "state": "issued",
        "issued_by": issuer,
        "issued_at": call.case.at,
        "opinion": text_of(call, "opinion"),
        "deemed": False,
    }
    call.connection.execute(insert(t.card).values(**values))
    documents.write(call.connection, _document(call, values, violation, day))
    change(call, t.violation, violation.id, state="carded")
    number = values["number"]
    for to in ("liaison", "dept_head"):
        tell(call, "card", to, CARD_ISSUED.format(number), CARD_ISSUED.format_en(number), card_id=card_id)
    return {
        "card_id": card_id,
        "card_no": number,
        "card_colour": colour,
        "document_id": values["document_id"],
    }


def record_receipt(call: Call) -> Mapping[str, Any]:
    """The department signed (签收): the card is delivered, the order signed, unless deemed so before.

    Outputs: ``delivered_at``.
    """
    return _deliver(call, by=person_of(call, "sign"))


def deem_delivered(call: Call) -> Mapping[str, Any]:
    """Nobody signed in time: the papers are deemed delivered at the instant the limit ended (B.4 row 6, E).

    Outputs: ``delivered_at``.
    """
    result = _deliver(call, by=None)
    violation = violation_of(call)
    card, order = card_of(call, violation.id), order_of(call, violation.id)
    number = card.number if card is not None else order.number if order is not None else violation.number
    for to in ("liaison", "supervisor"):
        tell(call, "deemed_delivered", to, DEEMED.format(number), DEEMED.format_en(number))
    return result


def _deliver(call: Call, by: str | None) -> Mapping[str, Any]:
    violation = violation_of(call)
    at = call.case.at
    if by is None and call.firing is not None and call.firing.due is not None:
        at = call.firing.due
    card, order = card_of(call, violation.id), order_of(call, violation.id)
    if card is not None and card.state == "issued":
        change(call, t.card, card.id, state="delivered", delivered_at=at, deemed=by is None, received_by=by)
    elif card is not None and by is not None and card.received_by is None:
        # A late signature says who has it; the delivery that the law deemed stands.
        change(call, t.card, card.id, received_by=by)
        at = card.delivered_at
    if order is not None and order.state == "issued":
        change(call, t.supervision_order, order.id, state="signed")
    return {"delivered_at": at.isoformat()}


def _colour(call: Call) -> str:
    done = [step for step in call.case.steps if step.element in _STEPS]
    level = violation_of(call).level
    colour = call.inputs.get("colour") or (_STEPS[done[-1].element] if done else level)
    if colour not in _ROLES:
        raise InvalidData(f"expected a yellow or red card, found {colour!r}", field="colour")
    return str(colour)


def _issuer(call: Call, colour: str) -> str:
    issuer = person_of(call, f"issue_{colour}")
    if issuer == SYSTEM.id:
        return issuer
    roles = [step.role for step in call.case.steps if step.element == f"issue_{colour}"]
    if roles and roles[-1] not in (None, _ROLES[colour]):
        raise NotAllowed(
            f"expected a {colour} card to be issued by a {_ROLES[colour]}, found a {roles[-1]} (B.4 row 5)",
            person=issuer,
            role=roles[-1],
        )
    must_differ("drafting an order and issuing the card", "B.5", actor_of(call, "draft_order"), issuer)
    return issuer


def _document(call: Call, card: Mapping[str, Any], violation: Row[Any], day: date) -> Document:
    warning, title = warning_of(call), CARD_TITLES[card["colour"]]
    order = order_of(call, violation.id)
    body = {
        "violation_no": violation.number,
        "case_no": violation.case_no,
        "department": violation.department,
        "checkpoint": violation.checkpoint,
        "rule": violation.rule,
        "basis": warning.basis,
        "facts": warning.message,
        "facts_en": warning.message_en,
        "fact_at": violation.fact_at,
        "order_no": None if order is None else order.number,
        "deadline": None if order is None else order.deadline,
        "colour": card["colour"],
        "issued_by": card["issued_by"],
        "opinion": card["opinion"],
    }
    return Document(
        card["district_code"],
        card["document_id"],
        card["number"],
        f"{card['colour']}_card",
        violation.id,
        title.zh,
        title.en,
        body,
        day,
    )
