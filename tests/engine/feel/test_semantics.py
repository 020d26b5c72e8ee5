"""What expressions mean: one line, one case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.feel import parse
from engine.feel.values import Range

CONTEXT: dict[str, Any] = {
    "a": 3,
    "b": 2.5,
    "c": "x",
    "yes": True,
    "list": [1, 2, 3],
    "people": [{"name": "li", "age": 30}, {"name": "wang", "age": 20}],
    "order": {"full name": "z", "lines": [{"fee": 10}, {"fee": 20}]},
}

CASES: list[tuple[str, Any]] = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 2 - 3", 5),
    ("12 / 4 / 3", 1),
    ("2 ** 10", 1024),
    ("-2 ** 2", 4),
    ("2 ** -1", Decimal("0.5")),
    ("- - 3", 3),
    ("0.1 + 0.2 = 0.3", True),
    ("1.5e3", 1500),
    (".5", Decimal("0.5")),
    ("1 / 0", None),
    ("9.9e6144 * 10", None),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
    ('"a" + "b"', "ab"),
    ('"a" + 1', None),
    ('"say \\"hi\\"\\n\\u4e2d\\uD83D\\uDCA9"', 'say "hi"\n中💩'),
    ('"\\d+"', "\\d+"),
    ("1 = 1.0", True),
    ('1 = "1"', None),
    ("null = null", True),
    ("null = 1", False),
    ('null != ""', True),
    ('1 < "a"', None),
    ("null < 1", None),
    ("true < false", None),
    ('"a" < "b"', True),
    ("[1, 2] = [1, 2]", True),
    ("[1, 2] = [1]", False),
    ("{a: 1, b: 2} = {b: 2, a: 1}", True),
    ("a > b and c = 'x'".replace("'", '"'), True),
    ("a between 1 and 3 and yes", True),
    ("a between 4 and 5", False),
    ("a in [1..3]", True),
    ("a in [1..3)", False),
    ("a in (1..3]", True),
    ("a in ]3..5[", False),
    ("a in [1..3[", False),
    ("a in (1, 2, 3)", True),
    ("a in (3)", True),
    ("a in (> 5, < 4)", True),
    ("a in > 2", True),
    ("a in list", True),
    ("1 in [[2..4], [1..3]]", True),
    ("1 in (null, 2)", False),
    ("[1..5]", Range(Decimal(1), Decimal(5))),
    ("[1..5].start + [1..5].end", 6),
    ("(1..5).start included", False),
    ("list[1]", 1),
    ("list[-1]", 3),
    ("list[0]", None),
    ("list[4]", None),
    ("list[a]", 3),
    ("list[item > 1]", [2, 3]),
    ("list[item > 1][1]", 2),
    ("a[1]", 3),
    ("a[item > 5]", []),
    ("people[age > 25].name", ["li"]),
    ("people.name", ["li", "wang"]),
    ("people[1].name", "li"),
    ("people[name = c or age = 20].name", ["wang"]),
    ('people[name = "li"][1].age', 30),
    ("order.full name", "z"),
    ('order.full name = "z" and a = 3', True),
    ("order.lines.fee", [10, 20]),
    ("order.nothing", None),
    ("a.b.c", None),
    ("{x: 1, y: x + 1}.y", 2),
    ('{"a key": 1}.a key', 1),
    ("{full name: 1, b: full name + 1}.b", 2),
    ("{return: 1, in: 2}.in", 2),
    ("{x: 1, x: 2}", None),
    ("{}", {}),
    ("[]", []),
    ("if a > 2 then 1 else 2", 1),
    ("if null then 1 else 2", 2),
    ("if a = 1 then 1 else if a = 3 then 2 else 3", 2),
    ("1 + if yes then 1 else 2 + 3", 2),
    ("for x in list return x * 2", [2, 4, 6]),
    ("for i in 1..3, j in 1..2 return i * j", [1, 2, 2, 4, 3, 6]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for x in [1..3) return x", [1, 2]),
    ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
    ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24]),
    ("for x in null return x", None),
    ("some x in list satisfies x > 2", True),
    ("every x in list satisfies x > 2", False),
    ("every x in [] satisfies x > 2", True),
    ("some x in list, y in list satisfies x + y = 6", True),
    ("a instance of number", True),
    ("a instance of string", False),
    ("list instance of list<number>", True),
    ("people instance of list<context<name: string>>", True),
    ("null instance of Any", False),
    ("null instance of Null", True),
    ('duration("P1D") instance of days and time duration', True),
    ("(function(x, y) x - y)(5, 3)", 2),
    ("(function(x, y) x - y)(y: 5, x: 3)", -2),
    ("{f: function(first name, n: number) first name + n, r: f(2, 3)}.r", 5),
    ("(function(x) x)(1, 2)", None),
    ("for f in [function(x) x + a, function(x) x * a] return f(2)", [5, 6]),
    ("{n: 1, f: function() n + a}.f()", 4),
    ("unknown function(1)".replace(" ", "_", 1), None),
    ("1 // a comment\n + /* another */ 2", 3),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_an_expression_means_what_the_standard_says(text: str, expected: Any) -> None:
    value = parse(text).evaluate(CONTEXT)
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


def test_numbers_of_the_context_are_decimals_when_read() -> None:
    value = parse("[a, b, list, order.lines[1].fee]").evaluate(CONTEXT)
    assert value == [Decimal(3), Decimal("2.5"), [Decimal(1), Decimal(2), Decimal(3)], Decimal(10)]
    assert {type(value[0]), type(value[1]), type(value[2][0]), type(value[3])} == {Decimal}


@pytest.mark.parametrize(
    "odd", [float("nan"), float("inf"), Decimal("NaN"), 10**7000, object(), b"x"], ids=lambda one: type(one).__name__
)
def test_what_feel_has_no_value_for_is_null(odd: object) -> None:
    assert parse("x").evaluate({"x": odd}) is None
    assert parse("x").evaluate({"x": [odd]}) == [None]


def test_long_numbers_are_rounded_to_34_digits() -> None:
    assert parse("x").evaluate({"x": 10**34 + 1}) == Decimal(10**34)
    assert parse("x").evaluate({"x": Decimal("1." + "1" * 50)}) == Decimal("1." + "1" * 33)


def test_the_context_is_not_changed_by_what_is_read_from_it() -> None:
    context = {"list": [1, {"a": [2]}]}
    parse("list[2].a").evaluate(context)
    assert context == {"list": [1, {"a": [2]}]}
    assert type(context["list"][0]) is int


def test_an_expression_is_parsed_once() -> None:
    assert parse("a + 1", names=["a", "b"]) is parse("a + 1", names=["b", "a"])
