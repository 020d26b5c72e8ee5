"""``pile_up_before_term``: not too many cases end on the last days."""

from typing import Any

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

SHARE = rule("pile_up_before_term", cases="cases", days="2", most_share="0.5")


def month(*ended: str) -> dict[str, Any]:
    return {"cases": [{"ended": day, "deadline": "2026-09-10"} for day in ended]}


def test_half_of_them_on_the_last_two_days_is_good() -> None:
    assert held(SHARE, month("2026-09-08", "2026-09-09")) is True


def test_more_than_half_is_bad_and_told() -> None:
    found = verdict(SHARE, Given(month("2026-09-08", "2026-09-09", "2026-09-10")).completing())
    assert (found.held, found.told["just_before"], found.told["cases"]) == (False, 2, 3)


def test_how_many_days_is_a_number_of_the_rule() -> None:
    assert held(rule("pile_up_before_term", cases="cases", days="1", most_share="0.5"), month("2026-09-09")) is True
    assert held(SHARE, month("2026-09-09")) is False


def test_few_cases_show_nothing() -> None:
    few = rule("pile_up_before_term", cases="cases", days="2", most_share="0.5", least_cases="3")
    assert held(few, month("2026-09-09", "2026-09-09")) is True
    assert held(few, month("2026-09-09", "2026-09-09", "2026-09-09")) is False


def test_no_cases_at_all_are_undetermined() -> None:
    assert held(SHARE, {"cases": []}) is None


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(SHARE, month("2026-09-09"))
