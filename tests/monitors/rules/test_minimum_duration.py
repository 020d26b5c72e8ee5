"""``minimum_duration``: a notice of at least five working days (政府采购法实施条例 Art 30)."""

import pytest

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

NOTICE = rule("minimum_duration", start="published_at", end="closed_at", amount="5", unit='"working_day"')
SHORT = {"published_at": "2026-09-24", "closed_at": "2026-10-08"}  # two holidays and a worked Sunday between


def test_five_working_days_are_good() -> None:
    assert held(NOTICE, {**SHORT, "closed_at": "2026-10-09T09:00:00+08:00"}) is True


def test_four_are_bad_and_told() -> None:
    found = verdict(NOTICE, Given(SHORT).completing())
    assert (found.held, found.told["lasted"], found.told["least"]) == (False, 4, 5)


@pytest.mark.parametrize(("unit", "end"), [("calendar_day", "2026-09-28"), ("hour", "2026-09-24T05:00:00+08:00")])
def test_each_unit_counts_its_own(unit: str, end: str) -> None:
    exact = rule("minimum_duration", start="published_at", end="closed_at", amount="5", unit=f'"{unit}"')
    one_more = rule("minimum_duration", start="published_at", end="closed_at", amount="6", unit=f'"{unit}"')
    if unit == "calendar_day":
        exact, one_more = (
            rule("minimum_duration", start="published_at", end="closed_at", amount=n, unit=f'"{unit}"')
            for n in ("4", "5")
        )
    assert held(exact, {**SHORT, "closed_at": end}) is True
    assert held(one_more, {**SHORT, "closed_at": end}) is False


def test_what_has_not_ended_is_open_while_the_step_is() -> None:
    assert verdict(NOTICE, Given({"published_at": "2026-09-24"}).facts()).held is True


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(NOTICE, SHORT)


def test_an_unknown_unit_is_undetermined() -> None:
    assert (
        held(rule("minimum_duration", start="published_at", end="closed_at", amount="5", unit='"week"'), SHORT) is None
    )
