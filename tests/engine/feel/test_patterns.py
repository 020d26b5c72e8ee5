"""matches, replace and split: what they mean, and that no pattern takes long."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelBoundsError, parse
from engine.feel.bounds import Meter
from engine.feel.patterns import PatternError, compile_pattern, search

CASES: list[tuple[str, Any]] = [
    ('matches("11010519491231002X", "^[0-9]{17}[0-9X]$")', True),
    ('matches("1101051949123100", "^\\d{17}[\\dX]$")', False),
    ('matches("沪A12345", "^\\p{L}[A-Z]\\d{5}$")', True),
    ('matches("foobar", "^fo*b")', True),
    ('matches("FOO", "foo")', False),
    ('matches("FOO", "foo", "i")', True),
    ('matches("a\\nb", "a.b")', False),
    ('matches("a\\nb", "a.b", "s")', True),
    ('matches("a\\nb", "^b$", "m")', True),
    ('matches("ab", "a b", "x")', True),
    ('matches("ab", "(")', None),
    ('matches("ab", "\\1")', None),
    ('matches("ab", "a", "z")', None),
    ('matches("", "a*")', True),
    ('split("John Doe", "\\s")', ["John", "Doe"]),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('split("abc", ";")', ["abc"]),
    ('split("abc", "x*")', None),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
    ('replace("banana", "a", "o")', "bonono"),
    ('replace("2026-03-11", "(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1")', "11.03.2026"),
    ('replace("a", "a", "\\\\$")', "$"),
    ('replace("a", "a", "$")', None),
    ('replace("a.b", "a+?", "x")', "x.b"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_patterns(text: str, expected: Any) -> None:
    assert parse(text).evaluate({}) == expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(((a*)*)*)*b", "(.*)(.*)(.*)(.*)x", "(a?){900}b", "((a?){30}){30}b"]
)
def test_no_pattern_takes_exponential_time(pattern: str) -> None:
    start = time.perf_counter()
    try:
        parse(f'matches(x, "{pattern}")').evaluate({"x": "a" * 5000 + "!"})
    except FeelBoundsError as error:
        assert error.bound == "steps"
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize(
    "pattern", ["a{9999}{999}", "(" * 40 + ")" * 40, "a{2,1}", "[b-a]", "[]", "*", "a**", "[[a]]", "\\p{Xx}"]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(a|b)", "(?:ab)", "(a)"])
REPEATS = st.sampled_from(["", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??"])
PATTERNS = st.lists(st.tuples(PIECES, REPEATS).map("".join), min_size=1, max_size=5).map("".join)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PATTERNS, st.text("abc", max_size=12))
def test_a_match_is_where_the_standard_library_finds_it(pattern: str, text: str) -> None:
    expected = re.search(pattern, text)
    found = search(compile_pattern(pattern), text, 0, Meter())
    assert (found and found[:2]) == (expected.span() if expected else None)
