"""and, or, not, some and every over true, false and null: the whole tables."""

from __future__ import annotations

from itertools import product

import pytest

from engine.feel import parse

VALUES = (True, False, None)
WORDS = {True: "true", False: "false", None: "null"}
PAIRS = list(product(VALUES, VALUES))


def conjunction(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def disjunction(a: bool | None, b: bool | None) -> bool | None:
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_and_is_decided_by_false_and_opened_by_null(a: bool | None, b: bool | None) -> None:
    assert parse(f"{WORDS[a]} and {WORDS[b]}").evaluate({}) is conjunction(a, b)
    assert parse("a and b").evaluate({"a": a, "b": b}) is conjunction(a, b)
    assert parse("every x in l satisfies x").evaluate({"l": [a, b]}) is conjunction(a, b)
    assert parse("all(l)").evaluate({"l": [a, b]}) is conjunction(a, b)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_or_is_decided_by_true_and_opened_by_null(a: bool | None, b: bool | None) -> None:
    assert parse(f"{WORDS[a]} or {WORDS[b]}").evaluate({}) is disjunction(a, b)
    assert parse("some x in l satisfies x").evaluate({"l": [a, b]}) is disjunction(a, b)
    assert parse("any(l)").evaluate({"l": [a, b]}) is disjunction(a, b)


@pytest.mark.parametrize(("value", "expected"), [("true", False), ("false", True), ("null", None), ("1", None)])
def test_not_turns_booleans_and_leaves_the_rest_null(value: str, expected: bool | None) -> None:
    assert parse(f"not({value})").evaluate({}) is expected


@pytest.mark.parametrize("other", ["1", '"x"', "[]", "{}"])
def test_what_is_no_boolean_counts_as_null(other: str) -> None:
    assert parse(f"true and {other}").evaluate({}) is None
    assert parse(f"false and {other}").evaluate({}) is False
    assert parse(f"false or {other}").evaluate({}) is None
    assert parse(f"true or {other}").evaluate({}) is True


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "+", "-", "*", "/", "**"])
def test_null_goes_through_every_operator(operator: str) -> None:
    assert parse(f"1 {operator} null").evaluate({}) is None
    assert parse(f"null {operator} 1").evaluate({}) is None


def test_the_longest_junctions_are_flat() -> None:
    assert parse(" and ".join(["a"] * 500)).evaluate({"a": True}) is True
    assert parse("+".join(["1"] * 1900)).evaluate({}) == 1900
