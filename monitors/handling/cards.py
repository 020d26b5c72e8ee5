"""Cards (发牌): a yellow one by the office head, a red one by the leader; delivery and receipt (送达, 签收)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, update

from engine.errors import Conflict, InvalidData, NotAllowed
from engine.handlers import Call
from engine.model import SYSTEM
from monitors import documents
from monitors import tables as t
from monitors.documents import Document
from monitors.handling.counting import count
from monitors.handling.given import (
    CalendarSource,
    actor_of,
    calendar_of,
    card_of,
    cards_of,
    change,
    given,
    id_of,
    lead_of,
    must_differ,
    must_stand,
    needed_text,
    order_of,
    person_of,
    text_of,
    today,
    violation_of,
    whole_days,
)
from monitors.handling.holders import propose_measures
from monitors.handling.numbers import document_number
from monitors.handling.orders import run_from
from monitors.handling.papers import served
from monitors.handling.policy import Escalations
from monitors.handling.telling import tell
from monitors.handling.words import CARD_ISSUED, CARD_TITLES, DEEMED, OVERTAKEN
from monitors.standing import mark_of, verified

_STEPS = {"issue_yellow": "yellow", "issue_red": "red"}
_ROLES = {"yellow": "office_head", "red": "leader"}


def take_level(call: Call) -> Mapping[str, Any]:
    """The level as the findings that joined meanwhile have left it. Outputs: ``level``; ``basis_verified``: whether the
    text of the basis was read; ``auto_card``: whether the system itself issues the yellow card, which only a flagged
    rule of TIME on such a basis allows (B.4 row 5)."""
    violation = violation_of(call)
    read = verified(_mark(call, violation))
    return {
        "level": violation.level,
        "basis_verified": read,
        "auto_card": read and violation.level == "yellow" and _flagged(call, violation),
    }


def issue_card(call: Call, calendars: CalendarSource, escalations: Escalations) -> Mapping[str, Any]:
    """Issue a card: 黄牌〔2026〕3号 or 红牌〔2026〕1号. A red one that follows a yellow one takes its place.

    The colour is the input ``colour``, else that of the step last done (``issue_yellow``, ``issue_red``),
    else the violation's level. Reads ``basis_confirmed``, ``opinion``, for a basis whose text nobody has verified
    ``cites_unverified`` and ``basis_reason``, and, for a card that takes another's place,
    ``working_days`` of the rectification. Outputs: ``card_id``, ``card_no``, ``card_colour``, ``document_id``,
    ``order_deadline``. Raises NotAllowed when the drafter of the order issues the card, when the step's role may not
    issue that colour, when the basis was not confirmed, or when the system issues one that no flagged rule of TIME
    asks for; InvalidData when an unverified basis is cited without the issuer's own word for it; Conflict when a card
    of that colour stands.
    """
    violation, colour = violation_of(call), _colour(call)
    must_stand(violation)
    issuer = _issuer(call, violation, colour)
    if issuer != SYSTEM.id and given(call, "basis_confirmed", True) is not True:
        raise NotAllowed("expected the legal basis to be confirmed, found it is not", violation=violation.id)
    mark = _mark(call, violation)
    reason = None if verified(mark) else _own_word(call, violation, issuer, mark)
    standing = card_of(call, violation.id)
    if standing is not None and not (colour == "red" and standing.colour == "yellow"):
        raise Conflict(f"expected no card for {violation.number} yet, found {standing.number}", card=standing.id)
    day, earlier = today(call, calendars), len(cards_of(call, violation.id))
    card_id = id_of("card", violation.district_code, violation.id, colour, earlier)
    if standing is not None:
        _supersede(call, standing, card_id)
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
        "opinion": "" if issuer == SYSTEM.id else text_of(call, "opinion"),
        "deemed": False,
        "basis_reason": reason,
    }
    call.connection.execute(insert(t.card).values(**values))
    documents.write(call.connection, _document(call, values, violation, day, mark))
    change(call, t.violation, violation.id, state="carded")
    number = values["number"]
    for to in ("liaison", "dept_head"):
        tell(call, "card", to, CARD_ISSUED.format(number), CARD_ISSUED.format_en(number), card_id=card_id)
    if colour == "yellow":
        count(call, calendars, escalations, "yellow_cards")
    propose_measures(call, calendars, escalations, violation)
    return {
        "card_id": card_id,
        "card_no": number,
        "card_colour": colour,
        "document_id": values["document_id"],
        "order_deadline": _deadline(call, calendars, violation, again=standing is not None),
    }


def _mark(call: Call, violation: Row[Any]) -> str:
    """The mark of the basis that a card of this violation cites, as it stands now."""
    lead = lead_of(call, violation)
    return mark_of(call.connection, lead.basis, lead.confidence)


def _own_word(call: Call, violation: Row[Any], issuer: str, mark: str) -> str:
    """Why the issuer cites a basis that nobody has verified; the system never does."""
    if issuer == SYSTEM.id:
        raise NotAllowed(
            f"expected a verified basis for a card that the system issues, found {mark}", violation=violation.id
        )
    if given(call, "cites_unverified") is not True:
        raise InvalidData(
            f"expected the issuer to cite a basis marked {mark} knowingly, found no such word", field="cites_unverified"
        )
    return needed_text(call, "basis_reason")


def _supersede(call: Call, card: Row[Any], by: str) -> None:
    """The card's appeal, and a report that nobody verified, go up with it."""
    change(call, t.card, card.id, superseded_by=by)
    a, r = t.appeal.c, t.rectification.c
    call.connection.execute(
        update(t.appeal)
        .where(a.district_code == card.district_code, a.card_id == card.id, a.decided_at.is_(None))
        .values(state="escalated", reason=OVERTAKEN.zh)
    )
    call.connection.execute(
        update(t.rectification)
        .where(r.district_code == card.district_code, r.violation_id == card.violation_id, r.outcome.is_(None))
        .values(outcome="escalated", verified_by=SYSTEM.id, verified_at=call.case.at)
    )


def _deadline(call: Call, calendars: CalendarSource, violation: Row[Any], again: bool) -> str | None:
    """The order's last permitted day; a card that takes another's place gives the days of its own level anew."""
    order = order_of(call, violation.id)
    if order is None:
        return None
    if not again:
        return str(order.deadline.isoformat())
    days = whole_days(call, "working_days", order.working_days)
    deadline = calendar_of(call, calendars).add_working_days(today(call, calendars), days)
    state = "issued" if order.state == "issued" else "signed"  # a paper is signed for once
    change(call, t.supervision_order, order.id, deadline=deadline, working_days=days, state=state)
    return deadline.isoformat()


def record_receipt(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """The department signed (签收): the card is delivered, the order signed, unless deemed so before.

    The days of the rectification run from then. Outputs: ``delivered_at``, ``order_deadline``.
    """
    return _deliver(call, calendars, by=person_of(call, "sign"))


def deem_delivered(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Nobody signed in time: the papers are deemed delivered at the instant the limit ended (B.4 row 6, E).

    Outputs: ``delivered_at``, ``order_deadline``.
    """
    result = _deliver(call, calendars, by=None)
    violation = violation_of(call)
    card, order = card_of(call, violation.id), order_of(call, violation.id)
    number = card.number if card is not None else order.number if order is not None else violation.number
    for to in ("liaison", "supervisor"):
        tell(call, "deemed_delivered", to, DEEMED.format(number), DEEMED.format_en(number))
    return result


def _deliver(call: Call, calendars: CalendarSource, by: str | None) -> Mapping[str, Any]:
    violation = violation_of(call)
    at = call.case.at
    if by is None and call.firing is not None and call.firing.due is not None:
        at = call.firing.due
    card, order = card_of(call, violation.id), order_of(call, violation.id)
    if card is not None and card.state == "issued":
        change(call, t.card, card.id, state="delivered", delivered_at=at, deemed=by is None, received_by=by)
        served(call, card.document_id, by=by, deemed=by is None)
    elif card is not None and by is not None and card.received_by is None:
        # A late signature says who has it; the delivery that the law deemed stands.
        change(call, t.card, card.id, received_by=by)
        served(call, card.document_id, by=by, deemed=False)
        at = card.delivered_at
    result: dict[str, Any] = {"delivered_at": at.isoformat()}
    if order is not None:
        if order.state == "issued":
            change(call, t.supervision_order, order.id, state="signed")
            served(call, order.document_id, by=by, deemed=by is None)
        day = calendar_of(call, calendars).local_date(at)
        result["order_deadline"] = run_from(call, calendars, order, day)
    return result


def _colour(call: Call) -> str:
    done = [step for step in call.case.steps if step.element in _STEPS]
    level = violation_of(call).level
    colour = call.inputs.get("colour") or (_STEPS[done[-1].element] if done else level)
    if colour not in _ROLES:
        raise InvalidData(f"expected a yellow or red card, found {colour!r}", field="colour")
    return str(colour)


def _issuer(call: Call, violation: Row[Any], colour: str) -> str:
    issuer = SYSTEM.id if given(call, "auto_card") is True else person_of(call, f"issue_{colour}")
    if issuer == SYSTEM.id:
        if colour != "yellow" or not _flagged(call, violation):
            raise NotAllowed(
                "expected a yellow card for a flagged rule of TIME to be issued by the system, found another "
                "(B.4 row 5)",
                violation=violation.id,
            )
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


def _flagged(call: Call, violation: Row[Any]) -> bool:
    lead = lead_of(call, violation)
    flagged = (lead.evidence.get("rule") or {}).get("auto_card") is True
    return flagged and lead.dimension == "TIME" and lead.level == violation.level


def _document(call: Call, card: Mapping[str, Any], violation: Row[Any], day: date, mark: str) -> Document:
    warning, title = lead_of(call, violation), CARD_TITLES[card["colour"]]
    order = order_of(call, violation.id)
    body = {
        "violation_no": violation.number,
        "case_no": violation.case_no,
        "department": violation.department,
        "checkpoint": violation.checkpoint,
        "rule": violation.rule,
        "basis": warning.basis,
        "basis_mark": mark,
        "basis_reason": card["basis_reason"],
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
        issued_at=call.case.at,
    )
