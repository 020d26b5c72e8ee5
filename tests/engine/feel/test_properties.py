"""What holds for any text, any numbers and any tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import Bounds, FeelBoundsError, FeelSyntaxError, parse, parse_unary_tests
from engine.feel.numbers import DECIMAL128
from engine.feel.text import number_text

FEW = Bounds(steps=5_000)
RELAXED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

WORDS = [
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not", "between",
    "instance of", "function", "true", "false", "null", "a", "申请", "item", "partial", "count", "date and time",
    "1", "0.5", "1e400", '"x"', '"', '@"P1D"', "+", "-", "*", "/", "**", "=", "!=", "<", ">=", "(", ")", "[", "]",
    "{", "}", ",", ":", ".", "..", "?", "->", "//", "/*", "\n", "__class__", "list", "number",
]  # fmt: skip

CONTEXT = {"a": [1, 2, {"b": None}], "申请": "x", "list": [True], "number": 1.5}


def only_declared_errors(text: str) -> None:
    with suppress(FeelBoundsError), declared():
        parse(text).explain(CONTEXT, FEW)
    with suppress(FeelBoundsError), declared():
        parse_unary_tests(text).explain(1, CONTEXT, FEW)


@contextmanager
def declared() -> Iterator[None]:
    try:
        yield
    except FeelSyntaxError as error:
        assert error.line >= 1 and error.column >= 1 and error.expected and error.found


@RELAXED
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_random_words_give_a_value_or_the_declared_error(words: list[str]) -> None:
    only_declared_errors(" ".join(words))


@RELAXED
@given(st.text(max_size=60))
def test_random_text_gives_a_value_or_the_declared_error(text: str) -> None:
    only_declared_errors(text)


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
OPERATIONS = {
    "+": DECIMAL128.add, "-": DECIMAL128.subtract, "*": DECIMAL128.multiply, "/": DECIMAL128.divide,
}  # fmt: skip


@RELAXED
@given(NUMBERS, NUMBERS, st.sampled_from(sorted(OPERATIONS)))
def test_arithmetic_agrees_with_decimal(a: Decimal, b: Decimal, sign: str) -> None:
    context = {"a": a, "b": b}
    a, b = DECIMAL128.plus(a), DECIMAL128.plus(b)
    expected = None if sign == "/" and b == 0 else OPERATIONS[sign](a, b)
    assert parse(f"a {sign} b").evaluate(context) == expected
    assert parse(f"{number_text(a)} {sign} {number_text(b)}").evaluate({}) == expected
    assert parse("a < b").evaluate(context) is (a < b)


def binary(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"])
    return st.tuples(inner, signs, inner).map(lambda parts: f"({' '.join(parts)})")


def constructs(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair, triple = st.tuples(inner, inner), st.tuples(inner, inner, inner)
    return st.one_of(
        binary(inner),
        triple.map(lambda p: f"if {p[0]} then {p[1]} else {p[2]}"),
        triple.map(lambda p: f"({p[0]}) between ({p[1]}) and ({p[2]})"),
        pair.map(lambda p: f"for x in {p[0]} return {p[1]}"),
        pair.map(lambda p: f"some x in {p[0]} satisfies {p[1]}"),
        pair.map(lambda p: f"({p[0]})[{p[1]}]"),
        pair.map(lambda p: f"{{k: {p[0]}, 键 二: {p[1]}}}.键 二"),
        pair.map(lambda p: f"[({p[0]})..({p[1]}))"),
        pair.map(lambda p: f"(({p[0]}) in (> {p[1]}, null))"),
        pair.map(lambda p: f"(function(x, y) {p[0]})({p[1]}, 1)"),
        inner.map(lambda p: f"-({p})"),
        inner.map(lambda p: f"({p}) instance of list<number>"),
        inner.map(lambda p: f"string({p})"),
        st.lists(inner, max_size=3).map(lambda p: f"[{', '.join(p)}]"),
    )


LEAVES = st.sampled_from(
    ["1", "-0.5", '"x"', "true", "null", "a", "申请", "x", "item", "a.b", '@"2026-01-31"', '@"P1M"']
)
TREES = st.recursive(LEAVES, constructs, max_leaves=12)


def equal_or_both_stopped(text: str, context: dict[str, Any]) -> None:
    try:
        value = parse(text).evaluate(context, FEW)
    except FeelBoundsError:
        return
    explained = parse(text).explain(context, FEW)
    assert repr(explained.value).split(" at 0x")[0] == repr(value).split(" at 0x")[0]


@RELAXED
@given(TREES)
def test_every_generated_tree_parses_and_explains_what_it_evaluates(text: str) -> None:
    if len(text) <= 4000:
        equal_or_both_stopped(text, CONTEXT)


@RELAXED
@given(TREES)
def test_brackets_around_an_expression_change_nothing(text: str) -> None:
    if len(text) <= 3900:
        assert parse(f"( {text} )").names == parse(text).names
