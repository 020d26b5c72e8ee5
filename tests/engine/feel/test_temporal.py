"""Dates, times, durations: literals, parts, arithmetic, order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from engine.feel import YearsMonths, parse, to_json

EIGHT = timezone(timedelta(hours=8))

CASES: list[tuple[str, Any]] = [
    ('@"2026-03-11"', date(2026, 3, 11)),
    ('@"2026-03-11T09:12:00+08:00"', datetime(2026, 3, 11, 9, 12, tzinfo=EIGHT)),
    ('@"2026-03-11T09:12:00.5Z"', datetime(2026, 3, 11, 9, 12, 0, 500000, tzinfo=UTC)),
    ('@"09:12:00+08:00"', time(9, 12, tzinfo=EIGHT)),
    ('@"P1DT2H"', timedelta(days=1, hours=2)),
    ('@"-P1Y2M"', YearsMonths(-14)),
    ('date("2026-02-30")', None),
    ('date("x")', None),
    ("date(2026, 2, 28)", date(2026, 2, 28)),
    ("date(2026, 2, 29)", None),
    ("time(9, 30, 1.5)", time(9, 30, 1, 500000)),
    ('time(9, 30, 0, @"PT8H")', time(9, 30, tzinfo=EIGHT)),
    ("date(received)", None),
    ("date(date and time(received))", date(2026, 3, 11)),
    ('date and time(@"2026-03-11", @"09:12:00+08:00") = date and time(received)', True),
    ('date and time("2026-03-11T01:12:00Z") = date and time(received)', True),
    ('date and time("2026-03-11T01:12:00") = date and time(received)', None),
    ('date and time("2026-03-11T01:12:00") < date and time(received)', True),
    ('date and time("2026-03-11T09:12:00@Asia/Shanghai") = date and time(received)', True),
    ('date and time("2026-03-11T09:12:00@No/Where")', None),
    ('@"2026-03-11" < @"2026-03-12"', True),
    ('@"2026-03-11" = @"2026-03-11T00:00:00"', None),
    ('@"P1D" < @"PT25H"', True),
    ('@"P1M" < @"P31D"', None),
    ('@"P12M" = @"P1Y"', True),
    ('@"2026-03-11" in [@"2026-03-01"..@"2026-03-31"]', True),
    ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
    ('@"P1M" + @"2026-01-31"', date(2026, 2, 28)),
    ('@"2024-02-29" - @"P1Y"', date(2023, 2, 28)),
    ('@"2026-03-11" + @"P20D"', date(2026, 3, 31)),
    ('@"2026-03-11" - @"2026-03-01"', timedelta(days=10)),
    ('date and time(received) - @"2026-03-10T01:12:00Z"', timedelta(days=1)),
    ('date and time(received) - @"2026-03-10T01:12:00"', None),
    ('(date and time(received) + @"PT15H").day', 12),
    ('@"23:30:00" + @"PT1H"', time(0, 30)),
    ('@"P1D" * 1.5', timedelta(hours=36)),
    ('@"P1D" / 2', timedelta(hours=12)),
    ('@"P1D" / @"PT6H"', 4),
    ('@"P1Y" / 4', YearsMonths(3)),
    ('-@"P1D"', timedelta(days=-1)),
    ('abs(-@"P1Y")', YearsMonths(12)),
    ('@"2026-03-11" + 1', None),
    ("date and time(received).year", 2026),
    ("date and time(received).hour", 9),
    ("date and time(received).time offset", timedelta(hours=8)),
    ("date and time(received).timezone", None),
    ('@"2026-03-11".weekday', 3),
    ('@"-P3DT4H5M6S".hours', -4),
    ('@"P3DT4H5M6S".days', 3),
    ('@"P1Y2M".years + @"P1Y2M".months', 3),
    ('@"2026-03-11".hour', None),
    ('day of week(@"2026-03-11")', "Wednesday"),
    ('month of year(@"2026-03-11")', "March"),
    ('day of year(@"2026-02-01")', 32),
    ('week of year(@"2026-01-01")', 1),
    ('years and months duration(@"2025-01-31", @"2026-03-30")', YearsMonths(13)),
    ('years and months duration(@"2026-03-30", @"2025-01-31")', YearsMonths(-13)),
    ('duration("P1D") = duration("PT24H")', True),
    ('for d in @"2026-01-30"..@"2026-02-01" return d.day', [30, 31, 1]),
    ('max([@"2026-01-30", @"2026-02-01"])', date(2026, 2, 1)),
    ('sum([@"P1D", @"PT12H"])', timedelta(hours=36)),
    ('string(@"P1DT2H3M4.5S")', "P1DT2H3M4.5S"),
    ('string(@"PT0S")', "PT0S"),
    ('string(@"-P14M")', "-P1Y2M"),
    ('string(@"2026-03-11T09:12:00Z")', "2026-03-11T09:12:00Z"),
    ('string(@"2026-03-11T09:12:00@Asia/Shanghai")', "2026-03-11T09:12:00@Asia/Shanghai"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_dates_and_durations(text: str, expected: Any) -> None:
    assert parse(text).evaluate({"received": "2026-03-11T09:12:00+08:00"}) == expected


def test_an_instant_of_the_context_stays_text_until_it_is_converted() -> None:
    context = {"received_at": "2026-03-11T09:12:00+08:00"}
    assert parse("received_at").evaluate(context) == "2026-03-11T09:12:00+08:00"
    assert parse('date and time(received_at) > @"2026-03-11T01:11:59Z"').evaluate(context) is True


def test_python_dates_of_the_context_are_dates() -> None:
    context = {"d": date(2026, 3, 11), "t": datetime(2026, 3, 11, 9, tzinfo=EIGHT), "l": timedelta(days=1)}
    assert parse('d + l = @"2026-03-12" and t.hour = 9').evaluate(context) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 1", 2),
        ("0.5", 0.5),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("1e6000", "1E+6000"),
        ('@"2026-03-11T09:12:00+08:00"', "2026-03-11T09:12:00+08:00"),
        ('@"P1Y2M"', "P1Y2M"),
        ("[1..5)", "[1..5)"),
        ('{a: [1, null, true], b: @"P1D"}', {"a": [1, None, True], "b": "P1D"}),
        ("function(x) x", None),
    ],
)
def test_a_value_becomes_json(text: str, expected: Any) -> None:
    value = to_json(parse(text).evaluate({}))
    assert value == expected
    assert type(value) is type(expected)
