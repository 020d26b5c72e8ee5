"""``amount_range``: a bid deposit of at most 2 % of the estimate (招标投标法实施条例 Art 26)."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

DEPOSIT = rule("amount_range", amount="deposit", most="0.02 * estimate")
LOUD = {"deposit": 20_001, "estimate": 1_000_000}


def test_the_bound_itself_is_good_and_one_yuan_more_bad() -> None:
    assert held(DEPOSIT, {**LOUD, "deposit": 20_000}) is True
    found = verdict(DEPOSIT, Given(LOUD).completing())
    assert (found.held, found.told["most"]) == (False, 20_000)


def test_a_lower_bound_is_in_too() -> None:
    rate = rule("amount_range", amount="rate", least="0.05", most="0.12")
    assert [held(rate, {"rate": value}) for value in (0.0499, 0.05, 0.12, 0.1201)] == [False, True, True, False]


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(DEPOSIT, LOUD)


def test_a_range_without_bounds_is_undetermined() -> None:
    assert held(rule("amount_range", amount="deposit"), LOUD) is None
