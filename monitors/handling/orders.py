"""The supervision order (督办单): drafted by a supervisor, approved by another person, issued with a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, insert

from engine.errors import Conflict, NotAllowed
from engine.handlers import Call
from monitors import documents
from monitors import tables as t
from monitors.documents import Document
from monitors.handling.copies import extend_copies, recipients, send
from monitors.handling.given import (
    CalendarSource,
    calendar_of,
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
from monitors.handling.numbers import document_number
from monitors.handling.telling import tell
from monitors.handling.words import EXTENDED, ORDER_ISSUED, ORDER_TITLE

# B.4 row 8 (P). The diagram's input ``working_days`` overrides it, so that a city changes data, not code.
_WORKING_DAYS = {"notice": 5, "yellow": 5, "red": 10}
MORE_DAYS = 10


def issue_order(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Issue the order that was drafted and approved: 督办〔2026〕12号, with facts, rule, basis, demand, deadline.

    Reads ``demand``, ``order_kind``, ``opinion``, ``approved`` and, if given, ``working_days`` (default by
    level: 5, 5, 10 working days from the day of issue). Outputs: ``order_id``, ``order_no``, ``document_id``,
    ``deadline`` and ``order_deadline`` (the last permitted day). Raises NotAllowed when the drafter approves
    or the draft was not approved, Conflict when there is an order already.
    """
    violation = violation_of(call)
    must_stand(violation)
    drafter, approver = person_of(call, "draft_order"), person_of(call, "approve_order")
    must_differ("drafting and approving an order", "B.4 row 4", drafter, approver)
    if given(call, "approved", True) is not True:
        raise NotAllowed("expected an approved draft, found it refused", violation=violation.id)
    earlier = order_of(call, violation.id)
    if earlier is not None and earlier.state != "closed":
        raise Conflict(f"expected no order for {violation.number} yet, found one", violation=violation.id)
    day = today(call, calendars)
    order_id = id_of("order", violation.district_code, violation.id, "" if earlier is None else earlier.id)
    warning, kind = lead_of(call, violation), text_of(call, "order_kind") or "一般督办"
    copies = recipients(call, kind, violation.department)
    days = whole_days(call, "working_days", _WORKING_DAYS[violation.level])
    values = {
        "district_code": violation.district_code,
        "id": order_id,
        "number": document_number(call.connection, "order", day.year),
        "violation_id": violation.id,
        "kind": kind,
        "facts": warning.message,
        "facts_en": warning.message_en,
        "rule": violation.rule,
        "basis": warning.basis,
        "demand": needed_text(call, "demand"),
        "deadline": calendar_of(call, calendars).add_working_days(day, days),
        "working_days": days,
        "drafted_by": drafter,
        "approved_by": approver,
        "opinion": text_of(call, "opinion"),
        "issued_at": call.case.at,
        "document_id": id_of("document", order_id),
        "state": "issued",
    }
    call.connection.execute(insert(t.supervision_order).values(**values))
    documents.write(call.connection, _document(values, violation, day))
    change(call, t.violation, violation.id, state="ordered")
    message = ORDER_ISSUED.format(values["number"], values["deadline"])
    message_en = ORDER_ISSUED.format_en(values["number"], values["deadline"])
    tell(call, "order", "liaison", message, message_en, order_id=order_id)
    send(call, values, copies)
    deadline = values["deadline"].isoformat()
    return {
        "order_id": order_id,
        "order_no": values["number"],
        "document_id": values["document_id"],
        "deadline": deadline,
        "order_deadline": deadline,
    }


def extend_rectification(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """More time for a complex rectification, once, by the head of the supervision office (B.4 row 8).

    Reads ``working_days`` (added to the last permitted day) and ``reason``. Output: ``order_deadline``. Raises
    InvalidData without a reason, Conflict when it was extended before.
    """
    violation = violation_of(call)
    order = order_of(call, violation.id)
    if order is None or order.extended_by is not None:
        raise Conflict(
            f"expected an order of {violation.number} that was never extended, found none", violation=violation.id
        )
    reason = needed_text(call, "reason")
    days = whole_days(call, "working_days", MORE_DAYS)
    deadline = calendar_of(call, calendars).add_working_days(order.deadline, days)
    granted = {"extended_by": call.actor.id, "extension_reason": reason}
    change(call, t.supervision_order, order.id, deadline=deadline, **granted)
    extend_copies(call, violation, deadline)
    tell(call, "extended", "dept_head", EXTENDED.format(deadline), EXTENDED.format_en(deadline), order_id=order.id)
    return {"order_deadline": deadline.isoformat()}


def run_from(call: Call, calendars: CalendarSource, order: Row[Any], day: date) -> str:
    """Let the order's limit run from that day, if that is later than it ends now; gives the last permitted day."""
    deadline: date = max(order.deadline, calendar_of(call, calendars).add_working_days(day, order.working_days))
    change(call, t.supervision_order, order.id, deadline=deadline)
    return deadline.isoformat()


def _document(order: Mapping[str, Any], violation: Row[Any], day: date) -> Document:
    body = {
        "violation_no": violation.number,
        "case_no": violation.case_no,
        "department": violation.department,
        "level": violation.level,
        "checkpoint": violation.checkpoint,
        "fact_at": violation.fact_at,
        "deadline": order["deadline"],
        **{
            name: order[name]
            for name in ("kind", "facts", "facts_en", "rule", "basis", "demand", "opinion", "drafted_by", "approved_by")
        },
    }
    return Document(
        order["district_code"],
        order["document_id"],
        order["number"],
        "order",
        violation.id,
        ORDER_TITLE.zh,
        ORDER_TITLE.en,
        body,
        day,
        issued_at=order["issued_at"],
    )
