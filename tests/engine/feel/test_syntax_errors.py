"""Errors name the line, the column, what was expected and what was found."""

from __future__ import annotations

import pickle

import pytest

from engine.feel import FeelSyntaxError, parse

CASES = [
    ("", 1, 1, "a value", "the end of the text"),
    ("amount >", 1, 9, "a value", "the end of the text"),
    ("amount > 1\n  and and b", 2, 7, "a value", "'and'"),
    ("if a then b", 1, 12, "'else'", "the end of the text"),
    ("(1 + 2", 1, 7, "')'", "the end of the text"),
    ("a b", 1, 3, "an operator", "the name 'b'"),
    ("1 2", 1, 3, "an operator", "number 2"),
    ("a == 1", 1, 4, "a value", "'='"),
    ("a # b", 1, 3, "an operator", "the character '#'"),
    ("数量 》 3", 1, 4, "an operator", "the character '》'"),
    ('a = "open', 1, 5, 'a closing "', "the end of the line"),
    ('a =\n "x\ny"', 2, 2, 'a closing "', "the end of the line"),
    ('@"2026-02-30"', 1, 1, "a date", '@"2026-02-30"'),
    ("1e9999", 1, 1, "exponent within -6143..6144", "1e9999"),
    ('"\\uD800"', 1, 1, "escapes", "uD800"),
    ("a instance of strng", 1, 15, "a type (", "strng"),
    ("for x in", 1, 9, "a value", "the end of the text"),
    ("for 1 in x return 1", 1, 5, "a name", "number 1"),
    ("{a 1}", 1, 4, "':'", "number 1"),
    ("[1..2", 1, 6, "']'", "the end of the text"),
    ("f(1, x: 2)", 1, 7, "an operator", "':'"),
    ("a.1", 1, 2, "an operator", "number .1"),
    ("__import__('os')", 1, 12, "a value", 'the character "\'"'),
]


@pytest.mark.parametrize(("text", "line", "column", "expected", "found"), CASES, ids=[repr(case[0]) for case in CASES])
def test_a_syntax_error_says_where_and_what(text: str, line: int, column: int, expected: str, found: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column, error.text) == (line, column, text)
    assert expected in error.expected
    assert found in error.found
    assert str(error) == f"line {line}, column {column}: expected {error.expected}, found {error.found}"


def test_errors_travel_between_processes() -> None:
    error = FeelSyntaxError("a +", 1, 4, "a value", "the end of the text")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (copy.line, copy.column, str(copy)) == (1, 4, str(error))
