"""The built-in functions: one line, one case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.feel import parse
from engine.feel.builtins import BUILTINS

CASES: list[tuple[str, Any]] = [
    ('string length("中文")', 2),
    ('upper case("aß")', "ASS"),
    ('lower case("AB")', "ab"),
    ('trim("  a ")', "a"),
    ('contains("foobar", "ob")', True),
    ('starts with("foobar", "fo")', True),
    ('ends with("foobar", "ar")', True),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 3)', "oba"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring("foobar", 9)', None),
    ('substring(string: "foobar", start position: 3)', "obar"),
    ('substring(string: "foobar", wrong: 3)', None),
    ('substring before("foobar", "bar")', "foo"),
    ('substring before("foobar", "x")', ""),
    ('substring after("foobar", "ob")', "ar"),
    ('substring after("", "a")', ""),
    ('string join(["a", null, "b"], ", ")', "a, b"),
    ('string join(["a", "b"])', "ab"),
    ('string join(["a", 1], ",")', None),
    ("string length(1)", None),
    ("string length(null)", None),
    ('string length("a", "b")', None),
    ('string length(["abc"])', 3),
    ("count([1, 2])", 2),
    ("count([])", 0),
    ("count(1)", 1),
    ("count(null)", None),
    ("min(1, 2, 3)", 1),
    ("min([])", None),
    ('max([1, "a"])', None),
    ('max("a", "c", "b")', "c"),
    ("sum([1, 2, 3])", 6),
    ("sum(1, 2)", 3),
    ("sum([])", None),
    ("sum([1, null])", None),
    ("mean([1, 2, 6])", 3),
    ("product([2, 3, 4])", 24),
    ("median([8, 2, 5, 3, 4])", 4),
    ("median([6, 1, 2, 3])", Decimal("2.5")),
    ("stddev([2, 4, 7, 5]) > 2.08", True),
    ("all([true, null, false])", False),
    ("all([])", True),
    ("any([false, null, true])", True),
    ("any([])", False),
    ("list contains([1, null], null)", True),
    ("list contains([1, 2], 3)", False),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2], [3])", [1, 2, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 1, null, null])", [1, 2, None]),
    ("duplicate values([1, 2, 1, 1])", [1]),
    ("flatten([1, [2, [3, []]], 4])", [1, 2, 3, 4]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("reverse([1, 2])", [2, 1]),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("sublist([1, 2, 3], -2, 1)", [2]),
    ("sublist([1, 2, 3], 4)", None),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("list replace([1, 9, 3], 2, 2)", [1, 2, 3]),
    ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
    ("sort([], function(x, y) x < y)", []),
    ("abs(-5)", 5),
    ("floor(-1.5)", -2),
    ("floor(1.56, 1)", Decimal("1.5")),
    ("ceiling(1.2)", 2),
    ("ceiling(-1.56, 1)", Decimal("-1.5")),
    ("decimal(1/3, 2)", Decimal("0.33")),
    ("decimal(2.5, 0)", 2),
    ("round up(5.5, 0)", 6),
    ("round down(-5.5, 0)", -5),
    ("round half up(-5.5, 0)", -6),
    ("round half up(1234, -2)", 1200),
    ("round half down(5.5, 0)", 5),
    ("modulo(12, 5)", 2),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("modulo(10.1, 4.5)", Decimal("1.1")),
    ("modulo(1, 0)", None),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("decimal(exp(1), 5)", Decimal("2.71828")),
    ("log(1)", 0),
    ("log(0)", None),
    ("odd(5)", True),
    ("even(5)", False),
    ('number("1500.5")', Decimal("1500.5")),
    ('number("1 500,5", " ", ",")', Decimal("1500.5")),
    ('number(from: "1.500,5", grouping separator: ".", decimal separator: ",")', Decimal("1500.5")),
    ('number("abc")', None),
    ('number("NaN")', None),
    ("string(1.50)", "1.5"),
    ("string(1e3)", "1000"),
    ("string(null)", None),
    ('string([1, "a", true, null])', '[1, "a", true, null]'),
    ('string({a: "x", b: [1..2)})', '{a: "x", b: [1..2)}'),
    ("not(true)", False),
    ("is defined(null)", False),
    ("is(1, 1.0)", True),
    ('is(1, "1")', False),
    ('get value({a: 1}, "a")', 1),
    ('get value({a: {b: 2}}, ["a", "b"])', 2),
    ('get value({a: 1}, "b")', None),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
    ('context([{key: "a", value: 1}])', {"a": 1}),
    ("before(1, 10)", True),
    ("before([1..5), [5..10])", True),
    ("after([5..10], [1..5])", False),
    ("meets([1..5], [5..10])", True),
    ("met by([5..10], [1..5])", True),
    ("overlaps([1..5], [3..8])", True),
    ("overlaps([1..5), [5..8])", False),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps after([3..8], [1..5])", True),
    ("includes([1..10], 5)", True),
    ("includes([1..10), 10)", False),
    ("during([2..3], [1..10])", True),
    ("starts([1..5], [1..10])", True),
    ("started by([1..10], 1)", True),
    ("finishes(10, [1..10])", True),
    ("finished by([1..10], [5..10])", True),
    ("coincides([1..5], [1..5])", True),
    ("before(null, 1)", None),
    ("(for f in [count, sum] return f([1, 2]))", [2, 3]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_built_in_does_what_the_standard_says(text: str, expected: Any) -> None:
    value = parse(text).evaluate({})
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


ODD = ["null", "1", "-1", "0.5", "1e6144", '""', '"x"', "true", "[]", "[null]", "{}", '@"P1D"', '@"P1M"', "[1..2]"]
ODD += [
    '@"-2026-01-01"',
    '@"99999-01-01T00:00:00Z"',
    '@"2026-01-01"',
    '@"9999-12-31T23:59:59Z"',
    '@"00:00:00"',
    "function(x) x",
    "count",
]


VALUES = parse(f"[{', '.join(ODD)}]").evaluate({})


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_a_built_in_takes_any_arguments_and_never_fails(name: str) -> None:
    assert parse(f"{name}()").evaluate({}) is None or name in ("concatenate", "union", "append")
    one, two, three = parse(f"{name}(a)"), parse(f"{name}(a, b)"), parse(f"{name}(a, 1, b)")
    for a in VALUES:
        one.evaluate({"a": a})
        for b in VALUES:
            two.evaluate({"a": a, "b": b})
            three.evaluate({"a": a, "b": b})


def test_what_the_standard_asks_for_is_there() -> None:
    assert len(BUILTINS) >= 80
