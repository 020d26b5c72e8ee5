"""Expressions of other products: translated where that is certain, else named, never guessed."""

from __future__ import annotations

import pytest

from engine.feel import parse
from engine.importing.translating import JUEL, PLAIN, PYTHON, translate


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("${valid == true}", "valid = true"),
        ("#{ DIRECTION == 'BACK' }", 'DIRECTION = "BACK"'),
        ("${a && b || !c}", "a and b or not(c)"),
        ("${not (a == 1 or b ne 2)}", "not(a = 1 or b != 2)"),
        ("${order.amount >= 10.5}", "order.amount >= 10.5"),
        ("${empty remark}", 'list contains([null, "", []], remark)'),
        ("${x == null ? y : z}", "if x = null then y else z"),
        ('${execution.getVariable("Outcome") == "PSU"}', 'Outcome = "PSU"'),
        ('${execution.hasVariable("Outcome") && Outcome.equals("Yes")}', '(Outcome != null) and (Outcome = "Yes")'),
        ("${n + 1 > most}", "n + 1 > most"),
        ('${name == "a\\"b"}', 'name = "a\\"b"'),
        ("${a < b == true}", "(a < b) = true"),
    ],
)
def test_juel_becomes_feel(text: str, feel: str) -> None:
    assert translate(text, JUEL).feel == feel
    parse(feel)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${bean.decide(order)}", "bean.decide()"),
        ("${list.size() > 2}", "list.size()"),
        ("${a + b}", "a + b"),
        ("${first}-${second}", "several expressions"),
        ("${execution.id == 1}", "execution.id"),
        ("${now > limit}", "the name now"),
        ("${duration}", "a function of FEEL"),
        ("${a ==}", "=="),
        ("${" + "(" * 900 + "a" + ")" * 900 + "}", "nesting"),
        ("${a == 'x" + "x" * 3000 + "'}", "characters"),
    ],
)
def test_what_is_not_certain_is_left_to_the_designer(text: str, reason: str) -> None:
    found = translate(text, JUEL)
    assert found.feel is None
    assert reason in found.reason


@pytest.mark.parametrize(
    ("empty", "value"), [(True, None), (True, ""), (True, []), (False, "x"), (False, [1]), (False, 0)]
)
def test_empty_means_what_it_meant(empty: bool, value: object) -> None:
    feel = translate("${empty field}", JUEL).feel
    assert feel is not None
    assert parse(feel).evaluate({"field": value}) is empty


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("not(done)", "not(done)"),
        ("n == 2 and name != 'x'", 'n = 2 and name != "x"'),
        ("kind in ['a', 'b']", 'list contains(["a", "b"], kind)'),
        ("data['field'] is not None", "data.field != null"),
        ("timedelta(hours=1)", 'duration("PT1H")'),
        ("False", "false"),
    ],
)
def test_python_is_read_and_never_run(text: str, feel: str) -> None:
    assert translate(text, PYTHON).feel == feel


@pytest.mark.parametrize("text", ["__import__('os').system('id')", "[x for x in y]", "a < b < c", "x = 1", "f'{x}'"])
def test_python_beyond_that_is_left_to_the_designer(text: str) -> None:
    assert translate(text, PYTHON).feel is None


@pytest.mark.parametrize(
    ("text", "feel"), [("=amount > 3", "amount > 3"), ("amount > 3", "amount > 3"), ("x == 2", "x = 2")]
)
def test_feel_stays_feel(text: str, feel: str) -> None:
    assert translate(text, PLAIN).feel == feel
