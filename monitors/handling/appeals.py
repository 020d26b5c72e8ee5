"""Appeals (申诉): filed by the department, decided by somebody other than the issuer (B.4 row 7, B.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select

from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import (
    CalendarSource,
    calendar_of,
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
    today,
    violation_of,
)
from monitors.handling.papers import appeal_decision
from monitors.handling.revocation import revoke
from monitors.handling.revoking import end_warnings
from monitors.handling.telling import tell
from monitors.handling.words import APPEAL_DECIDED, APPEAL_FILED, NOT_ADMITTED, OUTCOMES, PANEL

BODIES = ("head", "leader", "panel")
PANEL_OF = 3
_MILD_FIRST = ("revoked", "downgraded", "upheld")
_APPEALABLE = ("issued", "delivered")


def file_appeal(call: Call) -> Mapping[str, Any]:
    """File an appeal against the card, or against the order where there is no card. It stops no rectification.

    Reads ``grounds``. Outputs: ``appeal_id``, ``appeal_filed_at``; nothing when ``appeal`` is false. Raises InvalidData without
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
    return {"appeal_id": appeal_id, "appeal_filed_at": call.case.at.isoformat()}


def admit_appeal(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Admit the appeal (受理) and say who decides: ``appeal_body`` head, leader or panel (B.5).

    The head of the office decides about notices and yellow cards, a second leader or a panel of three about a red
    card; one that was referred upwards goes to a higher body. Reads ``admitted``, ``appeal_body``, ``stay`` (the
    rectification waits, B.4 row 7) and, where it is not admitted, ``admission_reason``. Outputs: ``appeal_body``
    (``none`` when it is not admitted), ``order_deadline`` (null while the rectification waits).
    Raises InvalidData for a body that may not decide, NotAllowed when the appellant admits.
    """
    violation = violation_of(call)
    appeal, order = _must_be_open(call, violation), order_of(call, violation.id)
    person = person_of(call, "accept_appeal")
    must_differ("filing and admitting an appeal", "B.5", appeal.filed_by, person)
    card = _card_of_appeal(call, appeal)
    deadline = None if order is None else order.deadline.isoformat()
    if given(call, "admitted", True) is not True:
        _reject(call, violation, appeal, card, person)
        return {"appeal_body": "none", "order_deadline": deadline}
    body = one_of(call, "appeal_body", _bodies(appeal, card))
    stay = appeal.stayed is True or given(call, "stay", False) is True
    since = appeal.admitted_at if appeal.stayed else call.case.at
    change(call, t.appeal, appeal.id, state="accepted", body=body, admitted_by=person, admitted_at=since, stayed=stay)
    return {"appeal_body": body, "order_deadline": None if stay else deadline}


def decide_appeal(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Decide the appeal: ``appeal_outcome`` revoked (撤销), upheld (维持), downgraded (降级, red to yellow) or
    escalated (上报, to a higher body); a panel decides by its ``votes``, the middle one of three.

    A revoked card stays in the trace and counts nothing; so does its violation (B.4 row 11). Reads
    ``appeal_reason``; what is decided is a document. Outputs: ``appeal_id``, ``appeal_outcome`` (``rejected`` where it
    was not admitted), ``card_colour``, ``level``, ``order_deadline``, ``document_id``. Raises NotAllowed when the issuer of the card (the approver of the
    order where there is no card) or the appellant decides, NotFound without an open appeal, InvalidData when a card
    that is not red is downgraded.
    """
    violation = violation_of(call)
    if given(call, "appeal_body") == "none":
        return _result(call, calendars, violation, None, "rejected")
    appeal = _must_be_open(call, violation)
    card, order = _card_of_appeal(call, appeal), order_of(call, violation.id)
    panel = appeal.body == "panel"
    outcome, reason = _voted(call) if panel else _said(call)
    deciders = _panel(call) if panel else [person_of(call, "decide_appeal", "decide_appeal_head")]
    issuer = card.issued_by if card is not None else order.approved_by if order is not None else None
    for decider in deciders:
        must_differ("issuing a card and deciding the appeal against it", "B.5", issuer, decider)
        must_differ("filing and deciding an appeal", "B.5", appeal.filed_by, decider)
    if outcome == "downgraded" and (card is None or card.colour != "red"):
        raise InvalidData("expected a red card to downgrade, found none", field="appeal_outcome")
    if outcome == "escalated":
        change(call, t.appeal, appeal.id, state=outcome, reason=reason)
        return _result(call, calendars, violation, appeal, outcome)
    votes = {"votes": dict(zip(deciders, _votes(call), strict=True))} if panel else {}
    decided = {"decided_by": deciders[-1], "decided_at": call.case.at, "reason": reason, **votes}
    change(call, t.appeal, appeal.id, state=outcome, **decided)
    if card is not None:
        change(call, t.card, card.id, state=outcome, **({"colour": "yellow"} if outcome == "downgraded" else {}))
    if outcome == "downgraded":
        change(call, t.violation, violation.id, level="yellow")
    if outcome == "revoked":
        revoke(call.connection, violation, call.case.at)
        end_warnings(call.connection, violation, call.case.at)
    number, words = _against(call, violation, card), OUTCOMES[outcome]
    said = {"against": number, "outcome": outcome, "reason": reason, "decided_by": deciders[-1]}
    paper = appeal_decision(call, calendars, violation, appeal, **said)
    message = APPEAL_DECIDED.format(number, words.zh)
    tell(call, "appeal_decided", "liaison", message, APPEAL_DECIDED.format_en(number, words.en))
    return {**_result(call, calendars, violation, appeal, outcome), "document_id": paper}


def _result(
    call: Call, calendars: CalendarSource, violation: Row[Any], appeal: Row[Any] | None, outcome: str
) -> dict[str, Any]:
    now, card, order = violation_of(call), card_of(call, violation.id), order_of(call, violation.id)
    deadline = None if order is None else order.deadline
    if order is not None and appeal is not None and appeal.stayed:
        # The days that were left when it was admitted run from the decision on.
        calendar = calendar_of(call, calendars)
        left = max(1, calendar.working_days(calendar.local_date(appeal.admitted_at), order.deadline))
        deadline = None if outcome == "escalated" else calendar.add_working_days(today(call, calendars), left)
        if deadline is not None:
            change(call, t.supervision_order, order.id, deadline=deadline)
    return {
        "appeal_id": None if appeal is None else appeal.id,
        "appeal_outcome": outcome,
        "card_colour": None if card is None else card.colour,
        "level": now.level,
        "order_deadline": None if deadline is None else deadline.isoformat(),
    }


def _bodies(appeal: Row[Any], card: Row[Any] | None) -> tuple[str, ...]:
    bodies = BODIES[1:] if card is not None and card.colour == "red" else BODIES
    above = BODIES.index(appeal.body) + 1 if appeal.state == "escalated" and appeal.body in BODIES else 0
    return tuple(body for body in bodies if BODIES.index(body) >= above)


def _reject(call: Call, violation: Row[Any], appeal: Row[Any], card: Row[Any] | None, person: str) -> None:
    reason = needed_text(call, "admission_reason")
    values = {"admitted_by": person, "admitted_at": call.case.at, "decided_by": person, "decided_at": call.case.at}
    change(call, t.appeal, appeal.id, state="rejected", body="none", reason=reason, **values)
    if card is not None:
        change(call, t.card, card.id, state="delivered")
    number = _against(call, violation, card)
    tell(call, "appeal_decided", "liaison", NOT_ADMITTED.format(number, reason), NOT_ADMITTED.format_en(number, reason))


def _said(call: Call) -> tuple[str, str]:
    outcome = one_of(call, "appeal_outcome", (*OUTCOMES, "escalated"))
    return outcome, needed_text(call, "appeal_reason")


def _votes(call: Call) -> list[str]:
    votes = call.inputs.get("votes") or ()
    if len(votes) != PANEL_OF or any(vote not in _MILD_FIRST for vote in votes):
        raise InvalidData(f"expected three votes of {', '.join(_MILD_FIRST)}, found {votes!r}", field="votes")
    return [str(vote) for vote in votes]


def _voted(call: Call) -> tuple[str, str]:
    """The middle vote: what at least two of three would go as far as."""
    votes = _votes(call)
    return sorted(votes, key=_MILD_FIRST.index)[1], PANEL.format(*(votes.count(vote) for vote in _MILD_FIRST))


def _panel(call: Call) -> list[str]:
    """Who voted last, in the order of their places. Raises NotAllowed unless they are three persons."""
    voted = [step for step in call.case.steps if step.element == "panel_vote" and step.outcome != "cancelled"]
    members = [step.actor or call.actor.id for step in voted[-PANEL_OF:]]
    if len(set(members)) != PANEL_OF:
        raise NotAllowed(f"expected a panel of three persons, found {', '.join(members) or 'none'} (B.5)")
    return members


def _must_be_open(call: Call, violation: Row[Any]) -> Row[Any]:
    appeal = _open_appeal(call, violation.id)
    if appeal is None:
        raise NotFound(f"expected an open appeal in {violation.number}, found none", violation=violation.id)
    return appeal


def _open_appeal(call: Call, violation_id: str) -> Row[Any] | None:
    row = latest(call, t.appeal, violation_id, "filed_at")
    return row if row is not None and row.decided_at is None else None


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
