"""ISO 8601 text: what is taken, what is refused and where, and arithmetic across summer time and month ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.durations import (
    Duration,
    DurationError,
    Repeat,
    is_iso8601,
    parse_duration,
    parse_instant,
    parse_repeat,
)

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P3M", Duration(months=3)),
        ("P1Y2M10DT2H30M", Duration(14, 10, 2 * HOUR + HOUR // 2)),
        ("P2W", Duration(days=14)),
        ("PT36H", Duration(microseconds=36 * HOUR)),
        ("PT0.5S", Duration(microseconds=500_000)),
        ("PT0,000001S", Duration(microseconds=1)),
        ("PT0.1S", Duration(microseconds=100_000)),
        ("P0D", Duration()),
        ("P100Y", Duration(months=1200)),
        ("P36525D", Duration(days=36525)),
    ],
)
def test_a_duration_is_read(text: str, found: Duration) -> None:
    assert parse_duration(text) == found
    assert parse_duration(str(found)) == found


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("P", 1),
        ("PT", 2),
        ("P1DT", 4),
        ("-P1D", 0),
        ("P-1D", 1),
        ("P1.5D", 1),
        ("P1Y2W", 3),
        ("P1D2Y", 3),
        ("PT1M2H", 4),
        ("p1d", 0),
        ("P١D", 1),
        ("P１D", 1),
        ("PT0.1234567S", 2),
        ("P1D ", 3),
        (" P1D", 0),
        ("P1D\n", 3),
        ("P101Y", 0),
        ("P100YT1S", 0),
        ("P36526D", 0),
        ("PT999999999999999999S", 0),
        ("P9999999999999999999D", 1),
        ("P" + "0" * 200 + "D", 128),
        ("3 working days", 0),
    ],
)
def test_what_is_not_a_duration_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert caught.value.position == position
    assert caught.value.expected and caught.value.expected in str(caught.value)
    assert not is_iso8601(text)


@pytest.mark.parametrize(
    ("text", "zone", "found"),
    [
        ("2026-10-23T09:00:00+02:00", None, "2026-10-23T07:00:00+00:00"),
        ("2026-10-23T09:00Z", None, "2026-10-23T09:00:00+00:00"),
        ("2026-10-23T09:00:00.25-05", None, "2026-10-23T14:00:00.250000+00:00"),
        ("2026-07-01T09:00:00", "Europe/Berlin", "2026-07-01T07:00:00+00:00"),
        ("2026-01-01T09:00:00", "Europe/Berlin", "2026-01-01T08:00:00+00:00"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00+00:00"),
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),
        ("2026-10-23", "Asia/Shanghai", "2026-10-22T16:00:00+00:00"),
    ],
)
def test_an_instant_is_read(text: str, zone: str | None, found: str) -> None:
    assert parse_instant(text, zone).isoformat() == found
    assert is_iso8601(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("2026-10-23T09:00:00", 19),
        ("2026-10-23", 10),
        ("2026-02-29T09:00Z", 0),
        ("2026-10-23T24:00Z", 11),
        ("2026-10-23T09:00:60Z", 11),
        ("2026-10-23T09:00+19:00", 16),
        ("2026-10-23 09:00Z", 10),
        ("20261023T090000Z", 0),
        ("٢٠٢٦-10-23T09:00Z", 0),
        ("2026-10-23T09:00Z[Asia/Shanghai]", 17),
        ("0001-01-01T00:00+08:00", 0),
        ("0000-01-01T00:00Z", 0),
    ],
)
def test_what_is_not_an_instant_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(DurationError) as caught:
        parse_instant(text)
    assert caught.value.position == position


def test_a_repeat_is_read() -> None:
    assert parse_repeat("R5/PT1H") == Repeat(5, None, Duration(microseconds=HOUR))
    start = datetime(2026, 10, 23, 7, tzinfo=UTC)
    assert parse_repeat("R/2026-10-23T09:00:00+02:00/P1D") == Repeat(None, start, Duration(days=1))
    assert parse_repeat("R2/2026-10-23T09:00:00/P1D", "Europe/Berlin").start == start


@pytest.mark.parametrize(
    "text",
    ["R0/PT1H", "R1000001/PT1H", "R5/", "R5", "R5/PT0S", "R5/P1D/P1D", "R5/2026-10-23/P1D", "R-1/PT1H", "5/PT1H"],
)
def test_what_is_not_a_repeat_is_refused(text: str) -> None:
    with pytest.raises(DurationError):
        parse_repeat(text)


@pytest.mark.parametrize("text", ["P1D", "R3/PT1M", "2026-10-23", "R/2026-10-23T09:00:00/P1D"])
def test_timer_text_in_iso_8601_is_told_from_feel(text: str) -> None:
    assert is_iso8601(text)


@pytest.mark.parametrize("text", ['duration("P1D")', "到期日", "now() + 1", "2026 - 10", "P", "R", "受理.时间"])
def test_other_timer_text_is_left_to_feel(text: str) -> None:
    assert not is_iso8601(text)


def test_a_month_ends_with_its_last_day() -> None:
    month = parse_duration("P1M")
    start = datetime(2024, 1, 31, 8, tzinfo=UTC)
    assert [month.after(start, times=n).day for n in (1, 2, 3)] == [29, 31, 30]
    leap = datetime(2024, 2, 29, tzinfo=UTC)
    assert parse_duration("P1Y").after(leap) == datetime(2025, 2, 28, tzinfo=UTC)
    assert parse_duration("P4Y").after(leap) == datetime(2028, 2, 29, tzinfo=UTC)


def test_the_daily_cycle_keeps_nine_o_clock_after_the_change_to_winter_time() -> None:
    cycle = parse_repeat("R10/2026-10-23T09:00:00+02:00/P1D")
    berlin = ZoneInfo("Europe/Berlin")
    armed = datetime(2026, 10, 1, tzinfo=UTC)
    found = [cycle.firing(n, armed, berlin) for n in range(1, 12)]
    assert found.pop() is None
    local = [t.astimezone(berlin) for t in found if t is not None]
    assert [(t.day, t.hour) for t in local] == [(day, 9) for day in range(23, 32)] + [(1, 9)]


def test_hours_run_on_the_clock_and_days_on_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 9, tzinfo=berlin)
    assert parse_duration("P1D").after(before, berlin).astimezone(berlin).hour == 9
    assert parse_duration("PT24H").after(before, berlin).astimezone(berlin).hour == 10


def test_a_cycle_without_a_start_fires_a_duration_after_it_was_armed() -> None:
    armed = datetime(2026, 1, 1, tzinfo=UTC)
    cycle = parse_repeat("R2/PT1H")
    assert [cycle.firing(n, armed) for n in (0, 1, 2, 3)] == [
        None,
        armed + timedelta(hours=1),
        armed + timedelta(hours=2),
        None,
    ]


def test_an_end_beyond_the_year_9999_is_a_typed_error() -> None:
    with pytest.raises(DurationError):
        parse_duration("P100Y").after(datetime(9950, 1, 1, tzinfo=UTC))


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("PRTYMWDHS/0123456789.,-+:Z ٣"), max_size=24))
def test_no_text_does_anything_but_parse_or_raise_the_typed_error(text: str) -> None:
    for parse in (parse_duration, parse_instant, parse_repeat):
        try:
            parse(text)
        except DurationError as error:
            assert 0 <= error.position <= len(text)


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 1100), st.integers(0, 2000), st.integers(0, 86_400_000_000))
def test_a_duration_survives_being_written_and_read(months: int, days: int, micros: int) -> None:
    duration = Duration(months, days, micros)
    assert parse_duration(str(duration)) == duration
