"""What a table leaves open is what its evaluation leaves open, on random tables; what cannot be proved is not said."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from engine.decisions import read
from engine.lint.decisions import check
from tests.engine.decisions.sheet import decision, given, model, needs, table

CELLS = ("-", "< 2", "<= 2", "> 2", ">= 3", "2", "[1..3)", "(1..3]", "1, 4", "not(2)", "not([1..2], 4)", "= 3")
TEXTS = ("-", '"a"', '"a", "b"', 'not("a")', 'not("b", "c")')
NUMBERS = [n / 2 for n in range(-2, 12)]
TABLES = 150


def dmn(rows: list[list[str]], policy: str = "UNIQUE", values: dict[str, str] | None = None, a: str = "a") -> bytes:
    logic = table([a, "t"], ["out"], rows, policy, values=values)
    return model(given("a"), given("t"), decision("d", logic, needs("a", "t")))


def said(xml: bytes) -> list[str]:
    return [remark.code for remark in check(xml).remarks]


def test_gaps_and_overlaps_are_those_of_the_evaluation() -> None:
    chance, found = Random(7), set()
    for _ in range(TABLES):
        rows = [[chance.choice(CELLS), chance.choice(TEXTS), str(n)] for n in range(chance.randrange(1, 5))]
        codes = said(dmn(rows))
        every = read(dmn(rows, "COLLECT"))
        held = [every.evaluate("d", {"a": a, "t": t}).value or [] for a, t in product(NUMBERS, ("a", "b", "c", "z"))]
        assert ("table_gap" in codes) == any(not one for one in held), rows
        together = {frozenset(pair) for one in held for pair in product(one, one) if pair[0] != pair[1]}
        assert codes.count("table_overlap") == len(together), rows
        found |= set(codes)
    assert found == {"table_gap", "table_overlap"}


def test_a_rule_that_never_decides_is_one_that_no_value_reaches() -> None:
    chance, seen = Random(8), 0
    for _ in range(TABLES):
        rows = [[chance.choice(CELLS), chance.choice(TEXTS), str(n)] for n in range(5)]
        one = read(dmn(rows, "FIRST"))
        every = read(dmn(rows, "COLLECT"))
        values = [{"a": a, "t": t} for a, t in product(NUMBERS, ("a", "b", "c", "z"))]
        decided = {one.evaluate("d", value).value for value in values}
        met = {hit for value in values for hit in every.evaluate("d", value).value or []}
        hidden = len(met - decided)
        assert said(dmn(rows, "FIRST")).count("table_rule_hidden") == hidden, rows
        seen += hidden
    assert seen > 20


OPEN = [["< 2", "-", "1"]]
UNPROVEN = {
    "a cell calls a function": dmn([["< 2", "-", "1"], ["abs(?) > 1", "-", "2"]]),
    "a column tests what is computed": dmn(OPEN, a="a + 1"),
    "two columns test the same": model(
        given("a"), decision("d", table(["a", "a"], ["out"], [["< 2", "> 3", "1"]]), needs("a"))
    ),
    "all rules are taken": dmn(OPEN, "COLLECT"),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_what_is_not_proved_is_not_said(name: str) -> None:
    assert said(UNPROVEN[name]) == []
    assert said(dmn(OPEN)) == ["table_gap"]


def test_allowed_values_close_a_gap() -> None:
    rows = [["1", "-", "1"], ["2", "-", "2"]]
    assert said(dmn(rows)) == ["table_gap"]
    assert said(dmn(rows, values={"a": "1, 2"})) == []


def test_rules_that_must_agree_may_overlap_where_they_do() -> None:
    assert said(dmn([["-", "-", "1"], ["< 2", "-", "1"]], "ANY")) == []
    assert said(dmn([["-", "-", "1"], ["< 2", "-", "2"]], "ANY")) == ["table_overlap"]


def test_a_gap_is_told_by_an_example() -> None:
    (remark,) = check(dmn([["< 2", "-", "1"], ["> 2", '"a"', "2"]])).remarks
    assert remark.message_en == 'no rule holds for a 2, t "a": the decision would give nothing'
    assert remark.severity == "remark" and remark.line > 0
