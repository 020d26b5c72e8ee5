"""``expression``: a predicate that must hold."""

import pytest

from tests.monitors.cases import Given, rule, verdict

ONCE = rule("expression", must="supplement_count <= 1")


def test_asking_once_for_supplements_is_good() -> None:
    assert verdict(ONCE, Given({"supplement_count": 1}).facts()).held is True


def test_asking_twice_is_bad_and_tells_what_was_read() -> None:
    found = verdict(ONCE, Given({"supplement_count": 2}).facts())
    assert found.held is False
    assert dict(found.values) == {"supplement_count": 2}


def test_a_missing_field_is_undetermined_and_named() -> None:
    found = verdict(ONCE, Given({}).facts())
    assert (found.held, found.missing) == (None, ("supplement_count",))


def test_a_null_field_is_undetermined_although_null_differs_from_a_text() -> None:
    told = rule("expression", must='reason_text != ""')
    found = verdict(told, Given({"reason_text": None}).facts())
    assert (found.held, found.missing) == (None, ("reason_text",))


def test_an_explicit_null_test_decides() -> None:
    told = rule("expression", must="third_party_told_at != null")
    assert verdict(told, Given({}).facts()).held is False
    assert verdict(told, Given({"third_party_told_at": "2026-03-11"}).facts()).held is True


@pytest.mark.parametrize("text", ['"yes"', "5", "supplement_count + 1", "supplement_count <="])
def test_what_is_neither_true_nor_false_is_undetermined(text: str) -> None:
    found = verdict(rule("expression", must=text), Given({"supplement_count": 1}).facts())
    assert found.held is None
    assert found.note


def test_a_function_that_fails_is_undetermined() -> None:
    text = "add working days(received, 99999999) > received"
    found = verdict(rule("expression", must=text), Given({"received": "2026-03-11"}).facts())
    assert found.held is None
    assert found.note


def test_iso_strings_are_dates_for_the_functions_of_days() -> None:
    prompt = rule("expression", must="working days(decided, published_at) <= 7")
    good = {"decided": "2026-09-28", "published_at": "2026-10-13T17:00:00+08:00"}
    bad = {**good, "published_at": "2026-10-14T08:00:00+08:00"}
    assert verdict(prompt, Given(good).facts()).held is True
    assert verdict(prompt, Given(bad).facts()).held is False
