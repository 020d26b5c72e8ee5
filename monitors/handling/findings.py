"""From warning to violation and to its close: what the department said, what the supervisor found (核查)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, update

from engine.errors import Conflict
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import (
    CalendarSource,
    card_of,
    change,
    given,
    id_of,
    must_differ,
    needed_text,
    one_of,
    order_of,
    person_of,
    text_of,
    today,
    violation_of,
    warning_of,
)
from monitors.handling.numbers import violation_number
from monitors.storing import put

_VERIFIABLE = ("open", "explained")


def record_explanation(call: Call) -> Mapping[str, Any]:
    """Keep what the department says to the warning (说明); the warning becomes ``explained``.

    Reads ``explanation`` (text), ``explanation_ground`` and ``evidence``. Raises Conflict when the warning is closed already.
    """
    warning = warning_of(call)
    _expect(warning, "explained", _VERIFIABLE)
    put(
        call.connection,
        t.explanation,
        {
            "district_code": warning.district_code,
            "warning_id": warning.id,
            "text": needed_text(call, "explanation"),
            "ground": given(call, "explanation_ground"),
            "evidence": given(call, "evidence"),
            "explained_by": person_of(call, "explain"),
            "explained_at": call.case.at,
        },
    )
    _set_warning(call, warning, state="explained")
    return {"explained_by": person_of(call, "explain")}


def close_warning(call: Call) -> Mapping[str, Any]:
    """Close a warning without a violation: ``outcome`` dismissed (误报) or exempted (免责), with its ``reason``.

    One that was confirmed before may still be exempted; its violation is then exempted too and counts nothing.
    Raises InvalidData without a reason, Conflict when it is closed, NotAllowed when the explainer verifies.
    """
    warning = warning_of(call)
    outcome = one_of(call, "outcome", ("dismissed", "exempted"))
    _expect(warning, outcome, (*_VERIFIABLE, "confirmed") if outcome == "exempted" else _VERIFIABLE)
    _separate(call)
    reason = needed_text(call, "reason")
    _set_warning(call, warning, state=outcome, closed_at=call.case.at, outcome_reason=reason)
    c = t.violation.c
    call.connection.execute(
        update(t.violation)
        .where(c.district_code == warning.district_code, c.warning_id == warning.id)
        .values(state="exempted", closed_at=call.case.at)
    )
    return {"warning_state": outcome}


def confirm_violation(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """A supervisor confirms the warning as a violation (违规); it gets its number V-2026-0012.

    The fact belongs to the instant at which the rung became true, or at which the act happened; not to the
    day of discovery. Outputs: ``violation_id``, ``violation_no``. Raises Conflict when the warning is closed
    or confirmed already, NotAllowed when the one who explained it verifies it.
    """
    warning = warning_of(call)
    _expect(warning, "confirmed", _VERIFIABLE)
    _separate(call)
    violation_id = id_of("violation", warning.district_code, warning.id)
    number = violation_number(call.connection, today(call, calendars).year)
    reason = text_of(call, "reason")
    call.connection.execute(
        insert(t.violation).values(
            district_code=warning.district_code,
            id=violation_id,
            number=number,
            warning_id=warning.id,
            case_id=warning.case_id,
            case_no=warning.case_no,
            department=warning.department,
            level=warning.level,
            checkpoint=warning.checkpoint,
            rule=warning.rule,
            dimension=warning.dimension,
            state="confirmed",
            fact_at=warning.due or warning.happened,
            confirmed_at=call.case.at,
            confirmed_by=person_of(call, "verify"),
            reason=reason,
            instance_id=call.case.instance.id,
        )
    )
    _set_warning(call, warning, state="confirmed", outcome_reason=reason or None)
    return {"violation_id": violation_id, "violation_no": number}


def close_violation(call: Call) -> Mapping[str, Any]:
    """Close the file (销号): violation, order and card are closed; what was revoked or exempted stays so.

    Outputs: ``violation_state``. Raises Conflict when it is closed already.
    """
    violation = violation_of(call)
    if violation.closed_at is not None and violation.state == "closed":
        raise Conflict(f"expected violation {violation.number} to be open, found it closed", violation=violation.id)
    state = violation.state if violation.state in ("revoked", "exempted") else "closed"
    change(call, t.violation, violation.id, state=state, closed_at=call.case.at)
    order, card = order_of(call, violation.id), card_of(call, violation.id)
    if order is not None:
        change(call, t.supervision_order, order.id, state="closed")
    if card is not None and card.state not in ("revoked", "cancelled"):
        change(call, t.card, card.id, state="closed")
    if state == "closed":
        _set_warning(call, warning_of(call), closed_at=call.case.at)
    return {"violation_state": state}


def _separate(call: Call) -> None:
    must_differ("explanation and verification", "B.4, 2 and 3", person_of(call, "verify"), _explainer(call))


def _explainer(call: Call) -> str | None:
    c = t.explanation.c
    warning = warning_of(call)
    wanted = t.explanation.select().where(c.district_code == warning.district_code, c.warning_id == warning.id)
    row = call.connection.execute(wanted).first()
    return None if row is None else str(row.explained_by)


def _expect(warning: Row[Any], wanted: str, allowed: tuple[str, ...]) -> None:
    if warning.state not in allowed:
        raise Conflict(
            f"expected warning {warning.number} to be {' or '.join(allowed)} before it is {wanted}, "
            f"found it {warning.state}",
            warning=warning.id,
            state=warning.state,
        )


def _set_warning(call: Call, warning: Row[Any], **values: Any) -> None:
    change(call, t.warning, warning.id, violation_instance=call.case.instance.id, **values)
