"""Ladder A by hand, over National Day 2026: off from 1 to 7 October, 10 October is worked.

From Monday 28 September the working days are 29, 30 September, 8, 9, 10, 12, 13, 14, 15, 16, 19, 20 October.
"""

from datetime import UTC, datetime, timedelta

import pytest

from engine.limits import Extension, Limit, Suspension
from monitors.ladders import Terms, climb
from monitors.presets import single
from tests.monitors.cases import CHINA, PRESETS, at

Dues = dict[str, datetime | None]


def rungs(amount: int, start: str = "2026-09-28 09:12", ladder: str = "DEFAULT", **more: object) -> Dues:
    unit = more.pop("unit", "working_day")
    statutory = more.pop("statutory", None)
    second = Limit(statutory, unit) if statutory else None  # type: ignore[arg-type]
    terms = Terms(Limit(amount, unit), at(start), second, **more)  # type: ignore[arg-type]
    return {rung.name: rung.due for rung in climb(PRESETS[ladder], terms, CHINA)}


def test_eight_days_warn_when_one_is_left_and_turn_red_after_three_late_days() -> None:
    # last permitted day 14 October; 15, 16 and 19 October are the three overdue days
    assert rungs(8) == {
        "notice": at("2026-10-13"),
        "yellow": at("2026-10-15"),
        "red": at("2026-10-20"),
    }


def test_twenty_days_warn_when_four_fifths_are_used() -> None:
    assert rungs(20)["notice"] == at("2026-10-26")  # the 16th working day; 20 would be 30 October


def test_four_days_turn_red_after_half_of_the_limit() -> None:
    # last permitted day 9 October; overdue by more than two days: after 10 and 12 October
    assert rungs(4) == {
        "notice": at("2026-10-08"),
        "yellow": at("2026-10-10"),
        "red": at("2026-10-13"),
    }


def test_a_short_limit_warns_from_the_first_instant_of_its_last_day() -> None:
    assert rungs(2, "2026-09-30 17:59") == {
        "notice": at("2026-10-09"),
        "yellow": at("2026-10-10"),
        "red": at("2026-10-11"),  # the one day of grace is the working Saturday
    }


def test_where_two_rungs_become_true_at_once_only_the_higher_fires() -> None:
    assert rungs(1, "2026-09-30 17:59") == {"notice": at("2026-10-08"), "red": at("2026-10-09")}


def test_promised_broken_is_yellow_and_statutory_broken_red_where_they_differ() -> None:
    assert rungs(5, statutory=8) == {
        "notice": at("2026-10-09"),
        "yellow": at("2026-10-11"),
        "red": at("2026-10-15"),
    }


@pytest.mark.parametrize("statutory", [8, 5])
def test_equal_limits_are_one_and_the_shorter_counts(statutory: int) -> None:
    assert rungs(8, statutory=statutory) == rungs(statutory)


def test_an_open_suspension_takes_every_due_away() -> None:
    stopped = (Suspension("听证", at("2026-10-09 10:00"), None, "chief"),)
    assert rungs(8, ledger=stopped) == {"notice": None, "yellow": None, "red": None}


def test_a_closed_suspension_moves_them_by_its_working_days() -> None:
    # 10, 12 and 13 October do not count: the last permitted day is 19 October
    stopped = (Suspension("听证", at("2026-10-09 10:00"), at("2026-10-13 15:00"), "chief"),)
    assert rungs(8, ledger=stopped)["yellow"] == at("2026-10-20")


def test_an_extension_moves_both_limits() -> None:
    more = Extension(2, "working_day", "head", "complex", at("2026-09-29 10:00"))
    assert rungs(6, extension=more) == rungs(8)
    assert rungs(6, statutory=8, extension=more)["red"] == rungs(10)["yellow"]


def test_a_preset_says_its_own() -> None:
    # Yulin: 90 % of eight days are reached on the eighth, 14 October
    assert rungs(8, ladder="YULIN") == {"yellow": at("2026-10-14"), "red": at("2026-10-15")}
    assert rungs(8, ladder="YULIN", statutory=20) == rungs(8, ladder="YULIN")


def test_a_rule_with_a_level_has_one_rung_at_the_first_late_instant() -> None:
    (rung,) = climb(single("notice"), Terms(Limit(8), at("2026-09-28 09:12")), CHINA)
    assert (rung.name, rung.level, rung.due) == ("notice", "notice", at("2026-10-15"))
    assert rung.deadline == at("2026-10-15") - timedelta(microseconds=1)


def test_a_limit_by_instant_is_late_one_microsecond_after_its_deadline() -> None:
    until = datetime(2026, 10, 1, 10, tzinfo=UTC)
    (rung,) = climb(single("red"), Terms(Limit.given(until, "instant"), at("2026-09-28 09:12")), CHINA)
    assert (rung.due, rung.deadline) == (until + timedelta(microseconds=1), until)


def test_hours_run_through_the_holiday() -> None:
    found = rungs(1, "2026-10-01 09:00", unit="hour")
    assert found["notice"] == at("2026-10-01 09:30")
    assert found["yellow"] == at("2026-10-01 10:00") + timedelta(microseconds=1)


def test_a_rung_tells_how_its_due_was_derived() -> None:
    rung = climb(PRESETS["DEFAULT"], Terms(Limit(8), at("2026-09-28 09:12")), CHINA)[-1]
    assert rung.reason["last_day"] == "2026-10-14"
    assert rung.reason["calendar"] == CHINA.version
    assert "行政许可法 Art 82; 民法典 Art 201" in [step["basis"] for step in rung.reason["steps"]]
