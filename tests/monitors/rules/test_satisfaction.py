"""``satisfaction``: a bad evaluation is followed up."""

from tests.monitors.cases import held, never_quiet, rule

RATED = rule("satisfaction", rating="satisfaction", least="3", opened="complaint_opened")
LOUD = {"satisfaction": 2, "complaint_opened": False}


def test_three_of_five_is_good_and_two_bad() -> None:
    assert held(RATED, {**LOUD, "satisfaction": 3}) is True
    assert held(RATED, LOUD) is False


def test_two_that_became_a_complaint_is_good() -> None:
    assert held(RATED, {**LOUD, "complaint_opened": True}) is True


def test_without_a_way_to_complain_only_the_rating_counts() -> None:
    assert held(rule("satisfaction", rating="satisfaction", least="3"), {"satisfaction": 2}) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(RATED, LOUD)
