"""Telling people: alert rows that live pages show, and the handler ``remind``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.handlers import Call
from engine.model import Step
from monitors import tables as t
from monitors.alerts import raise_alert
from monitors.handling.given import change, given, order_of, text_of, warning_of
from monitors.handling.words import LATE


def tell(call: Call, kind: str, to: str, message: str, message_en: str, **more: Any) -> None:
    """Write one alert: ``kind`` what happened, ``to`` the role it is for; both languages in the body."""
    warning = warning_of(call)
    body = {
        "to": to,
        "message": message,
        "message_en": message_en,
        "warning_no": warning.number,
        "case_no": warning.case_no,
        "instance_id": call.case.instance.id,
        **more,
    }
    raise_alert(
        call.connection,
        kind=kind,
        district_code=warning.district_code,
        department=warning.department,
        level=warning.level,
        body=body,
        at=call.case.at,
        warning_id=warning.id,
    )


def remind(call: Call) -> Mapping[str, Any]:
    """Tell the person who is late, and the supervisor, that a step of the violation waits too long (催办).

    The step is the one whose timer fired, or the input ``step`` (an element id). An order whose
    rectification is late becomes overdue. Output: ``reminded`` (the role that was told).
    """
    element = _late_element(call)
    step = _step(call, element)
    name, name_en = (step.name, step.name_en) if step is not None else (element, element)
    role = text_of(call, "role") or (step.role if step is not None else None) or _role_inside(call)
    due = call.firing.due if call.firing is not None else None
    message, message_en = LATE.format(name), LATE.format_en(name_en or name)
    for to in dict.fromkeys((role, "supervisor")):
        tell(call, "reminder", to, message, message_en, step=element, due=due, late=role)
    if element == "rectify":
        _mark_overdue(call)
    return {"reminded": role}


def _late_element(call: Call) -> str:
    if call.firing is not None and call.firing.host:
        return call.firing.host
    named = given(call, "step")
    if isinstance(named, str) and named:
        return named
    waiting = [step for step in call.case.steps if step.outcome == "open" and step.role]
    return waiting[-1].element if waiting else call.element


def _role_inside(call: Call) -> str:
    """Of a group of steps: the role of the one that waits."""
    return next((step.role for step in reversed(call.case.steps) if step.outcome == "open" and step.role), "supervisor")


def _step(call: Call, element: str) -> Step | None:
    found = [step for step in call.case.steps if step.element == element]
    return found[-1] if found else None


def _mark_overdue(call: Call) -> None:
    c, instance = t.violation.c, call.case.instance
    violation_id = call.connection.execute(
        select(c.id).where(c.district_code == instance.district_code, c.instance_id == instance.id)
    ).scalar_one_or_none()
    order = order_of(call, violation_id) if violation_id is not None else None
    if order is not None and order.state in ("issued", "signed", "returned"):
        change(call, t.supervision_order, order.id, state="overdue")
