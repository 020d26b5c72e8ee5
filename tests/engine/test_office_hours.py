"""Limits in working hours: half days, summer and winter hours, standard days (domain sheets B.6, practice)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import CalendarDay, CalendarError, DayKind, WorkingCalendar
from engine.ledger import Suspension
from engine.limits import Extension, Limit, due, first_instant_remaining, used
from engine.officehours import standard_days
from engine.seeds import load_seed
from engine.worktimes import HoursError, WorkTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINTER = WorkTime(date(2025, 10, 1), ((time(9), time(12)), (time(13, 30), time(17))))  # 6.5 hours
SUMMER = WorkTime(date(2026, 5, 1), ((time(9), time(12)), (time(14), time(17, 30))))
QINGDAO = WorkingCalendar.of("QD", "Asia/Shanghai", load_seed(), hours=[SUMMER, WINTER])


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def deadline(hours: str, start: datetime, *stops: Suspension) -> datetime:
    found = due(Limit(Decimal(hours), "working_hour"), start, stops, QINGDAO)
    assert found is not None
    return found.deadline


def test_half_days_and_hours_start_and_end_partial_days_are_summed() -> None:
    """From Wednesday 11 March 16:00: an hour that day, 6.5 on Thursday, half an hour on Friday."""
    assert deadline("8", at(3, 11, 16)) == at(3, 13, 9, 30)
    assert deadline("1", at(3, 11, 16)) == at(3, 11, 17)
    assert deadline("3", at(3, 11, 11)) == at(3, 11, 15, 30)


def test_half_days_and_hours_an_act_at_the_deadline_is_in_time_and_a_second_later_is_late() -> None:
    found = due(Limit(8, "working_hour"), at(3, 11, 16), (), QINGDAO)
    assert found is not None and found.in_time(at(3, 13, 9, 30)) and not found.in_time(at(3, 13, 9, 30, 1))


@pytest.mark.parametrize(("hours", "days"), [(0, 1), (6.5, 1), (6.75, 2), (13, 2), (13.25, 3)])
def test_half_days_and_hours_up_to_a_standard_day_is_one_and_begun_days_round_up(hours: float, days: int) -> None:
    start = at(3, 11, 9)
    end = due(Limit(Decimal(hours), "working_hour"), start, (), QINGDAO)
    assert end is not None and standard_days(QINGDAO, start, end.deadline) == days


def test_half_days_and_hours_summer_hours_hold_from_their_day_on() -> None:
    """Thursday 30 April 15:00 winter: 2 hours; 1 to 5 May are off; Wednesday the 6th from 9, and from 14 o'clock."""
    assert deadline("2", at(4, 30, 15)) == at(4, 30, 17)
    assert deadline("5.5", at(4, 30, 15)) == at(5, 6, 14, 30)
    assert used(Limit(20, "working_hour"), at(4, 30, 15), at(5, 6, 17, 30), (), QINGDAO) == Decimal("8.5")


def test_nights_lunch_and_days_off_do_not_count_and_a_make_up_saturday_does() -> None:
    limit = Limit(30, "working_hour")
    assert used(limit, at(3, 11, 9), at(3, 11, 13, 30), (), QINGDAO) == used(
        limit, at(3, 11, 9), at(3, 11, 12), (), QINGDAO
    )
    assert used(limit, at(3, 13, 17), at(3, 16, 9), (), QINGDAO) == 0
    assert used(limit, at(2, 27, 17), at(2, 28, 17), (), QINGDAO) == Decimal("6.5")  # Saturday 28 February makes up


def test_a_stop_takes_out_the_hours_it_stood() -> None:
    stop = Suspension("testing", at(3, 11, 10), at(3, 12, 10), "chief")
    assert deadline("8", at(3, 11, 9), stop) == at(3, 13, 10, 30)  # one on the 11th, 5.5 on the 12th
    assert (
        due(Limit(8, "working_hour"), at(3, 11, 9), (Suspension("testing", at(3, 11, 10), None, "c"),), QINGDAO) is None
    )


def test_an_extension_in_working_hours_and_the_rungs_of_a_ladder() -> None:
    more = Extension(2, "working_hour", "head", "r", at(3, 11, 10))
    found = due(Limit(6, "working_hour"), at(3, 11, 9), (), QINGDAO, more)
    assert found is not None and found.deadline == at(3, 12, 10, 30)
    assert first_instant_remaining(Limit(6, "working_hour"), 1, at(3, 11, 9), (), QINGDAO) == at(3, 11, 15, 30)


def test_a_deadline_in_a_year_not_decreed_is_provisional() -> None:
    found = due(Limit(10, "working_hour"), at(12, 31, 16), (), QINGDAO)
    assert found is not None and found.provisional


def test_without_hours_for_the_day_nothing_is_guessed() -> None:
    for calendar in (WorkingCalendar("X", "Asia/Shanghai"), QINGDAO):
        with pytest.raises(CalendarError):
            due(Limit(1, "working_hour"), at(9, 30, 10, year=2025), (), calendar)


def test_a_table_that_cannot_be_is_refused() -> None:
    for spans in ((), ((time(12), time(9)),), ((time(9), time(12)), (time(11), time(17))), ((time(9), time(9)),)):
        with pytest.raises(HoursError):
            WorkTime(date(2026, 1, 1), spans)
    with pytest.raises(HoursError):
        WorkingCalendar.of("X", "UTC", [], hours=[WINTER, WINTER])


def test_the_version_of_a_calendar_follows_its_hours() -> None:
    plain = WorkingCalendar.of("QD", "Asia/Shanghai", load_seed())
    assert (
        len(
            {
                plain.version,
                QINGDAO.version,
                WorkingCalendar.of("QD", "Asia/Shanghai", load_seed(), hours=[WINTER]).version,
            }
        )
        == 3
    )


def test_where_the_clocks_change_inside_a_span_it_still_counts_its_nominal_length() -> None:
    night = WorkTime(date(2025, 1, 1), ((time(0), time(8)),))
    sunday = CalendarDay(date(2025, 3, 30), DayKind.ADJUSTED_WORK, "x")
    berlin = WorkingCalendar.of("DE", "Europe/Berlin", [sunday], hours=[night])
    start = datetime(2025, 3, 29, 12, tzinfo=UTC)
    found = due(Limit(8, "working_hour"), start, (), berlin)
    assert found is not None and found.deadline == datetime(2025, 3, 30, 6, tzinfo=UTC)
    assert used(Limit(8, "working_hour"), start, found.deadline - timedelta(hours=3, minutes=30), (), berlin) == 4
