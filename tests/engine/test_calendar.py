"""Working calendars: the seed against both libraries, the notation of the domain sheets, the slow count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import CalendarDay, CalendarError, DayKind, NaiveTimeError, WorkingCalendar
from engine.seeds import load_seed

CN = WorkingCalendar.of("CN", "Asia/Shanghai", load_seed())
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Europe/Amsterdam",
]
EVERY_DAY = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]


def test_the_seed_agrees_with_chinesecalendar_on_every_day_of_2025_and_2026() -> None:
    assert [d for d in EVERY_DAY if CN.is_working(d) != chinese_calendar.is_workday(d)] == []


def test_the_seed_agrees_with_holidays_on_every_day_of_2025_and_2026() -> None:
    china = holidays.country_holidays("CN", years=[2025, 2026])
    assert [d for d in EVERY_DAY if CN.is_working(d) != china.is_working_day(d)] == []


def test_the_seed_holds_every_day_that_differs_from_monday_to_friday_with_its_decree() -> None:
    rows = {row.date: row for row in load_seed()}
    assert {d for d in EVERY_DAY if CN.is_working(d) != (d.weekday() < 5)} <= rows.keys()
    for day, row in rows.items():
        assert row.source_doc == f"国务院办公厅关于{day.year}年部分节假日安排的通知"
        assert row.confirmed and "/" in row.name


@pytest.mark.parametrize(
    ("year", "working", "make_up"),
    [(2025, 248, 5), (2026, 248, 6)],
)
def test_a_year_has_its_known_number_of_working_days(year: int, working: int, make_up: int) -> None:
    assert CN.working_days(date(year - 1, 12, 31), date(year, 12, 31)) == working
    kinds = [row.kind for row in load_seed() if row.date.year == year]
    assert kinds.count(DayKind.ADJUSTED_WORK) == make_up == kinds.count(DayKind.ADJUSTED_REST)


def test_the_statutory_holidays_are_thirteen_a_year_plus_their_substitutes() -> None:
    days = {y: [r for r in load_seed() if r.date.year == y and r.kind is DayKind.HOLIDAY] for y in (2025, 2026)}
    assert len(days[2025]) == 13 + 1  # 端午 fell on a Saturday: 补假 on 2 June
    assert len(days[2026]) == 13 + 3  # 清明, 劳动节 and 国庆 touched weekends
    assert CN.day(date(2025, 10, 6)).name == "中秋节/Mid-Autumn Festival"


def test_a_make_up_saturday_counts_and_a_holiday_does_not() -> None:
    assert CN.is_working(date(2025, 10, 11)) and not CN.is_working(date(2025, 10, 8))
    assert CN.working_days(date(2025, 9, 27), date(2025, 9, 28)) == 1
    assert CN.working_days(date(2025, 9, 30), date(2025, 10, 8)) == 0


def test_wd_leaves_out_the_first_day_and_takes_in_the_last() -> None:
    monday = date(2025, 6, 16)
    assert CN.working_days(monday, monday) == 0
    assert CN.working_days(monday, date(2025, 6, 17)) == 1
    assert CN.working_days(date(2025, 6, 17), monday) == 0


def test_an_instant_is_read_in_the_zone_of_the_calendar() -> None:
    late_on_monday = datetime(2025, 6, 16, 16, 0, tzinfo=UTC)  # Tuesday 00:00 in Shanghai
    assert CN.local_date(late_on_monday) == date(2025, 6, 17)
    assert CN.working_days(date(2025, 6, 16), late_on_monday) == 1
    assert CN.working_days(date(2025, 6, 16), late_on_monday - timedelta(microseconds=1)) == 0


def test_add_wd_over_national_day_2025_by_hand() -> None:
    assert CN.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert CN.add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert CN.add_working_days(date(2025, 10, 4), 0) == date(2025, 10, 4)
    assert CN.next_working_day(date(2025, 10, 4)) == date(2025, 10, 9)
    assert CN.next_working_day(date(2025, 10, 9)) == date(2025, 10, 9)


def test_a_year_without_a_decree_is_provisional_and_a_local_closing_day_does_not_change_that() -> None:
    assert not CN.is_provisional(date(2026, 7, 1)) and CN.is_provisional(date(2027, 7, 1))
    assert CN.provisional_years(date(2025, 1, 1), date(2028, 1, 1)) == (2027, 2028)
    flood = CalendarDay(date(2027, 8, 3), DayKind.LOCAL_OFF, "汛期停办/Flood closure", "local notice", True)
    local = WorkingCalendar.of("QD", "Asia/Shanghai", [*load_seed(), flood])
    assert not local.is_working(flood.date) and local.is_provisional(flood.date)


def test_an_unconfirmed_row_makes_its_day_provisional() -> None:
    guess = CalendarDay(date(2026, 12, 31), DayKind.ADJUSTED_REST, "", "", confirmed=False)
    local = WorkingCalendar.of("X", "Asia/Shanghai", [*load_seed(), guess])
    assert local.is_provisional(guess.date) and not local.is_provisional(date(2026, 12, 30))
    assert local.provisional_years(date(2026, 1, 1), date(2026, 12, 30)) == ()
    assert local.provisional_years(date(2026, 1, 1), date(2026, 12, 31)) == (2026,)


def test_describe_names_the_holiday_and_the_decree() -> None:
    text = CN.describe(date(2025, 10, 1))
    assert text == "2025-10-01 HOLIDAY 国庆节/National Day (国务院办公厅关于2025年部分节假日安排的通知)"
    assert CN.describe(date(2025, 6, 14)) == "2025-06-14 WEEKEND 周六/Saturday"
    assert CN.describe(date(2027, 6, 12)).endswith("[暂定/provisional]")


def test_the_version_follows_the_content_and_only_the_content() -> None:
    again = WorkingCalendar.of("CN", "Asia/Shanghai", reversed(load_seed()))
    assert again.version == CN.version and again == CN and hash(again) == hash(CN)
    assert WorkingCalendar.of("CN", "Asia/Shanghai", load_seed()[1:]).version != CN.version
    assert WorkingCalendar.of("CN", "Asia/Shanghai", load_seed(), "7").version == "7"


def test_faults_are_typed() -> None:
    with pytest.raises(NaiveTimeError):
        CN.is_working(datetime(2025, 1, 1))  # noqa: DTZ001
    with pytest.raises(CalendarError):
        CN.add_working_days(date(2025, 1, 1), -1)
    with pytest.raises(CalendarError):
        CN.add_working_days(date(9999, 12, 1), 99)
    with pytest.raises(CalendarError):
        WorkingCalendar("X", "Mars/Olympus")
    with pytest.raises(CalendarError):
        WorkingCalendar.of("X", "UTC", [CalendarDay(date(2025, 1, 1), DayKind.HOLIDAY)] * 2)


def test_a_day_starts_where_the_zone_says() -> None:
    berlin = WorkingCalendar("DE", "Europe/Berlin")
    assert berlin.start_of_day(date(2025, 3, 31)) == datetime(2025, 3, 30, 22, tzinfo=UTC)
    assert berlin.start_of_day(date(2025, 3, 30)) == datetime(2025, 3, 29, 23, tzinfo=UTC)
    sao_paulo = WorkingCalendar("BR", "America/Sao_Paulo")  # midnight did not exist on 2018-11-04
    assert sao_paulo.start_of_day(date(2018, 11, 4)) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    apia = WorkingCalendar("WS", "Pacific/Apia")  # nor did the whole of 2011-12-30
    assert apia.start_of_day(date(2011, 12, 30)) == apia.start_of_day(date(2011, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    first = draw(st.dates(date(1999, 12, 20), date(2028, 3, 10)))
    offsets = draw(st.lists(st.integers(0, 80), max_size=25, unique=True))
    kinds = st.sampled_from(list(DayKind))
    rows = [CalendarDay(first + timedelta(days=n), draw(kinds), f"{n}") for n in offsets]
    return WorkingCalendar.of("X", draw(st.sampled_from(ZONES)), rows)


@settings(max_examples=700, deadline=None)
@given(calendars(), st.integers(-20, 90), st.integers(0, 60), st.data())
def test_counts_and_their_inverse_agree_with_counting_one_by_one(
    calendar: WorkingCalendar, offset: int, length: int, data: st.DataObject
) -> None:
    anchor = min(calendar.rows, default=date(2024, 2, 28))
    a = anchor + timedelta(days=offset)
    days = [a + timedelta(days=n) for n in range(1, length + 1)]
    working = [
        d
        for d in days
        if (calendar.rows[d].kind in ("WORK", "ADJUSTED_WORK") if d in calendar.rows else d.weekday() < 5)
    ]
    assert calendar.working_days(a, a + timedelta(days=length)) == len(working)
    n = data.draw(st.integers(0, len(working)))
    assert calendar.add_working_days(a, n) == (working[n - 1] if n else a)
