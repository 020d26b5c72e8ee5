"""``fee``: as in the catalogue, times the quantity (行政许可法 Art 58)."""

import pytest

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

PARAMETERS = {"code": "fee_code", "quantity": "quantity", "charged": "fee_amount", "catalogue": "item.fees"}
FEE = rule("fee", **PARAMETERS)
GOOD = {"fee_code": "CJ-02", "quantity": 2, "fee_amount": 360, "item": {"fees": [{"code": "CJ-02", "standard": 180}]}}


def test_standard_times_quantity_is_good() -> None:
    assert held(FEE, GOOD) is True


@pytest.mark.parametrize("amount", [359.99, 360.01])
def test_a_cent_more_or_less_is_bad(amount: float) -> None:
    found = verdict(FEE, Given({**GOOD, "fee_amount": amount}).completing())
    assert (found.held, found.told["due"]) == (False, 360)


def test_a_fee_that_is_not_in_the_catalogue_is_bad() -> None:
    assert held(FEE, {**GOOD, "fee_code": "CJ-99"}) is False


WAIVED = rule("fee", **PARAMETERS, waived="waiver_amount", waiver_doc="waiver_doc", payee="payee", treasury="treasury")
WAIVER = {
    **GOOD,
    "fee_amount": 300,
    "waiver_amount": 60,
    "waiver_doc": "减免批复 12 号",
    "payee": "T1",
    "treasury": "T1",
}


def test_a_waiver_in_writing_is_good_and_without_a_paper_bad() -> None:
    assert held(WAIVED, WAIVER) is True
    assert held(WAIVED, {**WAIVER, "waiver_doc": " "}) is False


def test_money_that_does_not_go_to_the_treasury_is_bad() -> None:
    assert held(WAIVED, {**WAIVER, "payee": "own account"}) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(FEE, {**GOOD, "fee_amount": 361})
    never_quiet(WAIVED, {**WAIVER, "payee": "own account"})
