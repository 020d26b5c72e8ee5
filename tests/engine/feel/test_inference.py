"""What is said to be certain is: every pair of kinds and every built-in, against the evaluation."""

from __future__ import annotations

from itertools import product

import pytest

from engine.feel import parse
from engine.feel.builtins import BUILTINS
from engine.feel.expression import lexer_names
from engine.feel.inference import Host, Misfit, kind_of, misfits
from engine.feel.parser import tree
from engine.feel.values import kind

HOSTS = {"working days": Host(2, "number")}
LITERALS = {
    "number": "2", "string": '"a"', "boolean": "true", "date": '@"2026-01-01"', "time": '@"10:00:00"',
    "date and time": '@"2026-01-01T10:00:00"', "days and time duration": '@"P1D"',
    "years and months duration": '@"P1M"', "list": "[1, 2]", "context": "{a: 1}",
}  # fmt: skip
SIGNS = ("+", "-", "*", "/", "=", "!=", "<", ">=")


def found(text: str) -> tuple[Misfit, ...]:
    return misfits(tree(text, lexer_names(frozenset(), frozenset(HOSTS)), "expression"), HOSTS)


def kind_in(text: str) -> str | None:
    return kind_of(tree(text, lexer_names(frozenset(), frozenset(HOSTS)), "expression"), HOSTS)


def test_an_operator_is_said_to_fail_only_where_it_gives_null() -> None:
    said = 0
    for one, other, sign in product(LITERALS.values(), LITERALS.values(), SIGNS):
        text = f"{one} {sign} {other}"
        if found(text):
            assert parse(text).evaluate({}) is None, text
            said += 1
    assert said > 300


def test_a_call_is_said_to_fail_only_where_it_gives_null() -> None:
    said = 0
    for name, one in product(BUILTINS, LITERALS.values()):
        for arguments in ("", one, f'{one}, "a"', f"{one}, 2, {one}", ", ".join([one] * 6)):
            text = f"{name}({arguments})"
            if found(text):
                assert parse(text).evaluate({}) is None, text
                said += 1
    assert said > 1_500


def test_the_kind_of_a_value_is_the_one_it_has() -> None:
    known = 0
    texts = [f"{name}({one})" for name, one in product(BUILTINS, LITERALS.values())]
    texts += [f"{a} {sign} {b}" for a, b, sign in product(LITERALS.values(), LITERALS.values(), SIGNS)]
    for text in texts:
        value, certain = parse(text).evaluate({}), kind_in(text)
        if value is not None and certain is not None:
            assert kind(value) == certain, text
            known += 1
    assert known > 50


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('date("2026-01-01") > 3', "compared"),
        ('today() > "2026-01-01"', "compared"),
        ('5 between 1 and "b"', "compared"),
        ("a + 1 > 2 and date(b) + 3 > date(c)", "calculated"),
        ("if count(a) then 1 else 2", "condition"),
        ('a and "yes"', "condition"),
        ('substring("a")', "arguments"),
        ("working days(a)", "arguments"),
        ('some x in list satisfies abs("x") > 1', "argument"),
    ],
)
def test_it_is_found_wherever_it_stands(text: str, where: str) -> None:
    assert where in [one.where for one in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "a > 3", "now > b", 'a = "x"', "date(a) > date and time(b)", "date(a) + duration(b) > date(c)", "count(a) = b",
        "for date in a return date > 2", "{date: 3, later: date > 2}", "function(count) count(1, 2, 3)", "a = null",
        'if a = null then 1 else "x"', 'a instance of number and a > 1', "working days(a, b) <= 5", "min(1, 2, 3) < 4",
    ],
)  # fmt: skip
def test_what_may_be_right_is_let_be(text: str) -> None:
    assert found(text) == ()
