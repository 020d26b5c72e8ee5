"""Law 6: what was read and was not there is told, unless the rule asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import parse, parse_unary_tests

CASES: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("x > 1", {}, ("x",)),
    ("x > 1", {"x": None}, ("x",)),
    ("x > 1", {"x": 0}, ()),
    ('x != ""', {}, ("x",)),
    ("x = null", {}, ()),
    ("null = x", {}, ()),
    ("x != null", {}, ()),
    ("x in (null, 1)", {}, ()),
    ("is defined(x)", {}, ()),
    ("not(is defined(x.y))", {}, ()),
    ("x.y = null", {"x": {}}, ()),
    ("if x = null then 1 else x", {}, ()),
    ("if x = null then y else x", {}, ("y",)),
    ("x = null or x > 1", {}, ()),
    ("x != null and x > 1", {}, ()),
    ("x = null and x > 1", {}, ("x",)),
    ("false and x", {}, ()),
    ("true or x", {}, ()),
    ("x and false", {}, ("x",)),
    ("a = 1 and x = 1", {"a": 2}, ()),
    ("a = 1 or x = 1", {"a": 2}, ("x",)),
    ("if a = 1 then x else 0", {"a": 2}, ()),
    ("x.y.z > 1", {"x": {"y": {}}}, ("x.y.z",)),
    ("x.y.z > 1", {}, ("x.y.z",)),
    ("x > y", {}, ("x", "y")),
    ("count(x) = 0", {}, ("x",)),
    ("count(x) = null", {}, ("x",)),
    ('approvals[1].by != "li"', {"approvals": []}, ("approvals[1].by",)),
    ('approvals[1].by != "li"', {}, ("approvals", "approvals[1].by")[:1]),
    ("approvals[1].by = null", {"approvals": []}, ()),
    ("rows.fee", {"rows": [{"fee": 1}, {}]}, ("rows.fee",)),
    ("rows[ok = true]", {"rows": [{"ok": True}, {}]}, ("rows.ok",)),
    ("rows[ok = true]", {"rows": [{"ok": None}]}, ("rows.ok",)),
    ("rows[ok = null]", {"rows": [{}]}, ()),
    ("rows[ok = true]", {"rows": [], "ok": None}, ()),
    ("some r in rows satisfies r.ok", {"rows": [{}]}, ("rows.ok",)),
    ("some r in rows satisfies r.ok = null", {"rows": [{}]}, ()),
    ("some r in rows satisfies r.ok", {}, ("rows",)),
    ("for r in [{}] return r.ok", {}, ("r.ok",)),
    ("{a: x, b: a}.b", {}, ("x",)),
    ("x instance of number", {}, ("x",)),
    ("x between 1 and 2", {}, ("x",)),
    ("received.year = 2026", {"received": "2026"}, ("received.year",)),
    ("unknown(a)", {"a": 1}, ("unknown()",)),
]


@pytest.mark.parametrize(("text", "context", "missing"), CASES, ids=[f"{t} | {c}" for t, c, _ in CASES])
def test_what_was_read_and_was_not_there_is_missing(
    text: str, context: dict[str, Any], missing: tuple[str, ...]
) -> None:
    assert parse(text).explain(context).missing == missing


@pytest.mark.parametrize(("text", "context", "missing"), CASES, ids=[f"{t} | {c}" for t, c, _ in CASES])
def test_explaining_gives_the_same_value(text: str, context: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert parse(text).explain(context).value == parse(text).evaluate(context)


def test_the_evidence_is_what_was_read_in_order() -> None:
    found = parse("a.b > limit and (c = 1 or d = 1)").explain({"a": {"b": 5, "e": 1}, "limit": 3, "c": 1, "d": 2})
    assert found.value is True
    assert list(found.reads.items()) == [("a.b", 5), ("limit", 3), ("c", 1)]


def test_a_null_test_is_evidence_too() -> None:
    assert parse("x = null").explain({}).reads == {"x": None}


UNARY: list[tuple[str, Any, tuple[str, ...]]] = [
    ("> 5", None, ("?",)),
    ("> 5", 3, ()),
    ("-", None, ()),
    ("null", None, ()),
    ("not(null)", None, ()),
    ("not(> 5)", None, ("?",)),
    ("null, > 5", None, ()),
    ("? > 5", None, ("?",)),
    ("? = null", None, ()),
    ("> limit", 3, ("limit",)),
]


@pytest.mark.parametrize(("text", "value", "missing"), UNARY)
def test_a_cell_tells_what_it_missed(text: str, value: Any, missing: tuple[str, ...]) -> None:
    assert parse_unary_tests(text).explain(value, {}).missing == missing
