"""Every bound stops what would go on, and nothing but its own error comes out."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest

from engine.feel import Bounds, FeelBoundsError, FeelSyntaxError, parse

NESTED = [
    "(" * 65 + "1" + ")" * 65,
    "[" * 65 + "]" * 65,
    "-" * 65 + "1",
    "if a then " * 65 + "1" + " else 1" * 65,
    "if a then 1 else " * 65 + "1",
    "for x in l return " * 65 + "1",
    "for a in b, c in " * 65 + "1" + " return 1" * 65,
    "f(" * 65 + "1" + ")" * 65,
    "{a: " * 65 + "1" + "}" * 65,
    "a[" * 65 + "1" + "]" * 65,
    "function() " * 65 + "1",
    "(" * 3999,
    "not(" * 999,
    "-" * 4000,
]


@pytest.mark.parametrize("text", NESTED, ids=[text[:20] for text in NESTED])
def test_nesting_has_a_bound(text: str) -> None:
    with pytest.raises(FeelSyntaxError, match="levels of nesting"):
        parse(text)


def test_64_levels_are_not_too_many() -> None:
    assert parse("(" * 64 + "1" + ")" * 64).evaluate({}) == 1
    assert parse("-" * 64 + "1").evaluate({}) == 1
    assert parse("[" + ", ".join(["if a then 1 else 2"] * 100) + "]").evaluate({}) == [2] * 100


def test_deep_and_wide_at_once_never_runs_out_of_stack() -> None:
    level = "(a or b and c = d + e * f ** -g(1)["
    text = level * 40 + "1" + "])" * 40
    with suppress(FeelSyntaxError, FeelBoundsError):
        parse(text).evaluate({})


def test_source_has_a_bound() -> None:
    assert parse("1" + " " * 3999).evaluate({}) == 1
    with pytest.raises(FeelSyntaxError, match="at most 4000 characters"):
        parse("1" + " " * 4000)


def stops(text: str, bound: str, context: dict[str, Any] | None = None, bounds: Bounds | None = None) -> None:
    expression = parse(text)
    start = time.perf_counter()
    with pytest.raises(FeelBoundsError) as caught:
        expression.evaluate(context or {}, bounds or Bounds())
    assert caught.value.bound == bound
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "text",
    [
        "for a in 1..1000, b in 1..1000 return 1",
        "count(for a in 1..1000 return count(for b in 1..1000 return b))",
        "some a in 1..1000, b in 1..1000 satisfies false",
        "(for x in 1..1000 return x)[count([1]) > 0 and (some x in 1..1000 satisfies false)]",
        "distinct values(for a in 1..10000 return a)",
        "for i in 1..10000 return partial",
        "sort(for a in 1..50000 return a, function(x, y) x > y)",
    ],
)
def test_steps_have_a_bound(text: str) -> None:
    stops(text, "steps")


def test_the_steps_can_be_set() -> None:
    stops("for a in 1..100 return a", "steps", bounds=Bounds(steps=50))
    assert len(parse("for a in 1..100 return a").evaluate({}, Bounds(steps=1000))) == 100


def test_lists_have_a_bound() -> None:
    stops("for a in 1..100001 return a", "size")
    stops("for a in 1..1000000000000 return a", "size")
    stops("l", "size", {"l": [0] * 100_001})


def test_a_result_that_is_small_only_by_sharing_has_a_bound() -> None:
    text = "{a: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "
    for this, before in zip("bcdefg", "abcdef", strict=True):
        text += f"{this}: [{', '.join([before] * 10)}], "
    stops(text + "z: 1}", "size")
    stops(text + "z: flatten(g)}.z", "steps")
    stops(text + "z: string(g)}.z", "text")


def test_strings_have_a_bound() -> None:
    stops("x + x", "text", {"x": "a" * 60_000})
    stops("x", "text", {"x": "a" * 100_001})
    stops('string join(for i in 1..20 return x, "")', "text", {"x": "a" * 10_000})
    stops("for i in 1..1000 return upper case(x)", "steps", {"x": "a" * 100_000})


def test_deep_data_has_a_bound() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    stops("x", "depth", {"x": deep})
    endless: dict[str, Any] = {}
    endless["again"] = endless
    stops("x", "depth", {"x": endless})


def test_calls_have_a_bound() -> None:
    stops("(function(f) f(f))(function(f) f(f))", "depth")


def test_lists_that_grow_deeper_each_round_have_a_bound() -> None:
    stops("for i in 1..200 return partial", "size")
    stops("count(for i in 1..10000 return partial)", "steps")


@pytest.mark.parametrize(
    "text",
    [
        "round half up(5, -10000000)",
        "decimal(5, 10000000000)",
        "decimal(1, 6176)",
        "decimal(1, -6111)",
        "floor(1e6144, -6111)",
        "9e6144 ** 9e6144",
        "1.0000001 ** 1e30",
        "0.5 ** 1e6144",
        "2 ** 0.5 ** 0.5",
        "exp(1e6144)",
        "exp(-1e6144)",
        "log(1e-6143)",
        "modulo(1e6144, 3e-6143)",
        'substring("abc", 1e6144)',
        'duration("P999999999999999999D")',
        '@"P999999999D" + @"P999999999D"',
        '@"P999999999D" * 1e6144',
        '@"9999-12-31" + @"P1D"',
        '@"9999-12-31" + @"P99999999Y"',
        "date(1e30, 1, 1)",
        "string(1e6144)",
        'number("1e99999")',
        '-@"-P999999999D"',
        'abs(@"-P999999999D")',
    ],
)
def test_no_argument_takes_long(text: str) -> None:
    start = time.perf_counter()
    parse(text).evaluate({})
    assert time.perf_counter() - start < 0.5


def test_scales_out_of_range_are_null() -> None:
    assert parse("round half up(5, -10000000)").evaluate({}) is None
    assert parse("decimal(5, 6177)").evaluate({}) is None
    assert parse("decimal(5, 6176)").evaluate({}) == 5
