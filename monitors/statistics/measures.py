"""What is counted, in SQL: one statement for each kind of rows, whatever the number of cases.

A measure is a number of cases, warnings ... of the period, or an exact sum. ``measures`` gives them for each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, case, distinct, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from monitors import tables as t
from monitors.acts import COUNTS_NOTHING
from monitors.columns import Amount, Ratio
from monitors.handling.processes import MANUAL_FINDING, OWN_PROCESSES
from monitors.outcomes import IN_FORCE
from monitors.statistics.asked import APPEALS, CARDS, CASES, EVENTS, ORDERS, WARNINGS, Asked, Source
from monitors.statistics.moments import hours_between

Group = tuple[Any, ...]
Measures = Mapping[str, Decimal | int | None]
Counts = dict[str, ColumnElement[Any]]

SATISFIED = 4  # points of five from which an applicant is satisfied (满意); P
NOT_ACCEPTED = ("rejected", "not_competent")
RETURNED = ("withdrawn", "terminated")
LEVELS = ("notice", "yellow", "red")
EXCUSED = ("exempted", "revoked")
DERIVED = {"in_limit": ("closed", "overdue_closed")}  # the first less the second
_ZERO = Decimal(0)
_IN_TIME_HOURS = 24  # DQ-01: an event is reported within 24 hours


def measures(
    connection: Connection, asked: Asked, group: str = "total", wanted: Iterable[str] | None = None
) -> dict[Group, Measures]:
    """Measures by the values of the group's columns (``GROUPS``), in order; the total has one group, ``()``.

    ``wanted`` (None: all): nothing else is counted, so that a report costs what it shows.
    """
    needed = None if wanted is None else {part for name in wanted for part in DERIVED.get(name, (name,))}
    found: dict[Group, dict[str, Any]] = {(): {}} if group == "total" else {}
    otherwise: dict[str, int] = {}
    for source, counts, condition in _questions(asked):
        named = {name: column for name, column in counts.items() if needed is None or name in needed}
        if not named or (source is EVENTS and group not in ("total", "district")):
            continue
        if source is not EVENTS:
            otherwise |= {name: 0 for name, column in named.items() if not isinstance(column.type, (Amount, Ratio))}
        columns = source.grouped(group)
        statement = select(*columns, *(column.label(name) for name, column in named.items())).where(condition)
        for row in connection.execute(source.narrowed(statement, asked).group_by(*columns)):
            values = tuple(row)
            found.setdefault(values[: len(columns)], {}).update(zip(named, values[len(columns) :], strict=True))
    return {key: _derived({**otherwise, **found[key]}) for key in sorted(found, key=_order)}


def _derived(counted: dict[str, Any]) -> dict[str, Any]:
    for name, (whole, part) in DERIVED.items():
        if whole in counted and part in counted:
            counted[name] = counted[whole] - counted[part]
    return counted


def _order(key: Group) -> tuple[str, ...]:
    return tuple("" if one is None else f"{one:08d}" if isinstance(one, int) else str(one) for one in key)


def _questions(asked: Asked) -> Iterator[tuple[Source, Counts, ColumnElement[bool]]]:
    yield CASES, _of_cases(asked), _supervised(asked)
    late = late_cases(asked)
    yield replace(CASES, rows=_with_late(CASES.rows, late)), _of_late_cases(asked, late), _supervised(asked)
    w = t.warning.c
    yield WARNINGS, _of_warnings(), and_(asked.within(w.raised_at), business(w.definition), w.state != "recalled")
    yield CARDS, _of_cards(), and_(asked.within(t.card.c.issued_at), t.card.c.superseded_by.is_(None))
    o = t.supervision_order.c
    yield ORDERS, _of_orders(), and_(asked.within_days(o.deadline), t.violation.c.state.not_in(EXCUSED))
    yield APPEALS, _of_appeals(), asked.within(t.appeal.c.filed_at)
    if not (asked.department or asked.item or asked.system or asked.definition):
        yield EVENTS, _of_events(), asked.within(t.envelope.c.occurred_at)


def business(definition: ColumnElement[str]) -> ColumnElement[bool]:
    """Not of the processes that supervision itself runs on; what people found by hand is of the business."""
    return definition.not_in(sorted(OWN_PROCESSES - {MANUAL_FINDING}))


# -- cases --------------------------------------------------------------------------------------


def _supervised(asked: Asked) -> ColumnElement[bool]:
    """Cases that were open at some time of the period."""
    r = t.case_record.c
    return and_(r.received_on <= asked.until, or_(r.closed_on.is_(None), r.closed_on >= asked.since))


def late_cases(asked: Asked) -> Any:
    """Cases of which a time limit was broken before the period's end; ``excused`` 1: nobody holds it against them.

    A warning that was dismissed, exempted, waived or recalled, or whose violation was revoked, makes no case late.
    """
    w, f, v = t.warning.c, t.violation_finding.c, t.violation.c
    joined = t.warning.outerjoin(
        t.violation_finding, and_(f.district_code == w.district_code, f.warning_id == w.id)
    ).outerjoin(t.violation, and_(v.district_code == f.district_code, v.id == f.violation_id))
    excused = case((or_(w.state.in_(COUNTS_NOTHING), v.state.in_(EXCUSED)), 1), else_=0)
    return (
        select(w.district_code, w.case_id, func.min(excused).label("excused"))
        .select_from(joined)
        .where(w.overdue, w.dimension == "TIME", w.due < asked.end)
        .group_by(w.district_code, w.case_id)
        .subquery("late")
    )


def _with_late(rows: Any, late: Any) -> Any:
    r = t.case_record.c
    return rows.join(late, and_(late.c.district_code == r.district_code, late.c.case_id == r.case_id))


def _closed(asked: Asked) -> ColumnElement[bool]:
    r = t.case_record.c
    return and_(r.state == "ended", asked.within_days(r.closed_on))


def _open(asked: Asked) -> ColumnElement[bool]:
    r = t.case_record.c
    return or_(r.closed_on.is_(None), r.closed_on > asked.until)


def _of_late_cases(asked: Asked, late: Any) -> Counts:
    overdue = late.c.excused == 0
    return {
        "overdue_closed": _count(and_(_closed(asked), overdue)),
        "overdue_open": _count(and_(_open(asked), overdue)),
        "open_due": _count(_open(asked)),
    }


def _of_cases(asked: Asked) -> Counts:
    r, closed = t.case_record.c, _closed(asked)
    known_early = and_(closed, r.used_wd.is_not(None), r.promised_wd.is_not(None))
    tender = and_(closed, r.budget > _ZERO, r.deal.is_not(None))
    premium = and_(closed, r.start_price > _ZERO, r.deal.is_not(None))
    return {
        "supervised": func.count(),
        "received": _count(asked.within_days(r.received_on)),
        "accepted": _count(asked.within_days(r.accepted_on)),
        "not_accepted": _count(and_(closed, r.intake.in_(NOT_ACCEPTED))),
        "returned": _count(and_(closed, r.decision.in_(RETURNED))),
        "closed": _count(closed),
        "open": _count(_open(asked)),
        "early": _count(and_(known_early, r.used_wd < r.promised_wd)),
        "early_known": _count(known_early),
        "on_the_spot": _count(and_(closed, r.on_the_spot)),
        "on_the_spot_known": _count(and_(closed, r.on_the_spot.is_not(None))),
        "speed_up": _sum(closed, r.speed_up),
        "speed_up_known": _count(and_(closed, r.speed_up.is_not(None))),
        "promised_speed_up": _sum(closed, r.promised_speed_up),
        "promised_speed_up_known": _count(and_(closed, r.promised_speed_up.is_not(None))),
        "satisfied": _count(and_(closed, r.rating >= SATISFIED)),
        "evaluated": _count(and_(closed, r.rating.is_not(None))),
        "fee": _sum(closed, r.fee),
        "fee_waived": _sum(closed, r.fee_waived),
        "fee_cases": _count(and_(closed, r.fee > _ZERO)),
        "saved": _sum(tender, r.budget - r.deal, r.budget),
        "budget": _sum(tender, r.budget),
        "premium": _sum(premium, r.deal - r.start_price, r.deal),
        "start_price": _sum(premium, r.start_price),
        **_of_funds(closed),
    }


def _of_funds(closed: ColumnElement[bool]) -> Counts:
    """Each share of funds counts the cases that know both of its amounts."""
    r = t.case_record.c
    found: Counts = {}
    for name, part, whole in (
        ("executed", r.paid, r.arranged),
        ("in_place", r.received, r.planned),
        ("passed_on", r.disbursed, r.received),
    ):
        both = and_(closed, whole > _ZERO, part.is_not(None))
        found |= {name: _sum(both, part), f"{name}_of": _sum(both, whole)}
    return found


def _count(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(condition: ColumnElement[Any], value: ColumnElement[Any], like: Any = None) -> ColumnElement[Any]:
    """An exact sum, null where nothing is known; ``like`` gives the type of a difference."""
    return func.sum(case((condition, value)), type_=(value if like is None else like).type)


# -- what supervision found and did ---------------------------------------------------------------


def _of_warnings() -> Counts:
    w = t.warning.c
    return {
        "warnings": func.count(),
        **{f"warnings_{level}": _count(w.level == level) for level in LEVELS},
        "warned_cases": func.count(distinct(w.district_code + literal("/") + w.case_id)),
        "confirmed": _count(w.state == "confirmed"),
        "dismissed": _count(w.state == "dismissed"),
        "undetermined": _count(w.undetermined),
    }


def _of_cards() -> Counts:
    c = t.card.c
    return {f"{colour}_cards": _count(and_(c.state.in_(IN_FORCE), c.colour == colour)) for colour in ("yellow", "red")}


def _of_orders() -> Counts:
    """Orders whose rectification was due in the period: verified, and verified without a round that was late."""
    o, r = t.supervision_order.c, t.rectification.c
    of_it = and_(r.district_code == o.district_code, r.violation_id == o.violation_id)
    verified = exists().where(of_it, r.outcome == "accepted").correlate(t.supervision_order)
    late = exists().where(of_it, r.on_time.is_(False)).correlate(t.supervision_order)
    return {
        "rectification_due": func.count(),
        "rectified": _count(verified),
        "rectified_on_time": _count(and_(verified, ~late)),
    }


def _of_appeals() -> Counts:
    return {"appeals": func.count(), "appeals_won": _count(t.appeal.c.state == "revoked")}


def _of_events() -> Counts:
    """What was sent; of no event of which the time of sending is unknown it is said that it was in time or late."""
    e, f = t.envelope.c, t.data_finding.c
    faulty = (
        exists()
        .where(f.district_code == e.district_code, f.case_no == e.case_no, f.details["event"].as_string() == e.event_id)
        .correlate(t.envelope)
    )
    return {
        "events": func.count(),
        "valid_events": _count(~faulty),
        "sent_events": _count(e.sent_at.is_not(None)),
        "events_in_time": _count(
            and_(e.sent_at.is_not(None), hours_between(e.occurred_at, e.sent_at) <= _IN_TIME_HOURS)
        ),
    }
