"""Rectification (整改) and its verification (复核): at most two returns, then escalation (B.4 rows 8, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.errors import Conflict
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.copies import expect_answers
from monitors.handling.files import with_files
from monitors.handling.given import (
    CalendarSource,
    calendar_of,
    card_of,
    change,
    given,
    latest,
    must_differ,
    needed_text,
    one_of,
    order_of,
    person_of,
    text_of,
    today,
    violation_of,
)
from monitors.handling.telling import tell
from monitors.handling.words import ESCALATED, RETURNED

_MOST_RETURNS = 2  # B.4 row 9 (P); the diagram's input ``most_returns`` overrides it


def record_rectification(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Keep a report of rectification, signed by the department's head; a return begins the next round.

    Reads ``measures`` and ``evidence``. It is on time on or before the order's deadline; a return moves
    that by as many working days, as a step that is entered again has a new limit. Outputs:
    ``rectification_id``, ``rectification_round``, ``rectification_on_time``. Raises Conflict when a report awaits verification
    or was accepted, or without an order.
    """
    violation = violation_of(call)
    order, last = order_of(call, violation.id), latest(call, t.rectification, violation.id, "round")
    if order is None:
        raise Conflict(f"expected an order for {violation.number}, found none", violation=violation.id)
    card = card_of(call, violation.id)
    anew = last is not None and card is not None and last.submitted_at < card.issued_at
    if last is not None and last.outcome not in ("returned", "escalated") and not anew:
        raise Conflict(
            f"expected no report of {violation.number} to stand, found round {last.round} "
            f"{last.outcome or 'waiting for verification'}",
            violation=violation.id,
        )
    deadline = order.deadline
    on_time = today(call, calendars) <= deadline
    number = 1 if last is None else last.round + 1
    call.connection.execute(
        insert(t.rectification).values(
            district_code=violation.district_code,
            violation_id=violation.id,
            round=number,
            measures=needed_text(call, "measures"),
            evidence=with_files(call, "rectify", given(call, "evidence")),
            signed_by=person_of(call, "rectify"),
            submitted_at=call.case.at,
            deadline=deadline,
            on_time=on_time,
        )
    )
    change(call, t.violation, violation.id, state="rectifying")
    change(call, t.supervision_order, order.id, state="replied")
    return {
        "rectification_id": f"{violation.id}-{number}",
        "rectification_round": number,
        "rectification_on_time": on_time,
    }


def verify_rectification(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Verify the report: ``rectification_outcome`` accepted, returned (at most twice) or escalated.

    A third return is kept as what it is, an escalation; the diagram sees it by ``rectification_returns`` = 3.
    Reads ``most_returns`` and ``verification_reason``, else ``rectification_reason`` or ``opinion``. Outputs:
    ``rectification_outcome`` as it was decided, ``rectification_returns`` (how often a return was decided since the
    card that stands), ``next_deadline``, ``order_deadline``. Raises NotAllowed when the signer verifies, Conflict
    when no report waits, and when one is accepted while a copy of the order has no answer.
    """
    violation = violation_of(call)
    order, last = order_of(call, violation.id), latest(call, t.rectification, violation.id, "round")
    if order is None or last is None or last.outcome is not None:
        raise Conflict(f"expected a report of {violation.number} to verify, found none", violation=violation.id)
    outcome = one_of(call, "rectification_outcome", ("accepted", "returned", "escalated"))
    verifier = person_of(call, "verify_rectification")
    must_differ("signing and verifying a rectification", "B.4 rows 8, 9", last.signed_by, verifier)
    if outcome == "accepted":
        expect_answers(call, violation)
    returns = _returns(call, violation.id) + (outcome == "returned")
    if returns > int(given(call, "most_returns", _MOST_RETURNS)):
        outcome = "escalated"
    reason = text_of(call, "verification_reason") or text_of(call, "rectification_reason") or text_of(call, "opinion")
    next_deadline = None
    if outcome == "returned":
        next_deadline = calendar_of(call, calendars).add_working_days(today(call, calendars), order.working_days)
    c = t.rectification.c
    call.connection.execute(
        update(t.rectification)
        .where(c.district_code == violation.district_code, c.violation_id == violation.id, c.round == last.round)
        .values(
            outcome=outcome,
            verified_by=verifier,
            verified_at=call.case.at,
            reason=reason or None,
            next_deadline=next_deadline,
        )
    )
    if outcome == "accepted":
        change(call, t.violation, violation.id, state="verified")
    elif outcome == "returned":
        change(call, t.supervision_order, order.id, state="returned", deadline=next_deadline)
        tell(
            call,
            "returned",
            "dept_head",
            RETURNED.format(returns, reason),
            RETURNED.format_en(returns, reason),
        )
    else:
        for to in ("office_head", "leader"):
            tell(call, "escalated", to, ESCALATED.zh, ESCALATED.en)
    return {
        "rectification_outcome": outcome,
        "rectification_returns": returns,
        "next_deadline": None if next_deadline is None else next_deadline.isoformat(),
        "order_deadline": (next_deadline or order.deadline).isoformat(),
    }


def _returns(call: Call, violation_id: str) -> int:
    c, card = t.rectification.c, card_of(call, violation_id)
    wanted = select(func.count()).where(
        c.district_code == call.case.instance.district_code,
        c.violation_id == violation_id,
        c.outcome == "returned",
    )
    if card is not None:
        wanted = wanted.where(c.submitted_at >= card.issued_at)
    return int(call.connection.execute(wanted).scalar_one())
