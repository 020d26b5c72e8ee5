"""``split_purchase``: no purchase is split to stay under the threshold (政府采购法 Art 28)."""

from tests.monitors.cases import Given, Sets, held, never_quiet, rule, verdict

SPLIT = rule("split_purchase", amount="amount", threshold="threshold", set='"purchases"', key='unit + "/" + catalogue')
BEFORE = Sets([("purchases", "school/A02", "2026-03-01", 300_000), ("purchases", "school/A03", "2026-03-01", 900_000)])
LOUD = {"amount": 100_000, "threshold": 400_000, "unit": "school", "catalogue": "A02"}


def test_together_below_the_threshold_is_good_and_on_it_bad() -> None:
    assert held(SPLIT, {**LOUD, "amount": 99_999}, sets=BEFORE) is True
    assert verdict(SPLIT, Given(LOUD, sets=BEFORE).completing()).told["before"] == 300_000
    assert held(SPLIT, LOUD, sets=BEFORE) is False


def test_a_purchase_that_reaches_the_threshold_alone_is_not_split() -> None:
    assert held(SPLIT, {**LOUD, "amount": 400_000}, sets=BEFORE) is True
    assert held(SPLIT, {**LOUD, "amount": 399_999}, sets=BEFORE) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(SPLIT, LOUD, sets=BEFORE)
