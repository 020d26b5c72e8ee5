"""The legal clock: every row of the counting rules (domain sheets B.6) as a sentence, and ladder A's instants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import NaiveTimeError, WorkingCalendar
from engine.limits import (
    Due,
    Extension,
    ExtensionError,
    Ledger,
    LedgerError,
    Limit,
    LimitError,
    Suspension,
    due,
    extend,
    first_instant_overdue_by,
    first_instant_remaining,
    first_instant_used,
    merged,
    open_suspension,
    overdue,
    remaining,
    total,
    used,
)
from engine.seeds import load_seed

CN = WorkingCalendar.of("CN", "Asia/Shanghai", load_seed())
SHANGHAI = ZoneInfo("Asia/Shanghai")
MICRO = timedelta(microseconds=1)
TWENTY = Limit(20)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def stop(start: datetime, end: datetime | None, kind: str = "检测") -> Suspension:
    return Suspension(kind, start, end, "局长")


def found(limit: Limit, start: datetime, ledger: Ledger = (), extension: Extension | None = None) -> Due:
    answer = due(limit, start, ledger, CN, extension)
    assert answer is not None
    return answer


def rules(answer: Due) -> list[str]:
    return [step.rule for step in answer.reason]


# --- B.6, row by row


def test_unit_licensing_limits_are_working_days_without_holidays() -> None:
    """行政许可法 Art 82; 20 wd over National Day 2025: 16-19, 22-26, 28 (make-up), 29, 30 September,
    9, 10, 11 (make-up), 13-17 October."""
    assert found(TWENTY, at(9, 15, 10)).last_day == date(2025, 10, 17)


@pytest.mark.parametrize(
    ("days", "last"),
    [(2, date(2025, 6, 17)), (3, date(2025, 6, 18)), (5, date(2025, 6, 20)), (7, date(2025, 6, 24))],
)
def test_punishment_law_short_limits_are_working_days(days: int, last: date) -> None:
    """行政处罚法 Art 85: "2/3/5/7 日", told on Friday 13 June."""
    assert found(Limit(days), at(6, 13, 9)).last_day == last
    assert found(Limit(days + 1), at(6, 13, 9)).last_day > last > found(Limit(days - 1), at(6, 13, 9)).last_day


def test_punishment_law_long_limits_are_calendar_days() -> None:
    assert found(Limit(90, "calendar_day"), at(3, 3, 9)).last_day == date(2025, 6, 3)  # 1 June rolls over 端午
    assert found(Limit(15, "calendar_day"), at(3, 3, 9)).last_day == date(2025, 3, 18)


def test_everything_else_a_day_is_a_calendar_day_and_weekends_count() -> None:
    assert found(Limit(20, "calendar_day"), at(6, 16, 9)).last_day == date(2025, 7, 7)  # 6 July is a Sunday
    assert found(Limit(20, "calendar_day", roll=False), at(6, 16, 9)).last_day == date(2025, 7, 6)


def test_start_the_day_of_the_event_is_not_counted() -> None:
    for hour in (0, 9, 23):
        assert found(Limit(1), at(6, 16, hour)).last_day == date(2025, 6, 17)


def test_start_the_last_day_on_a_holiday_becomes_the_next_working_day_and_the_rule_is_named() -> None:
    answer = found(Limit(3, "calendar_day"), at(9, 30, 9))
    assert answer.last_day == date(2025, 10, 9)
    step = answer.reason[-1]
    assert (step.rule, step.day, step.to_day) == ("rolled", date(2025, 10, 3), date(2025, 10, 9))
    assert step.basis == "民法典 Art 203" and "国庆节/National Day" in step.note
    assert (step.name, step.source) == ("国庆节/National Day", "国务院办公厅关于2025年部分节假日安排的通知")


def test_start_the_last_day_ends_at_24_00() -> None:
    answer = found(Limit(1), at(6, 16))
    assert answer.in_time(at(6, 17, 23, 59, 59)) and answer.in_time(at(6, 18) - MICRO)
    assert not answer.in_time(at(6, 18)) and not answer.in_time(at(6, 18, 0, 0, 1))
    assert answer.first_late == at(6, 18) and answer.deadline == at(6, 18) - MICRO
    assert answer.last_day_start == at(6, 17)


def test_acceptance_on_a_holiday_counts_as_received_on_the_next_working_day_when_asked() -> None:
    saturday = at(6, 14, 11)
    assert found(Limit(1), saturday).last_day == date(2025, 6, 16)
    moved = found(Limit(1, after_hours="next_working_day"), saturday)
    assert moved.last_day == date(2025, 6, 17)
    assert moved.reason[0].rule == "start_moved" and "周六" in moved.reason[0].note
    assert used(Limit(1, after_hours="next_working_day"), saturday, at(6, 16, 12), (), CN) == 0


def test_twenty_days_a_decision_on_day_twenty_is_in_time_and_a_microsecond_after_it_is_late() -> None:
    answer = found(TWENTY, at(9, 15, 10))
    assert answer.in_time(at(10, 17, 23, 59, 59))
    assert overdue(TWENTY, at(9, 15, 10), at(10, 18) - MICRO, (), CN) == 0
    assert overdue(TWENTY, at(9, 15, 10), at(10, 18), (), CN) == 1


def test_holidays_are_no_working_days() -> None:
    assert used(Limit(5), at(1, 27, 9), at(2, 4, 23), (), CN) == 0


def test_make_up_saturdays_and_sundays_are_working_days() -> None:
    assert found(Limit(1), at(9, 27)).last_day == date(2025, 9, 28)
    assert found(Limit(3), at(9, 30)).last_day == date(2025, 10, 11)


def test_suspension_time_is_not_counted() -> None:
    """Five days from Monday; a test from Tuesday to Thursday takes Wednesday and Thursday out."""
    ledger = (stop(at(6, 17, 14), at(6, 19, 10)),)
    answer = found(Limit(5), at(6, 16, 9), ledger)
    assert answer.last_day == date(2025, 6, 25)
    step = next(s for s in answer.reason if s.rule == "suspended")
    assert (step.day, step.to_day) == (date(2025, 6, 17), date(2025, 6, 19)) and step.units == 2


def test_suspension_arithmetic_overlapping_suspensions_are_merged() -> None:
    one = (stop(at(6, 17, 14), at(6, 20, 10)),)
    two = (stop(at(6, 18, 9), at(6, 20, 10), "听证"), stop(at(6, 17, 14), at(6, 19, 16)))
    assert merged(two) == merged(one)
    assert found(Limit(5), at(6, 16, 9), two).last_day == found(Limit(5), at(6, 16, 9), one).last_day


def test_suspension_arithmetic_the_clock_resumes_on_the_first_working_day_after_a_resume_on_a_holiday() -> None:
    """Two of five days used on 29 and 30 September; resumed on 3 October: 9, 10, 11 October remain."""
    ledger = (stop(at(9, 30, 16), at(10, 3, 12)),)
    start = at(9, 26, 9)
    assert used(Limit(5), start, at(10, 8, 23), ledger, CN) == 3  # 28 (make-up), 29, 30 September
    assert found(Limit(5), start, ledger).last_day == date(2025, 10, 10)


def test_an_open_suspension_leaves_the_deadline_unknown() -> None:
    ledger = (stop(at(6, 17, 14), None),)
    assert due(Limit(5), at(6, 16, 9), ledger, CN) is None
    assert open_suspension(ledger) == ledger[0]
    assert used(Limit(5), at(6, 16, 9), at(7, 30), ledger, CN) == 1
    assert remaining(Limit(5), at(6, 16, 9), at(7, 30), ledger, CN) == 4
    assert first_instant_used(Limit(5), 1, at(6, 16, 9), ledger, CN) == at(6, 17)
    assert first_instant_used(Limit(5), 2, at(6, 16, 9), ledger, CN) is None
    assert overdue(Limit(5), at(6, 16, 9), at(7, 30), ledger, CN) == 0


def test_an_open_suspension_after_the_deadline_does_not_undo_it() -> None:
    ledger = (stop(at(6, 18, 9), None),)
    answer = found(Limit(1), at(6, 16, 9), ledger)
    assert answer.first_late == at(6, 18)


def test_a_suspension_begun_on_the_last_day_keeps_the_limit_alive_until_the_day_it_ends() -> None:
    """AA-04 holds on each of its days; AA-11 watches the abuse of it."""
    start, last = at(6, 16, 9), at(6, 18, 15)
    assert due(Limit(2), start, (stop(last, None),), CN) is None
    answer = found(Limit(2), start, (stop(last, at(6, 24, 10)),))
    assert answer.last_day == date(2025, 6, 24)
    assert answer.reason[-1].rule == "suspended_at_end"
    on_a_sunday = found(Limit(2), start, (stop(last, at(6, 22, 10)),))
    assert on_a_sunday.last_day == date(2025, 6, 23)
    assert rules(on_a_sunday)[-2:] == ["suspended_at_end", "rolled"]


def test_supplement_before_acceptance_costs_nothing() -> None:
    """补正: the clock has not started; a suspension that ended before the start changes nothing."""
    ledger = (stop(at(6, 2), at(6, 16, 8)),)
    assert found(Limit(5), at(6, 16, 9), ledger).last_day == found(Limit(5), at(6, 16, 9)).last_day


def test_extension_once_ten_days_more_counted_in_the_same_calendar() -> None:
    more = Extension(10, "working_day", "局长", "案情复杂", at(10, 16, 9))
    answer = found(TWENTY, at(9, 15, 10), (), more)
    assert answer.last_day == date(2025, 10, 31)
    step = next(s for s in answer.reason if s.rule == "extended")
    assert step.units == 10 and "案情复杂" in step.note and step.basis == "行政许可法 Art 42"
    assert total(TWENTY, at(9, 15, 10), CN, more) == 30


@pytest.mark.parametrize(("limit", "more", "last"), [(20, 10, date(2025, 10, 31)), (45, 15, date(2025, 12, 12))])
def test_extension_by_ten_days_and_of_joint_handling_by_fifteen(limit: int, more: int, last: date) -> None:
    """行政许可法 Art 42: 20 + 10 and 45 + 15 working days from 15 September 2025."""
    for amount, right in ((more, True), (more - 1, False), (more + 1, False)):
        extension = Extension(amount, "working_day", "局长", "案情复杂", at(10, 16, 9))
        assert (found(Limit(limit), at(9, 15, 10), (), extension).last_day == last) is right


def test_a_second_extension_is_refused() -> None:
    more = Extension(10, "working_day", "局长", "案情复杂", at(10, 16, 9))
    assert extend(None, more) is more
    with pytest.raises(ExtensionError):
        extend(more, more)
    with pytest.raises(ExtensionError):
        due(Limit(5, "calendar_day"), at(6, 16), (), CN, more)


def test_recount_a_returned_case_is_a_new_start() -> None:
    assert found(Limit(5), at(6, 16, 9)).last_day < found(Limit(5), at(6, 20, 9)).last_day


def test_minutes_and_hours_run_on_the_clock_without_a_calendar() -> None:
    """生产安全事故条例 Art 9: within one hour, on a National Day night as well."""
    answer = found(Limit(1, "hour"), at(10, 1, 23, 30))
    assert answer.deadline == at(10, 2, 0, 30) and answer.first_late == at(10, 2, 0, 30) + MICRO
    assert answer.in_time(at(10, 2, 0, 30)) and not answer.in_time(at(10, 2, 0, 30) + MICRO)
    assert not answer.provisional


# --- approval rows of sheet A1


@pytest.mark.parametrize(
    ("row", "limit", "start", "last"),
    [
        ("AA-01 supplement told within 5 wd", Limit(5), at(9, 26, 15), date(2025, 10, 10)),
        ("AA-04 promised 8 wd", Limit(8), at(1, 20, 9), date(2025, 2, 6)),
        ("AA-06 joint handling 45 wd", Limit(45), at(9, 1, 9), date(2025, 11, 7)),
        ("AA-07 lower level 20 wd", Limit(20), at(4, 18, 9), date(2025, 5, 20)),
        ("AA-08 delivered 10 wd", Limit(10), at(12, 22, 9), date(2026, 1, 6)),
        ("AA-16 step limit 1 wd", Limit(Decimal("0.5")), at(6, 13, 9), date(2025, 6, 16)),
    ],
)
def test_the_approval_rows_by_hand(row: str, limit: Limit, start: datetime, last: date) -> None:
    """The days, counted on paper: AA-01 28, 29, 30 September, 9, 10 October. AA-04 21-24, 26, 27 January,
    5, 6 February. AA-06 September 2-5, 8-12, 15-19, 22-26, 28-30 (22), October 9-11, 13-17, 20-24, 27-31
    (40), November 3-7. AA-07 April 21-25, 27-30, May 6-9, 12-16, 19, 20. AA-08 December 23-26, 29-31,
    January 4-6."""
    assert found(limit, start).last_day == last, row


# --- ladder A (B.2) from the primitives


def test_notice_at_eighty_percent_or_one_day_left() -> None:
    start = at(9, 15, 10)
    assert first_instant_used(TWENTY, Decimal(16), start, (), CN) == at(10, 13)  # the 16th day
    assert first_instant_remaining(TWENTY, 1, start, (), CN) == at(10, 16)  # the last but one
    assert remaining(TWENTY, start, at(10, 16), (), CN) == 1
    assert used(TWENTY, start, at(10, 13) - MICRO, (), CN) == 15


@pytest.mark.parametrize("amount", [1, 2, 3])
def test_notice_of_a_short_limit_comes_at_00_00_of_the_last_permitted_day(amount: int) -> None:
    start = at(9, 29, 10)
    answer = found(Limit(amount), start)
    assert first_instant_remaining(Limit(amount), Decimal("0.5"), start, (), CN) == answer.last_day_start


def test_yellow_on_the_first_overdue_day_red_after_three_working_days() -> None:
    start = at(9, 15, 10)
    assert first_instant_overdue_by(TWENTY, 0, start, (), CN) == at(10, 18) == found(TWENTY, start).first_late
    assert first_instant_overdue_by(TWENTY, 3, start, (), CN) == at(10, 23)
    assert overdue(TWENTY, start, at(10, 23) - MICRO, (), CN) == 3
    assert overdue(TWENTY, start, at(10, 23), (), CN) == 4


def test_red_after_half_of_a_short_limit() -> None:
    start = at(6, 16, 10)
    assert first_instant_overdue_by(Limit(3), Decimal("1.5"), start, (), CN) == at(6, 21)
    assert first_instant_overdue_by(Limit(1), Decimal("0.5"), start, (), CN) == at(6, 18)


def test_by_instant_half_a_day_remains_at_noon_of_the_last_day() -> None:
    limit = Limit(2, granularity="instant")
    start = at(6, 16, 10)
    assert first_instant_remaining(limit, Decimal("0.5"), start, (), CN) == at(6, 18, 12)
    assert found(limit, start).deadline == at(6, 19)
    running = Limit(2, granularity="instant", start_rule="instant")
    assert found(running, start).deadline == at(6, 18, 10)
    assert found(running, at(6, 20, 10)).deadline == at(6, 24, 10)  # over the weekend


def test_by_instant_a_suspension_stops_the_clock_to_the_minute() -> None:
    running = Limit(2, granularity="instant", start_rule="instant")
    ledger = (stop(at(6, 16, 12), at(6, 17, 15)),)
    assert found(running, at(6, 16, 10), ledger).deadline == at(6, 19, 13)
    hours = Limit(24, "hour")
    assert found(hours, at(6, 16, 10), ledger).deadline == at(6, 18, 13)
    assert used(hours, at(6, 16, 10), at(6, 17, 16), ledger, CN) == 3


# --- deadlines that the case itself states


def test_a_given_deadline_is_taken_as_given() -> None:
    given_limit = Limit.given(at(10, 4, 10, 30))
    ledger = (stop(at(9, 30), None),)
    answer = found(given_limit, at(9, 24, 9), ledger)
    assert answer.last_day == date(2025, 10, 4) and answer.first_late == at(10, 5)
    assert rules(answer) == ["start", "given"] and not answer.provisional
    exact = found(Limit.given(at(10, 4, 10, 30), "instant"), at(9, 24, 9))
    assert exact.deadline == at(10, 4, 10, 30) and exact.in_time(at(10, 4, 10, 30))
    assert total(given_limit, at(9, 24, 9), CN) == 10
    assert first_instant_used(given_limit, 8, at(9, 24, 9), (), CN) == at(10, 2)
    assert found(given_limit, at(10, 20, 9)).last_day == date(2025, 10, 4)  # stated before the start


# --- provisional years, evidence, faults


def test_a_deadline_in_a_year_not_decreed_is_provisional() -> None:
    assert not found(TWENTY, at(11, 20, year=2026)).provisional
    assert found(TWENTY, at(12, 20, year=2026)).provisional
    assert found(Limit(20, "calendar_day"), at(12, 20, year=2026)).provisional  # the roll asks 2027
    assert not found(Limit(20, "calendar_day", roll=False), at(12, 20, year=2026)).provisional


def test_the_evidence_pins_the_calendar_and_holds_json_types_only() -> None:
    answer = found(Limit(3, "calendar_day"), at(9, 30, 9), (stop(at(9, 30), at(10, 1)),))
    assert answer.calendar_version == CN.version
    record = answer.as_dict()
    assert record["reason"][0]["rule"] == "start"
    assert all(isinstance(v, str | None) for step in record["reason"] for v in step.values())


def test_faults_are_typed() -> None:
    with pytest.raises(NaiveTimeError):
        due(TWENTY, datetime(2025, 1, 1), (), CN)  # noqa: DTZ001
    with pytest.raises(LedgerError):
        stop(at(6, 17), at(6, 16))
    faults: list[Callable[[], Limit]] = [
        lambda: Limit(-1),
        lambda: Limit(40_000),
        lambda: Limit(1.5),  # type: ignore[arg-type]
        lambda: Limit(True),
        lambda: Limit(Decimal("NaN")),
        lambda: Limit(1, "week"),  # type: ignore[arg-type]
        lambda: Limit(1, start_rule="instant"),
        lambda: Limit(1, "until"),
        lambda: Limit(1, until=at(1, 1)),
    ]
    for make in faults:
        with pytest.raises(LimitError):
            make()
