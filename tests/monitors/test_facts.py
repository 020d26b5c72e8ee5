"""The names that rules may use, and the functions of days."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from monitors.formulas import Reading, formula
from tests.monitors.cases import Given, at, extended, fired, step, suspended


def read(text: str, given: Given | None = None) -> Reading:
    return formula(text).read((given or Given()).facts())


def value(text: str, given: Given | None = None) -> Any:
    found = read(text, given)
    assert found.sound, found
    return found.value


def test_the_case_tells_its_number_district_department_and_start() -> None:
    assert value("case.no") == "37020226031100017"
    assert value("case.district") == "370202"
    assert value("case.department") == "xzsp"
    assert value("case.started_at = now") is True


def test_case_data_cannot_hide_our_own_names() -> None:
    assert value("case.no", Given({"case": {"no": "x"}, "now": "x"})) == "37020226031100017"


def test_the_step_is_the_passage_of_the_host() -> None:
    passages = [
        step("4", "li", "2026-09-10 09:00", "2026-09-11 09:00", element="review"),
        step("5", "wang", "2026-09-12 09:00", element="audit"),
    ]
    given = Given(steps=passages, host="audit")
    assert value("step.code", given) == "5"
    assert value("step.actor", given) == "wang"
    assert value("count(steps)", given) == 2
    assert value("steps[completed_at != null].code", given) == ["4"]


def test_steps_are_those_of_persons() -> None:
    passages = [step("", None, "2026-09-10 09:00", kind="businessRuleTask"), step("4", "li", "2026-09-10 09:00")]
    assert value("steps.code", Given(steps=passages)) == ["4"]


def test_the_step_being_completed_has_its_actor_and_end() -> None:
    given = Given(steps=[step("4", None, "2026-09-10 09:00", element="review")], now="2026-09-11 09:00")
    facts = given.completing("li")
    assert formula("step.actor").read(facts).value == "li"
    assert formula("step.completed_at = now").read(facts).value is True
    assert formula("step completed").read(facts).value is True
    assert value("step completed", given) is False


def test_the_extension_is_told_in_days_and_in_full() -> None:
    given = Given(extension=extended(10))
    assert value("extension_wd", given) == 10
    assert value("extension_count", given) == 1
    assert value("extension.approver", given) == "head"
    assert (value("extension_wd"), value("extension_count")) == (0, 0)


def test_a_department_may_report_more_extensions_than_the_ledger_holds() -> None:
    assert value("extension_count", Given({"extension_count": 2}, extension=extended(10))) == 2
    assert value("extension_count", Given({"extension_count": 0}, extension=extended(10))) == 1


@pytest.mark.parametrize(
    ("entries", "now", "stands"),
    [
        ([], "2026-10-09 12:00", False),
        ([suspended("2026-10-09 10:00")], "2026-10-09 12:00", True),
        ([suspended("2026-10-09 10:00", "2026-10-09 11:00")], "2026-10-09 12:00", False),
    ],
)
def test_suspended_tells_whether_the_clock_stands(entries: list[Any], now: str, stands: bool) -> None:
    assert value("suspended", Given(suspensions=entries, now=now)) is stands


def test_the_firing_tells_its_cause_and_payload() -> None:
    firing = fired("message", "2026-10-09 12:00", payload={"paid_at": "2026-10-08"})
    facts = Given().facts(firing)
    assert formula("firing.cause").read(facts).value == "message"
    assert formula("firing.payload.paid_at").read(facts).value == date(2026, 10, 8)
    assert read("firing = null").value is True


def test_working_days_do_not_count_the_first_day_and_do_not_deduct_suspensions() -> None:
    stopped = Given(
        {"a": "2026-09-28", "b": "2026-10-14T10:00:00+08:00"},
        suspensions=[suspended("2026-10-09 10:00", "2026-10-13 15:00")],
    )
    assert value("working days(a, b)", stopped) == 8
    assert value("suspended working days(a, b)", stopped) == 3
    assert value("working days(b, a)", stopped) == 0


def test_days_are_those_of_the_calendars_own_zone() -> None:
    # 23:30 in UTC on the 28th is the 29th in Shanghai
    assert value("working days(a, b)", Given({"a": "2026-09-28T23:30:00Z", "b": "2026-09-30"})) == 1


def test_the_last_permitted_day_and_the_first_late_instant() -> None:
    given = Given({"a": "2026-09-28"})
    assert value("add working days(a, 8)", given) == date(2026, 10, 14)
    assert value("deadline after working days(a, 8)", given) == at("2026-10-15")


def test_calendar_days_and_hours_run_through_holidays() -> None:
    given = Given({"a": "2026-10-01T09:00:00+08:00", "b": "2026-10-02T15:30:00+08:00"})
    assert value("calendar days(a, b)", given) == 1
    assert value("hours between(a, b)", given) == Decimal("30.5")
    assert value("hours between(b, a)", given) == Decimal("-30.5")


@pytest.mark.parametrize(
    "text",
    [
        "working days(a, b)",
        "calendar days(a, b)",
        "hours between(a, b)",
        "suspended working days(a, b)",
        "add working days(b, 1)",
        "deadline after working days(b, 1)",
    ],
)
def test_a_missing_date_makes_days_null_and_is_named(text: str) -> None:
    found = read(text, Given({"a": "2026-10-01"}))
    assert (found.value, found.missing) == (None, ("b",))


@pytest.mark.parametrize("text", ["working days(a, a)", "add working days(d, -1)", "add working days(d, a)"])
def test_what_is_no_date_or_number_makes_days_null(text: str) -> None:
    assert read(text, Given({"a": "soon", "d": "2026-10-01"})).value is None
