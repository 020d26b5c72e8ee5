"""``periodic_duty``: a monthly report by the 5th."""

from typing import Any

import pytest

from monitors.rules.periodic_duty import PeriodicDuty
from tests.monitors.cases import Given, at, fired, held, judge, never_quiet, rule

MONTHLY = rule("periodic_duty", first="first_month", months="1", by="5", done="reports", last="last_month")
YEAR = {"first_month": "2026-07-01", "last_month": "2026-12-01"}
JULY = {"period": "2026-07-01", "at": "2026-08-05T23:59:00+08:00"}


def reported(*reports: dict[str, Any]) -> dict[str, Any]:
    return {**YEAR, "reports": list(reports)}


def test_a_report_on_the_fifth_is_good() -> None:
    assert held(MONTHLY, reported(JULY), now="2026-09-05 23:59") is True


def test_a_report_on_the_sixth_is_bad() -> None:
    late = {**JULY, "at": "2026-08-06T00:00:00+08:00"}
    found = judge(MONTHLY, Given(reported(late), now="2026-08-10 09:00").completing())
    assert (found.held, [str(day) for day in found.told["missed"]]) == (False, ["2026-07-01"])


def test_each_missed_month_is_a_rung_of_its_own_and_the_next_is_armed() -> None:
    found = PeriodicDuty().rungs(MONTHLY, Given(reported(), now="2026-09-06 09:00").facts())
    assert [(rung.name, rung.due) for rung in found] == [
        ("yellow:2026-07-01", at("2026-08-06")),
        ("yellow:2026-08-01", at("2026-09-06")),
        ("yellow:2026-09-01", at("2026-10-06")),
    ]


def test_a_timer_looks_at_its_own_month_only() -> None:
    firing = fired("timer", "2026-09-06 00:00", rule="AA-04.1", rung="yellow:2026-08-01", due=at("2026-09-06"))
    found = judge(MONTHLY, Given(reported(), now="2026-09-06 00:00").facts(firing))
    assert [rung.name for rung in found.reached] == ["yellow:2026-08-01"]


def test_after_the_last_month_nothing_is_due() -> None:
    found = PeriodicDuty().rungs(MONTHLY, Given(reported(), now="2027-06-01 09:00").facts())
    assert found[-1].name == "yellow:2026-12-01"


@pytest.mark.parametrize(("by", "now", "good"), [("4", "2026-08-05 09:00", False), ("5", "2026-08-05 09:00", True)])
def test_by_when_is_a_number_of_the_rule(by: str, now: str, good: bool) -> None:
    own = rule("periodic_duty", first="first_month", months="1", by=by, done="reports")
    assert held(own, reported(), now=now) is good


def test_a_quarter_has_three_months() -> None:
    quarterly = rule("periodic_duty", first="first_month", months="3", by="0", done="reports")
    assert held(quarterly, reported(), now="2026-09-30 23:59") is True
    assert held(quarterly, reported(), now="2026-10-01 00:00") is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(MONTHLY, reported({**JULY, "at": "2026-08-06T00:00:00+08:00"}), now="2026-08-10 09:00")


def test_a_period_of_no_months_is_undetermined() -> None:
    assert held(rule("periodic_duty", first="first_month", months="0", by="5", done="reports"), reported()) is None
