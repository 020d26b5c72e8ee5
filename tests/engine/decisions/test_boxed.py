"""Boxed expressions: the boxes around FEEL texts."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions import read
from engine.errors import ModelRefused
from tests.engine.decisions.sheet import decision, given, model, needs, table, text


def value(logic: str, **context: Any) -> Any:
    """What a boxed expression gives."""
    elements = [given(name) for name in context]
    return read(model(decision("d", logic, needs(*context)), *elements)).evaluate("d", context).value


def entry(name: str, logic: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<contextEntry><variable name="{name}"{typed}/>{logic}</contextEntry>'


def test_an_entry_of_a_context_sees_those_before() -> None:
    logic = f"<context>{entry('unit price', text('x * 2'))}{entry('sum', text('unit price + 1'))}</context>"
    assert value(logic, x=2) == {"unit price": 4, "sum": 5}


def test_the_result_of_a_context_is_its_value() -> None:
    logic = f"<context>{entry('a', text('x'))}<contextEntry>{text('a + 1')}</contextEntry></context>"
    assert value(logic, x=2) == 3


def test_an_entry_is_made_to_fit_its_type() -> None:
    logic = f"<context>{entry('a', text('x'), 'string')}{entry('b', text('[x]'), 'number')}</context>"
    assert value(logic, x=2) == {"a": None, "b": 2}


def test_lists_and_relations() -> None:
    assert value(f"<list>{text('x')}{text('x + 1')}</list>", x=1) == [1, 2]
    relation = (
        '<relation><column name="name"/><column name="age of one" typeRef="number"/>'
        f"<row>{text('x')}{text('1')}</row><row>{text('x + x')}{text(repr('two').replace(chr(39), chr(34)))}</row></relation>"
    )
    assert value(relation, x="a") == [{"name": "a", "age of one": 1}, {"name": "aa", "age of one": None}]


FUNCTION = (
    '<functionDefinition><formalParameter name="a" typeRef="number"/><formalParameter name="b" typeRef="number"/>'
    f"{text('a - b')}</functionDefinition>"
)


def test_a_function_is_called_by_its_name() -> None:
    logic = f"<context>{entry('minus', FUNCTION)}<contextEntry>{text('minus(x, 1) + minus(b: 1, a: x)')}</contextEntry></context>"
    assert value(logic, x=5) == 8


def test_an_argument_that_does_not_fit_is_null() -> None:
    logic = f"<context>{entry('minus', FUNCTION)}<contextEntry>{text('minus(x, 1)')}</contextEntry></context>"
    assert value(logic, x="5") is None


def binding(name: str, logic: str) -> str:
    return f'<binding><parameter name="{name}"/>{logic}</binding>'


def test_an_invocation_binds_by_name() -> None:
    invocation = f"<invocation>{text('minus')}{binding('b', text('1'))}{binding('a', text('x'))}</invocation>"
    logic = f"<context>{entry('minus', FUNCTION)}<contextEntry>{invocation}</contextEntry></context>"
    assert value(logic, x=5) == 4


def test_a_built_in_may_be_invoked_too() -> None:
    called = f"<invocation>{text('substring')}{binding('string', text('x'))}{binding('start position', text('2'))}</invocation>"
    assert value(called, x="abc") == "bc"


def test_conditional() -> None:
    logic = f"<conditional><if>{text('x > 1')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"
    assert [value(logic, x=x) for x in (2, 0, None)] == [1, 2, 2]


def test_filter() -> None:
    logic = f"<filter><in>{text('x')}</in><match>{text('item > 1')}</match></filter>"
    assert value(logic, x=[1, 2, 3]) == [2, 3]
    logic = f"<filter><in>{text('x')}</in><match>{text('fee due > 1')}</match></filter>"
    assert value(f"<context>{entry('fee due', text('0'))}<contextEntry>{logic}</contextEntry></context>", x=[]) == []


def loop(kind: str, source: str, body: str, what: str) -> str:
    return f'<{kind} iteratorVariable="one"><in>{text(source)}</in><{what}>{text(body)}</{what}></{kind}>'


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (loop("for", "x", "one * 2", "return"), [2, 4, 6]),
        (loop("for", "[1..2]", "one + count(partial)", "return"), [1, 3]),
        (loop("for", "null", "one", "return"), None),
        (loop("some", "x", "one > 2", "satisfies"), True),
        (loop("every", "x", "one > 2", "satisfies"), False),
        (loop("every", "x", "one", "satisfies"), None),
    ],
)
def test_loops(logic: str, expected: Any) -> None:
    assert value(logic, x=[1, 2, 3]) == expected


def test_boxes_nest() -> None:
    inner = table(["one"], ["level"], [["> 2", '"red"'], ["<= 2", '"yellow"']])
    logic = f'<for iteratorVariable="one"><in>{text("x")}</in><return>{inner}</return></for>'
    assert value(logic, x=[1, 3]) == ["yellow", "red"]


@pytest.mark.parametrize(
    ("logic", "code", "message"),
    [
        ('<functionDefinition kind="Java"><context/></functionDefinition>', "not_supported", "external function (JAVA)"),
        (text('function(x) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}'), "bad_expression", "external"),
        ('<literalExpression expressionLanguage="http://www.groovy-lang.org"><text>1</text></literalExpression>', "not_supported", "groovy"),
        ("<literalExpression/>", "no_logic", "d"),
        ("", "no_logic", "d"),
        (f"<conditional><if>{text('true')}</if></conditional>", "no_logic", "then"),
        ('<relation><column name="a"/><row/></relation>', "uneven_row", "expected 1 cells in row 1, found 0"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_refused_by_name(logic: str, code: str, message: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        read(model(decision("d", logic)))
    remark = refused.value.facts["remarks"][0]
    assert (remark.code, remark.element, remark.line) == (code, "d", 1)
    assert message in remark.message_en


def test_an_error_in_a_text_is_told_at_its_own_line() -> None:
    with pytest.raises(ModelRefused) as refused:
        read(model(given("x"), decision("d", text("\n\n  x +\n  * 2"), needs("x"))))
    (remark,) = refused.value.facts["remarks"]
    assert (remark.element, remark.line) == ("d", 5)
    assert "column 3: expected a value, found '*'" in remark.message_en


@pytest.mark.parametrize("levels", [60, 120])
def test_boxes_nest_as_deep_as_brackets(levels: int) -> None:
    xml = model(decision("d", "<list>" * levels + text("1") + "</list>" * levels))
    if levels > 64:
        with pytest.raises(ModelRefused, match="nested this deep"):
            read(xml)
    else:
        assert str(read(xml).evaluate("d", {}).value) == "[" * levels + "Decimal('1')" + "]" * levels
