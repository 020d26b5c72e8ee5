"""Responsibility: the department and the duty persons who held the clock, in days; and what follows for persons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select

from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import CalendarSource, calendar_of, id_of
from monitors.handling.policy import Escalations, PersonCount, months_back
from monitors.handling.words import MEASURES
from monitors.outcomes import IN_FORCE
from monitors.storing import insert_once


def hold(call: Call, violation_id: str, warning: Row[Any]) -> None:
    """Keep who held the clock when the warning was raised, as its evidence pins it."""
    rows = [
        {
            "district_code": warning.district_code,
            "violation_id": violation_id,
            "number": number,
            "department": warning.department,
            **passage,
        }
        for number, passage in enumerate(warning.evidence.get("held") or (), start=1)
    ]
    if rows:
        call.connection.execute(insert(t.responsibility), rows)


def propose_measures(call: Call, calendars: CalendarSource, escalations: Escalations, violation: Row[Any]) -> None:
    """After a card: propose what its colour's count means for each person who held the clock (B.4)."""
    r = t.responsibility.c
    wanted = select(r.person).where(
        r.district_code == violation.district_code, r.violation_id == violation.id, r.person.is_not(None)
    )
    for person in sorted(set(call.connection.execute(wanted).scalars())):
        for rule in escalations.persons:
            if _cards_on(call, calendars, person, rule) == rule.times:
                _propose(call, violation, person, rule)


def _cards_on(call: Call, calendars: CalendarSource, person: str, rule: PersonCount) -> int:
    """How many cards in force of that colour the person has answered for in those months."""
    calendar = calendar_of(call, calendars)
    since = calendar.start_of_day(months_back(calendar.local_date(call.case.at), rule.months))
    c, r = t.card.c, t.responsibility.c
    wanted = (
        select(func.count(c.id.distinct()))
        .select_from(
            t.card.join(t.responsibility, (r.district_code == c.district_code) & (r.violation_id == c.violation_id))
        )
        .where(r.person == person, c.colour == rule.colour, c.state.in_(IN_FORCE), c.superseded_by.is_(None))
        .where(c.issued_at >= since)
    )
    return int(call.connection.execute(wanted).scalar_one())


def _propose(call: Call, violation: Row[Any], person: str, rule: PersonCount) -> None:
    words = MEASURES[rule.measure, rule.colour]
    row = {
        "district_code": violation.district_code,
        "id": id_of("measure", violation.id, person, rule.measure, rule.colour),
        "person": person,
        "violation_id": violation.id,
        "kind": rule.measure,
        "reason": words.format(rule.months, rule.times),
        "reason_en": words.format_en(rule.months, rule.times),
        "proposed_at": call.case.at,
    }
    insert_once(call.connection, t.personal_measure, row)
