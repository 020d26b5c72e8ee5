"""Gathers the figures of one department and period from the tables.

A violation belongs to the period of its fact, not of its discovery, and so do its card and its rectification.
What was dismissed, exempted or revoked, and what was confirmed or issued after ``at``, is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from engine.calendar import WorkingCalendar
from monitors import tables as t
from monitors.assessment.cases import CaseRecord
from monitors.assessment.causes import cause_of
from monitors.assessment.figures import Figures
from monitors.assessment.results import Cause
from monitors.handling.findings import UNANSWERED
from monitors.outcomes import IN_FORCE


@dataclass(frozen=True, slots=True)
class Period:
    """Whose figures of when: ``since`` <= fact < ``until``, as known ``at``."""

    district_code: str
    department: str
    since: datetime
    until: datetime
    at: datetime
    three_yellow_replace: bool = False


def gather(connection: Connection, calendar: WorkingCalendar, cases: CaseRecord, period: Period) -> Figures:
    """All counters of the period."""
    violations = list(connection.execute(_violations(period)))
    due, on_time, late = _rectifications(connection, period, violations, calendar.local_date(period.at))
    return Figures(
        cases=cases.counts(period.since, min(period.until, period.at)),
        violations=tuple(cause_of(row) for row in violations),
        cards=_cards(connection, period),
        notices=_notices(connection, period, violations),
        rectification_due=due,
        rectified_on_time=on_time,
        late_rectifications=tuple(cause_of(row) for row in late),
    )


def _violations(period: Period) -> Select[Any]:
    """The violations that count, each with its warning."""
    v, w = t.violation.c, t.warning.c
    joined = t.violation.join(t.warning, and_(w.district_code == v.district_code, w.id == v.warning_id))
    return (
        select(t.warning, v.id.label("violation_id"), v.number.label("violation_no"))
        .select_from(joined)
        .where(
            v.district_code == period.district_code,
            v.department == period.department,
            v.fact_at >= period.since,
            v.fact_at < period.until,
            v.confirmed_at <= period.at,
            v.state.not_in(("exempted", "revoked")),
            w.state == "confirmed",
        )
        .order_by(v.fact_at, v.number)
    )


def _cards(connection: Connection, period: Period) -> dict[str, tuple[Cause, ...]]:
    """Cards in force by the colour in force. One that another took the place of does not count beside it, nor, where
    the sheet says so, do the yellow cards that a red card was issued for.
    """
    c, v = t.card.c, t.violation.c
    wanted = (
        _violations(period)
        .add_columns(c.id.label("card_id"), c.number.label("card_no"), c.colour.label("colour"))
        .join(t.card, and_(c.district_code == v.district_code, c.violation_id == v.id))
        .where(c.issued_at <= period.at, c.state.in_(IN_FORCE), c.superseded_by.is_(None))
    )
    found: dict[str, list[Cause]] = defaultdict(list)
    rows = list(connection.execute(wanted))
    counted = _counted(rows) if period.three_yellow_replace else frozenset()
    for row in rows:
        if row.colour != "yellow" or row.card_no not in counted:
            found[row.colour].append(cause_of(row))
    return {colour: tuple(causes) for colour, causes in sorted(found.items())}


def _counted(cards: Iterable[Row[Any]]) -> frozenset[str]:
    """The numbers of the cards that led to a red one."""
    reds = (row.evidence.get("counted") or {} for row in cards if row.colour == "red")
    return frozenset(number for told in reds for number in told.get("numbers", ()))


def _notices(connection: Connection, period: Period, violations: Iterable[Row[Any]]) -> tuple[Cause, ...]:
    """Notices that a supervisor confirmed although nobody had answered them."""
    notices = [row for row in violations if row.level == "notice"]
    e = t.explanation.c
    answered = set(
        connection.execute(
            select(e.warning_id).where(
                e.district_code == period.district_code,
                e.warning_id.in_([row.id for row in notices]),
                or_(e.ground.is_(None), e.ground != UNANSWERED),
            )
        ).scalars()
    )
    return tuple(cause_of(row) for row in notices if row.id not in answered)


def _rectifications(
    connection: Connection, period: Period, violations: list[Row[Any]], today: date
) -> tuple[int, int, list[Row[Any]]]:
    """How many rectifications were due, how many of them on time, and the violations of the others.

    Due: accepted, or the deadline passed without a report. A report that was in time and waits for
    verification is neither yet. On time: accepted, and no round of it was late.
    """
    ids = [row.violation_id for row in violations]
    o, r = t.supervision_order.c, t.rectification.c
    orders = connection.execute(
        select(o.violation_id, o.deadline).where(o.district_code == period.district_code, o.violation_id.in_(ids))
    )
    deadlines: dict[str, date] = {row.violation_id: row.deadline for row in orders}
    rounds: dict[str, list[Row[Any]]] = defaultdict(list)
    reports = select(t.rectification).where(
        r.district_code == period.district_code, r.violation_id.in_(ids), r.submitted_at <= period.at
    )
    for row in connection.execute(reports.order_by(r.round)):
        rounds[row.violation_id].append(row)
    verdicts = [
        (row, _in_time(deadlines[row.violation_id], rounds[row.violation_id], today))
        for row in violations
        if row.violation_id in deadlines
    ]
    due = [(row, good) for row, good in verdicts if good is not None]
    return len(due), sum(good for _, good in due), [row for row, good in due if not good]


def _in_time(deadline: date, rounds: list[Row[Any]], today: date) -> bool | None:
    """Whether it was rectified in time; None while that is open."""
    if any(not report.on_time for report in rounds):
        return False
    last = rounds[-1] if rounds else None
    if last is None:
        return False if today > deadline else None
    if last.outcome == "accepted":
        return True
    if last.outcome == "escalated":
        return False
    return False if last.outcome == "returned" and today > (last.next_deadline or deadline) else None
