"""Counting: so many cards, unanswered notices or violations of one rule make a new finding (B.2, B.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import CalendarSource, calendar_of, violation_of
from monitors.handling.policy import Count, Escalations
from monitors.handling.raising import enter
from monitors.outcomes import IN_FORCE
from monitors.warnings import ESCALATION


def count(call: Call, calendars: CalendarSource, escalations: Escalations, what: str) -> None:
    """Raise a finding about the department when the count is reached: by this very command, and again by each
    further such number. It is a warning like any other: explained, verified, confirmed or dismissed."""
    calendar = calendar_of(call, calendars)
    for rule in escalations.counting(what):
        since = calendar.start_of_day(rule.since(calendar.local_date(call.case.at)))
        found = [str(number) for number in call.connection.execute(_COUNTED[what](call, since)).scalars()]
        if found and len(found) % rule.times == 0:
            _raise(call, calendars, rule, found[-rule.times :])


def _raise(call: Call, calendars: CalendarSource, rule: Count, numbers: list[str]) -> None:
    row = {
        "case_id": call.case.instance.id,
        "case_no": call.case.instance.business_key,
        "checkpoint": ESCALATION,
        "rule": rule.code,
        "level": rule.level,
        "dimension": "FLOW",
        "message": f"{rule.message}：{'、'.join(numbers)}",
        "message_en": f"{rule.message_en}: {', '.join(numbers)}",
        "happened": call.case.at,
        "basis": "升级规则 (escalation rules, B.4)",
        "confidence": rule.mark,
    }
    enter(
        call,
        calendars,
        f"{call.case.instance.id}:{numbers[-1]}",
        {"counted": {"rule": rule.code, "numbers": numbers}},
        row,
    )


def _yellow_cards(call: Call, since: datetime) -> Select[Any]:
    c, instance = t.card.c, call.case.instance
    return (
        select(c.number)
        .where(c.district_code == instance.district_code, c.department == instance.scope, c.issued_at >= since)
        .where(c.colour == "yellow", c.state.in_(IN_FORCE), c.superseded_by.is_(None))
        .order_by(c.issued_at, c.id)
    )


def _unanswered(call: Call, since: datetime) -> Select[Any]:
    e, w, instance = t.explanation.c, t.warning.c, call.case.instance
    return (
        select(w.number)
        .join(t.explanation, (e.district_code == w.district_code) & (e.warning_id == w.id))
        .where(w.district_code == instance.district_code, w.department == instance.scope, w.level == "notice")
        .where(e.ground == "unanswered", e.explained_at >= since, w.state.not_in(("dismissed", "exempted")))
        .order_by(e.explained_at, w.number)
    )


def _same_rule(call: Call, since: datetime) -> Select[Any]:
    v, instance = t.violation.c, call.case.instance
    rule = violation_of(call).rule
    return (
        select(v.number)
        .where(v.district_code == instance.district_code, v.department == instance.scope, v.rule == rule)
        .where(v.confirmed_at >= since, v.state.not_in(("revoked", "exempted")))
        .order_by(v.confirmed_at, v.number)
    )


_COUNTED = {"yellow_cards": _yellow_cards, "unanswered_notices": _unanswered, "same_rule": _same_rule}
