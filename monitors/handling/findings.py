"""From warning to violation and to its close: what the department said, what the supervisor found (核查)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.errors import Conflict
from engine.handlers import Call
from engine.model import SYSTEM
from monitors import tables as t
from monitors.handling.causes import fact_of, join, raise_to, same_cause
from monitors.handling.counting import count
from monitors.handling.files import with_files
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
from monitors.handling.holders import hold
from monitors.handling.numbers import violation_number
from monitors.handling.policy import Escalations
from monitors.storing import in_turn, put
from monitors.warnings import ESCALATION

UNANSWERED = "unanswered"
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
            "evidence": with_files(call, "explain", given(call, "evidence")),
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
    settle_own(call, outcome)
    c = t.violation.c
    call.connection.execute(
        update(t.violation)
        .where(c.district_code == warning.district_code, c.warning_id == warning.id)
        .values(state="exempted", closed_at=call.case.at)
    )
    return {"warning_state": outcome}


def note_unanswered(call: Call, calendars: CalendarSource, escalations: Escalations) -> Mapping[str, Any]:
    """The department let the time pass; the supervisor goes on without an explanation (B.4 row 2).

    It is kept as an explanation without words on the ground ``unanswered``. Unanswered notices are counted.
    """
    warning = warning_of(call)
    _expect(warning, "explained", ("open",))
    said = {"text": "", "ground": UNANSWERED, "evidence": None, "explained_by": SYSTEM.id}
    place = {"district_code": warning.district_code, "warning_id": warning.id, "explained_at": call.case.at}
    put(call.connection, t.explanation, {**place, **said})
    if warning.level == "notice":
        count(call, calendars, escalations, "unanswered_notices")
    return {}


def confirm_violation(call: Call, calendars: CalendarSource, escalations: Escalations) -> Mapping[str, Any]:
    """A supervisor confirms the warning as a violation (违规); it gets its number V-2026-0012.

    One of a cause that is on file already joins that violation, which keeps the highest level. The fact belongs to the
    instant at which the rung became true, or at which the act happened; not to the day of discovery. Outputs:
    ``violation_id``, ``violation_no``, ``level``, ``joined`` (new; joined: nothing more is to be done; raised: whoever
    handles it must go on at ``level``; reopened: it was closed and this process goes on with it) and ``joined_case``,
    the number of the process that handles it. Raises Conflict when the warning is closed or confirmed already,
    NotAllowed when the one who explained it verifies it.
    """
    warning = warning_of(call)
    _expect(warning, "confirmed", _VERIFIABLE)
    _separate(call)
    in_turn(call.connection)  # two who confirm warnings of one cause at once are one after the other
    mate = same_cause(call, warning)
    violation_id, number = (mate.id, mate.number) if mate else _file(call, warning, calendars)
    join(call, violation_id, warning, person_of(call, "verify"))
    _set_warning(call, warning, state="confirmed", outcome_reason=text_of(call, "reason") or None)
    joined = "new" if mate is None else _joined(call, mate, warning)
    settle_own(call, "confirmed")
    if mate is None:
        hold(call, violation_id, warning)
        count(call, calendars, escalations, "same_rule")
    handler = call.case.instance.id if mate is None else mate.instance_id
    return {
        "violation_id": violation_id,
        "violation_no": number,
        "level": _level(call, violation_id),
        "joined": joined,
        "joined_case": _number_of(call, handler),
    }


def _file(call: Call, warning: Row[Any], calendars: CalendarSource) -> tuple[str, str]:
    violation_id = id_of("violation", warning.district_code, warning.id)
    number = violation_number(call.connection, today(call, calendars).year)
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
            fact_at=fact_of(warning),
            confirmed_at=call.case.at,
            confirmed_by=person_of(call, "verify"),
            reason=text_of(call, "reason"),
            instance_id=call.case.instance.id,
        )
    )
    return violation_id, number


def _joined(call: Call, mate: Row[Any], warning: Row[Any]) -> str:
    """What becomes of the violation on file. Before its order is out, nobody need be told that its level is higher."""
    if not raise_to(call, mate, warning):
        return "joined"
    if mate.state == "closed":
        change(call, t.violation, mate.id, state="confirmed", closed_at=None, instance_id=call.case.instance.id)
        return "reopened"
    return "joined" if mate.state == "confirmed" else "raised"


def _level(call: Call, violation_id: str) -> str:
    v = t.violation.c
    wanted = select(v.level).where(v.district_code == call.case.instance.district_code, v.id == violation_id)
    return str(call.connection.execute(wanted).scalar_one())


def _number_of(call: Call, instance_id: str) -> str:
    """The number of the warning that a process was started for: its case number."""
    w = t.warning.c
    wanted = select(w.number).where(
        w.district_code == call.case.instance.district_code, w.violation_instance == instance_id
    )
    return str(call.connection.execute(wanted).scalars().first() or call.case.instance.business_key)


def settle_own(call: Call, state: str) -> None:
    """Warnings about the department's own deadlines in this process end as the warning that it handles does."""
    w = t.warning.c
    instance = call.case.instance
    own = (w.district_code == instance.district_code, w.case_id == instance.id, w.department == instance.scope)
    call.connection.execute(
        update(t.warning)
        .where(*own, w.state == "open", w.checkpoint != ESCALATION)
        .values(state=state, closed_at=call.case.at)
    )


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
        _close_warnings(call, violation)
    settle_own(call, "confirmed" if state == "closed" else "exempted")
    return {"violation_state": state}


def _close_warnings(call: Call, violation: Row[Any]) -> None:
    """All the warnings that the violation was confirmed from are over with it."""
    f, w = t.violation_finding.c, t.warning.c
    mine = select(f.warning_id).where(f.district_code == violation.district_code, f.violation_id == violation.id)
    call.connection.execute(
        update(t.warning)
        .where(w.district_code == violation.district_code, w.id.in_(mine))
        .values(closed_at=call.case.at)
    )


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
