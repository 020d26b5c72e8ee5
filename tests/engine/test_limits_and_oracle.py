"""The legal clock and the slow oracle agree over zones, summer time, leap days, suspensions and holidays.

``JIANCHA_CLOCK_EXAMPLES=10000`` for the long run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import find, given, settings
from hypothesis import strategies as st

from engine.calendar import CalendarDay, DayKind, WorkingCalendar
from engine.limits import (
    Ledger,
    Limit,
    Suspension,
    due,
    first_instant_overdue_by,
    first_instant_used,
    overdue,
    used,
)
from engine.worktimes import WorkTime
from tests.engine.oracle_clock import DayOracle, InstantOracle, Stop, local_day, midnight

MICRO = timedelta(microseconds=1)
EXAMPLES = int(os.environ.get("JIANCHA_CLOCK_EXAMPLES", "1200"))

ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Europe/Amsterdam",
]
# before leap days, year ends, changes of summer time, Apia's lost day, Kathmandu's 15 minutes, National Day
ANCHORS = [
    datetime(2024, 2, 26, tzinfo=UTC),
    datetime(2000, 2, 25, tzinfo=UTC),
    datetime(2025, 12, 29, tzinfo=UTC),
    datetime(2025, 3, 27, tzinfo=UTC),
    datetime(2025, 10, 24, tzinfo=UTC),
    datetime(2025, 11, 1, tzinfo=UTC),
    datetime(2026, 3, 6, tzinfo=UTC),
    datetime(2011, 12, 28, tzinfo=UTC),
    datetime(2011, 9, 23, tzinfo=UTC),
    datetime(1985, 12, 30, tzinfo=UTC),
    datetime(2025, 9, 26, tzinfo=UTC),
]
QUARTER = timedelta(minutes=15)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[WorkingCalendar, frozenset[date], datetime]:
    """A calendar, its days off (within reach of the start) and a start."""
    start = draw(st.sampled_from(ANCHORS)) + QUARTER * draw(st.integers(0, 96 * 6))
    first = start.date() - timedelta(days=3)
    days = [first + timedelta(days=n) for n in range(400)]
    changed = draw(st.lists(st.integers(0, 30), max_size=12, unique=True))
    kinds = st.sampled_from([DayKind.HOLIDAY, DayKind.ADJUSTED_WORK, DayKind.LOCAL_OFF])
    rows = {days[n]: draw(kinds) for n in changed}
    calendar = WorkingCalendar.of(
        "X", draw(st.sampled_from(ZONES)), [CalendarDay(d, kind, "x") for d, kind in rows.items()]
    )
    off = [d for d in days if (rows[d] is not DayKind.ADJUSTED_WORK if d in rows else d.isoweekday() > 5)]
    return calendar, frozenset(off), start


@st.composite
def standstills(draw: st.DrawFn, start: datetime, spread: int) -> list[Stop]:
    stops: list[Stop] = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + QUARTER * draw(st.integers(-96, spread))
        length = draw(st.one_of(st.none(), st.integers(0, spread), st.integers(0, spread)))
        stops.append((begin, None if length is None else begin + QUARTER * length))
    return stops


def as_ledger(stops: Sequence[Stop]) -> Ledger:
    return tuple(Suspension("检测", begin, end, "局长") for begin, end in stops)


@settings(max_examples=EXAMPLES, deadline=None)
@given(worlds(), st.sampled_from(["working_day", "calendar_day"]), st.booleans(), st.integers(0, 15), st.data())
def test_by_day_the_clock_agrees_with_the_oracle(
    world: tuple[WorkingCalendar, frozenset[date], datetime],
    unit: str,
    roll: bool,
    amount: int,
    data: st.DataObject,
) -> None:
    calendar, off, start = world
    stops, ledger = (s := data.draw(standstills(start, 96 * 14))), as_ledger(s)
    oracle = DayOracle(calendar.zone, off.__contains__, unit == "working_day", stops)
    limit = Limit(amount, unit, roll=roll)  # type: ignore[arg-type]
    a = local_day(start, calendar.zone)
    last = oracle.last_permitted(a, amount, roll)
    answer = due(limit, start, ledger, calendar)
    assert (answer and answer.last_day) == last
    now = start + QUARTER * data.draw(st.integers(-96, 96 * 40))
    today = local_day(now, calendar.zone)
    assert used(limit, start, now, ledger, calendar) == oracle.used(a, today)
    units = data.draw(st.integers(1, 15))
    counted = oracle.counted_day(a, units)
    reached = first_instant_used(limit, units, start, ledger, calendar)
    assert reached == (counted and midnight(counted, calendar.zone))
    if last is None or answer is None:
        assert overdue(limit, start, now, ledger, calendar) == 0
        return
    assert answer.first_late == midnight(last + timedelta(days=1), calendar.zone)
    late = oracle.overdue(last, today)
    assert overdue(limit, start, now, ledger, calendar) == late
    edge = first_instant_overdue_by(limit, late, start, ledger, calendar)
    assert edge is None or edge > now
    if late:
        before = first_instant_overdue_by(limit, late - 1, start, ledger, calendar)
        assert before is not None and before <= now


def test_a_clock_that_forgets_the_days_of_the_decree_is_found_out() -> None:
    """The control: the same worlds and the same oracle, and a calendar without its rows."""

    def differs(world: tuple[WorkingCalendar, frozenset[date], datetime]) -> bool:
        calendar, off, start = world
        oracle = DayOracle(calendar.zone, off.__contains__, True, [])
        answer = due(Limit(10), start, (), WorkingCalendar("X", calendar.zone))
        return (answer and answer.last_day) != oracle.last_permitted(local_day(start, calendar.zone), 10, True)

    find(worlds(), differs)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(
    worlds(),
    st.sampled_from(["working_day", "calendar_day", "hour"]),
    st.integers(1, 32),
    st.booleans(),
    st.data(),
)
def test_by_instant_the_clock_agrees_with_the_oracle(
    world: tuple[WorkingCalendar, frozenset[date], datetime],
    unit: str,
    quarters: int,
    running: bool,
    data: st.DataObject,
) -> None:
    calendar, off, start = world
    stops, ledger = (s := data.draw(standstills(start, 96 * 4))), as_ledger(s)
    amount = Decimal(quarters) / 4
    limit = Limit(amount, unit, "instant", "instant" if running else "next_day", roll=False)  # type: ignore[arg-type]
    oracle = InstantOracle(calendar.zone, off.__contains__, unit, stops)
    origin = start
    if unit != "hour" and not running:
        origin = midnight(local_day(start, calendar.zone) + timedelta(days=1), calendar.zone)
    expected = oracle.deadline(origin, Fraction(quarters, 4))
    answer = due(limit, start, ledger, calendar)
    assert (answer and answer.deadline) == expected
    assert answer is None or answer.first_late == answer.deadline + MICRO
    now = start + QUARTER * data.draw(st.integers(0, 96 * 6))
    exact = oracle.used(origin, now)
    assert abs(Fraction(used(limit, start, now, ledger, calendar)) - exact) < Fraction(1, 10**9)


@st.composite
def offices(draw: st.DrawFn) -> list[tuple[time, time]]:
    """One or two spans of a day, on quarters of an hour: never where the clocks of any zone are changed."""
    ends = sorted(draw(st.lists(st.integers(4 * 7, 4 * 20), min_size=2, max_size=4, unique=True)))
    moments = [time(quarter // 4, quarter % 4 * 15) for quarter in ends[: len(ends) // 2 * 2]]
    return list(zip(moments[::2], moments[1::2], strict=True))


@settings(max_examples=EXAMPLES // 12, deadline=None)
@given(worlds(), offices(), offices(), st.integers(0, 20), st.integers(1, 90), st.data())
def test_in_working_hours_the_clock_agrees_with_the_oracle(
    world: tuple[WorkingCalendar, frozenset[date], datetime],
    winter: list[tuple[time, time]],
    summer: list[tuple[time, time]],
    change: int,
    quarters: int,
    data: st.DataObject,
) -> None:
    """Hours that change from one table to another while the limit runs, over stops and days off."""
    plain, off, start = world
    begins = start.date() - timedelta(days=5)
    changes = start.date() + timedelta(days=change)
    tables = [WorkTime(begins, tuple(winter)), WorkTime(changes, tuple(summer))]
    calendar = WorkingCalendar.of("X", plain.zone, plain.rows.values(), hours=tables)
    stops, ledger = (s := data.draw(standstills(start, 96 * 4))), as_ledger(s)
    limit = Limit(Decimal(quarters) / 4, "working_hour")
    oracle = InstantOracle(
        calendar.zone, off.__contains__, "working_hour", stops, lambda day: summer if day >= changes else winter
    )
    expected = oracle.deadline(start, Fraction(quarters, 4))
    answer = due(limit, start, ledger, calendar)
    assert (answer and answer.deadline) == expected
    now = start + QUARTER * data.draw(st.integers(0, 96 * 8))
    exact = oracle.used(start, now)
    assert abs(Fraction(used(limit, start, now, ledger, calendar)) - exact) < Fraction(1, 10**9)


def test_a_clock_that_works_through_lunch_is_found_out() -> None:
    """The control: the same oracle, and a table whose spans are one."""
    start, halves = datetime(2026, 3, 11, 1, 0, tzinfo=UTC), [(time(9), time(12)), (time(13, 30), time(17))]
    oracle = InstantOracle("Asia/Shanghai", lambda day: day.isoweekday() > 5, "working_hour", [], lambda day: halves)
    for spans, agrees in ((tuple(halves), True), (((time(9), time(17)),), False)):
        calendar = WorkingCalendar.of("X", "Asia/Shanghai", [], hours=[WorkTime(date(2026, 1, 1), spans)])
        answer = due(Limit(8, "working_hour"), start, (), calendar)
        assert ((answer and answer.deadline) == oracle.deadline(start, Fraction(8))) is agrees


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(worlds(), st.lists(st.integers(0, 40), max_size=8, unique=True), st.booleans(), st.integers(1, 20), st.data())
def test_after_a_decree_the_clock_agrees_with_an_oracle_that_knew_it_all_along(
    world: tuple[WorkingCalendar, frozenset[date], datetime],
    decreed: list[int],
    working: bool,
    amount: int,
    data: st.DataObject,
) -> None:
    """A decree over what was known before: its days count as it says, all others as they did."""
    plain, off, start = world
    first = start.date() - timedelta(days=3)
    kinds = st.sampled_from([DayKind.HOLIDAY, DayKind.ADJUSTED_WORK, DayKind.LOCAL_OFF, DayKind.WORK])
    rows = {first + timedelta(days=n): data.draw(kinds) for n in decreed}
    after = {**plain.rows, **{day: CalendarDay(day, kind, "x", "decree") for day, kind in rows.items()}}
    calendar = WorkingCalendar.of("X", plain.zone, after.values())
    works = {day: kind in (DayKind.ADJUSTED_WORK, DayKind.WORK) for day, kind in rows.items()}
    oracle = DayOracle(calendar.zone, lambda day: not works.get(day, day not in off), working, [])
    a = local_day(start, calendar.zone)
    answer = due(Limit(amount, "working_day" if working else "calendar_day"), start, (), calendar)
    assert answer is not None and answer.last_day == oracle.last_permitted(a, amount, True)


@settings(max_examples=EXAMPLES // 5, deadline=None)
@given(worlds(), st.integers(1, 20), st.data())
def test_used_never_falls_and_more_suspension_never_shortens_a_limit(
    world: tuple[WorkingCalendar, frozenset[date], datetime], amount: int, data: st.DataObject
) -> None:
    calendar, _, start = world
    stops = data.draw(standstills(start, 96 * 10))
    limit, ledger = Limit(amount), as_ledger(stops)
    instants = sorted(start + QUARTER * n for n in data.draw(st.lists(st.integers(0, 3000), max_size=6)))
    values = [used(limit, start, t, ledger, calendar) for t in instants]
    assert values == sorted(values)
    whole, fewer = due(limit, start, ledger, calendar), due(limit, start, ledger[1:], calendar)
    assert whole is None or (fewer is not None and fewer.last_day <= whole.last_day)
    assert whole is None or whole.in_time(whole.deadline) and not whole.in_time(whole.first_late)
