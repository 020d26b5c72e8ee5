"""Decision tables: which rules match, and what each hit policy makes of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decisions import Result, read
from engine.errors import ModelRefused
from tests.engine.decisions.sheet import decision, given, model, needs, table

NUMBERS = [["> 0", "10"], ["> 1", "20"], ["> 2", "20"], ["> 3", "5"]]
POLICIES: list[tuple[str, str, int | None, Any]] = [
    ("UNIQUE", "", 1, 10),
    ("UNIQUE", "", 2, None),
    ("UNIQUE", "", 0, None),
    ("ANY", "", 1, 10),
    ("ANY", "", 3, None),
    ("FIRST", "", 4, 10),
    ("PRIORITY", "", 4, 5),
    ("PRIORITY", "", 2, 20),
    ("RULE ORDER", "", 4, [10, 20, 20, 5]),
    ("RULE ORDER", "", 0, None),
    ("OUTPUT ORDER", "", 4, [5, 20, 20, 10]),
    ("COLLECT", "", 4, [10, 20, 20, 5]),
    ("COLLECT", "", 0, None),
    ("COLLECT", "SUM", 4, 55),
    ("COLLECT", "SUM", 0, None),
    ("COLLECT", "MIN", 4, 5),
    ("COLLECT", "MAX", 4, 20),
    ("COLLECT", "COUNT", 4, 4),
    ("COLLECT", "COUNT", 0, None),
]


def decide(logic: str, **context: Any) -> Result:
    """The result of one table over the inputs given."""
    elements = [given(name) for name in context]
    return read(model(decision("d", logic, needs(*context)), *elements)).evaluate("d", context)


@pytest.mark.parametrize(("policy", "aggregation", "x", "expected"), POLICIES)
def test_a_hit_policy_decides(policy: str, aggregation: str, x: int, expected: Any) -> None:
    logic = table(["x"], ["fee"], NUMBERS, policy, aggregation, values={"fee": "5, 20, 10"})
    assert decide(logic, x=x).value == expected


def test_equal_outputs_are_any_of_them() -> None:
    assert decide(table(["x"], ["fee"], [["> 0", "1"], ["> 1", "1.0"]], "ANY"), x=2).value == 1


def test_several_outputs_are_a_context() -> None:
    rules = [["> 0", '"yellow"', "3"], ["> 5", '"red"', "1"]]
    assert decide(table(["x"], ["card", "days"], rules), x=1).value == {"card": "yellow", "days": 3}
    assert decide(table(["x"], ["card", "days"], rules, "COLLECT"), x=6).value == [
        {"card": "yellow", "days": 3},
        {"card": "red", "days": 1},
    ]
    summed = decide(table(["x"], ["a", "b"], [["> 0", "1", "2"], ["> 0", "3", "4"]], "COLLECT", "SUM"), x=6)
    assert summed.value == {"a": 4, "b": 6}


def test_priorities_go_from_the_first_column_to_the_last() -> None:
    rules = [["-", '"low"', '"b"'], ["-", '"high"', '"b"'], ["-", '"high"', '"a"']]
    values = {"risk": '"high", "low"', "level": '"a", "b"'}
    assert decide(table(["x"], ["risk", "level"], rules, "PRIORITY", values=values), x=1).value == {
        "risk": "high",
        "level": "a",
    }


def test_a_default_holds_where_no_rule_does() -> None:
    logic = table(["x"], ["fee"], [["> 5", "1"]], defaults={"fee": "0"})
    assert [decide(logic, x=x).value for x in (6, 1, None)] == [1, 0, 0]


def test_a_value_that_is_not_allowed_gives_null() -> None:
    logic = table(["risk"], ["fee"], [["-", "1"]], values={"risk": '"high", "low"'})
    assert decide(logic, risk="low").value == 1
    assert decide(logic, risk="none").value is None


@pytest.mark.parametrize(
    ("cell", "value", "met"),
    [
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ("[1..5)", 5, False),
        ("< limit", 2, True),
        ("? > 1 and ? < limit", 2, True),
        ("true", None, False),
        ("true", True, True),
        ("false", False, True),
        ("", 7, True),
        ("-", None, True),
        ("null", None, True),
        ("list contains([1, 2], ?)", 2, True),
    ],
)
def test_a_cell_is_unary_tests(cell: str, value: Any, met: bool) -> None:
    logic = table(["x", "limit"], ["hit"], [[cell, "-", "true"]])
    assert decide(logic, x=value, limit=3).value is (True if met else None)


def test_the_rules_that_were_hit_are_told() -> None:
    result = decide(table(["x"], ["fee"], NUMBERS, "COLLECT"), x=2)
    assert [(hit.table, hit.rule, hit.id) for hit in result.rules_hit] == [("d", 1, "r1"), ("d", 2, "r2")]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [(["> 1"], ("x",)), (["-"], ()), (["null", "> 1"], ()), (["? > 1"], ("x",)), (["? = null"], ())],
)
def test_an_input_that_a_cell_needed_and_that_was_not_there_is_missing(
    cells: list[str], missing: tuple[str, ...]
) -> None:
    logic = table(["x"], ["fee"], [[cell, "1"] for cell in cells], "FIRST")
    assert decide(logic, x=None).missing == missing


def test_an_input_may_be_any_expression() -> None:
    assert decide(table(["x + y", "count(z)"], ["fee"], [["3", "2", "x * 10"]]), x=1, y=2, z=[1, 2]).value == Decimal(
        10
    )


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        (table(["x"], ["fee"], [["> 5", "1"]], "PRIORITY"), "no_priorities"),
        (table(["x"], ["fee"], [["> 5", "1"]], "BEST"), "not_supported"),
        (table(["x"], ["fee"], [["> 5", "1"]], "COLLECT", "MEDIAN"), "not_supported"),
        (table(["x"], ["fee"], [["> 5"]]), "uneven_row"),
        (table(["x"], ["fee"], [["> ", "1"]]), "bad_expression"),
        (table(["x"], ["fee"], [["> z", "1"]]), "unknown_name"),
        (table(["f(x)"], ["fee"], [["1", "1"]]), "unknown_function"),
    ],
)
def test_what_would_not_run_is_refused_by_element_and_line(logic: str, code: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        read(model(given("x"), decision("d", logic, needs("x"))))
    (remark,) = refused.value.facts["remarks"]
    assert (remark.code, remark.line) == (code, 2)
    assert remark.element in ("d", "r1")
