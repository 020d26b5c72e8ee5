"""Two evaluators of FEEL, 20,000 expressions: where they disagree, the table says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.feel.builtins import BUILTINS
from tests.engine.feel import differences, productions
from tests.engine.feel.differences import ROWS, explained
from tests.engine.feel.feelin import ours, same, theirs
from tests.engine.feel.generator import CELLS, PRODUCTIONS, Cell, Generator, Term, cells

TABLE = Path(__file__).resolve().parents[3] / "docs" / "feel-differences.md"
SEED, EXPRESSIONS, UNARY_TESTS, LEAST = 20261125, 19_300, 700, 50


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The smallest part of an expression that both evaluate differently."""

    production: str
    text: str
    ours: Any
    theirs: Any


def disagreements(roots: Iterable[Term]) -> list[Disagreement]:
    """Each disagreement on a root, traced to the smallest part of it that shows one."""
    wrong = _wrong(list(roots))
    texts = list({part.text for root in wrong for part in root.walk()})
    says = dict(
        zip(
            texts,
            zip([ours({"text": one}) for one in texts], theirs([{"text": one} for one in texts]), strict=True),
            strict=True,
        )
    )
    found = [_culprit(root, says) for root in wrong]
    return [Disagreement(one.production, one.text, *says[one.text]) for one in found]


def _wrong(roots: list[Term]) -> list[Term]:
    requests = [{"text": root.text} for root in roots]
    answers = theirs(requests)
    return [root for root, one, answer in zip(roots, requests, answers, strict=True) if not same(ours(one), answer)]


def _culprit(term: Term, says: dict[str, tuple[Any, Any]]) -> Term:
    below = next((part for part in term.inner if not same(*says[part.text])), None)
    return term if below is None else _culprit(below, says)


@pytest.fixture(scope="module")
def roots() -> list[Term]:
    assert productions.negation
    return list(Generator(SEED).roots(EXPRESSIONS))


@pytest.fixture(scope="module")
def unary_tests() -> list[Cell]:
    return list(cells(SEED, UNARY_TESTS))


def test_every_production_and_every_built_in_is_there_fifty_times(roots: list[Term], unary_tests: list[Cell]) -> None:
    counts = Counter(part.production for root in roots for part in root.walk())
    counts += Counter(one.production for one in unary_tests)
    wanted = [*PRODUCTIONS, *BUILTINS, *CELLS]
    print(*(f"{counts[name]:6} {name}" for name in wanted), sep="\n")
    assert {name: counts[name] for name in wanted if counts[name] < LEAST} == {}
    assert len(roots) + len(unary_tests) >= 20_000


def test_whatever_feelin_says_otherwise_is_in_the_table(roots: list[Term]) -> None:
    found = disagreements(roots)
    print(f"{len(roots)} expressions, {len(found)} disagreements")
    assert [one for one in found if not explained(one.production, one.text, one.ours, one.theirs)] == []


def test_whatever_feelin_says_otherwise_of_unary_tests_is_in_the_table(unary_tests: list[Cell]) -> None:
    requests = [{"text": one.text, "input": one.input} for one in unary_tests]
    found = [
        Disagreement(cell.production, f"{cell.input} meets {cell.text}", ours(request), answer)
        for cell, request, answer in zip(unary_tests, requests, theirs(requests), strict=True)
        if not same(ours(request), answer)
    ]
    assert [one for one in found if not explained(one.production, one.text, one.ours, one.theirs)] == []


def test_the_table_is_as_both_say_today() -> None:
    answers = theirs([{"text": row.example} for row in ROWS])
    agreed = [
        row.example for row, answer in zip(ROWS, answers, strict=True) if same(ours({"text": row.example}), answer)
    ]
    assert agreed == []
    assert TABLE.read_text(encoding="utf-8") == differences.table()


def test_a_wrong_value_would_be_seen_and_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ours

    def wrong(request: dict[str, str]) -> Any:
        value = right(request)
        return value + 1 if "string length(" in request["text"] else value

    monkeypatch.setitem(globals(), "ours", wrong)
    length = Term("string length", ("string length(", Term("string literal", ('"ab"',)), ")"))
    found = disagreements([Term("number + number", (Term("number literal", ("1",)), " + ", length))])
    assert [(one.production, one.ours, one.theirs) for one in found] == [("string length", 3.0, 2)]
    assert [explained(one.production, one.text, one.ours, one.theirs) for one in found] == [None]
