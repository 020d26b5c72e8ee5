"""The cells of decision tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.feel import FeelSyntaxError, parse_unary_tests

CASES: list[tuple[str, Any, bool | None]] = [
    ("-", 5, True),
    ("-", None, True),
    ("5", 5, True),
    ("5", 6, False),
    ("-5", -5, True),
    ("> 5", 6, True),
    (">= 5", 5, True),
    ("< 5", None, None),
    ("!= 5", 6, True),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("]1..5[", 5, False),
    ("[1..5[", 1, True),
    ("]1..5[, 5", 5, True),
    ("(1..5), > 10", 11, True),
    ("1, 2, 3", 2, True),
    ('"a", "b"', "b", True),
    ('"a", "b"', "c", False),
    ('not("a", "b")', "c", True),
    ('not("a", "b")', "a", False),
    ("not(> 5)", None, None),
    ("not([1..5])", 6, True),
    ("not(true)", False, True),
    ("null", None, True),
    ("null", 1, False),
    ("true", True, True),
    ("false", True, False),
    ("? > 5 and ? < 10", 7, True),
    ("? > 5 and ? < 10", 12, False),
    ('contains(?, "x")', "axb", True),
    ('not(contains(?, "x"))', "axb", False),
    ("limit", 3, True),
    ("> limit + 1", 5, True),
    ("list", 2, True),
    ("[1, 2, 3]", 2, True),
    ("[1, 2, 3]", [1, 2, 3], True),
    ('"5"', 5, None),
    ("some x in list satisfies x = ?", 2, True),
    ("limit = 3", 99, True),
    ('date("2026-01-01")', date(2026, 1, 1), True),
    ('< @"2026-01-01"', date(2025, 12, 31), True),
]


@pytest.mark.parametrize(("text", "value", "expected"), CASES, ids=[f"{t} | {v}" for t, v, _ in CASES])
def test_a_cell_is_met_or_not(text: str, value: Any, expected: bool | None) -> None:
    assert parse_unary_tests(text).evaluate(value, {"limit": 3, "list": [1, 2]}) is expected


def test_a_cell_knows_names_and_what_it_reads() -> None:
    tests = parse_unary_tests("> 承诺 时限", names=["承诺 时限"])
    assert tests.names == {"承诺 时限"}
    assert tests.evaluate(6, {"承诺 时限": 5}) is True


@pytest.mark.parametrize("text", ["", ",", "1,", "> ", "not(", "not()", "- , 1", "[1..5"])
def test_what_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        parse_unary_tests(text)
