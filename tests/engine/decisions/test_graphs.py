"""Requirement graphs: what decisions see, knowledge, services, item types, imports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.decisions import read
from engine.errors import ModelRefused, NotFound
from engine.feel import Bounds, FeelBoundsError
from tests.engine.decisions.sheet import decision, given, knowledge, model, needs, text

FACTORIAL = knowledge("fact", {"n": "number"}, text("if n = 0 then 1 else n * fact(n - 1)"))


def test_a_decision_sees_what_it_requires_and_nothing_else() -> None:
    xml = model(given("x"), given("y"), decision("d", text("if y = null then x else y"), needs("x")))
    assert read(xml, partial=True).evaluate("d", {"x": 1, "y": 2}).value == 1
    with pytest.raises(ModelRefused, match="d reads y, which it does not require"):
        read(xml)


def test_decisions_are_decided_for_decisions() -> None:
    xml = model(
        given("unit price"),
        decision("net sum", text("unit price * 2"), needs("unit price")),
        decision("total", text("net sum * 1.06"), needs("decision:net sum")),
    )
    decisions = read(xml)
    assert decisions.names == ("net sum", "total")
    assert decisions.inputs == ("unit price",)
    assert decisions.evaluate("total", {"unit price": 50}).value == 106


def test_a_missing_input_of_a_required_decision_is_missing() -> None:
    xml = model(
        given("x"), decision("a", text("x > 1"), needs("x")), decision("b", text("a = true"), needs("decision:a"))
    )
    assert read(xml).evaluate("b", {}).missing == ("x",)
    assert read(xml).evaluate("b", {"x": 1}).missing == ()


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ModelRefused, match="a → b → a"):
        read(model(decision("a", text("b"), needs("decision:b")), decision("b", text("a"), needs("decision:a"))))


def test_knowledge_that_requires_each_other_is_refused() -> None:
    f = knowledge("f", {"a": "number"}, text("g(a)"), needs("g", knowledge=True))
    g = knowledge("g", {"a": "number"}, text("f(a)"), needs("f", knowledge=True))
    with pytest.raises(ModelRefused, match="f → g → f"):
        read(model(f, g))
    assert read(model(f, g), partial=True).evaluate("f", {"a": 1}).value is None


def test_knowledge_is_a_function_that_may_call_itself() -> None:
    xml = model(given("n"), FACTORIAL, decision("d", text("fact(n)"), needs("n") + needs("fact", knowledge=True)))
    assert read(xml).evaluate("d", {"n": 5}).value == 120
    assert read(xml).evaluate("fact", {"n": 4}).value == 24
    with pytest.raises(FeelBoundsError):
        read(xml).evaluate("d", {"n": 1_000})


def test_knowledge_sees_its_own_requirements_not_the_callers() -> None:
    xml = model(
        given("x"),
        knowledge("twice", {"a": "number"}, text("a * 2")),
        knowledge("four times", {"a": "number"}, text("twice(twice(a))"), needs("twice", knowledge=True)),
        decision("d", text("four times(x)"), needs("x") + needs("four times", knowledge=True)),
    )
    assert read(xml).evaluate("d", {"x": 1}).value == 4


SERVICE = (
    '<decisionService id="s" name="pricing"><variable name="pricing"/><outputDecision href="#total"/>'
    '<encapsulatedDecision href="#net"/><inputDecision href="#rate"/><inputData href="#x"/></decisionService>'
)
SERVED = (
    given("x", "number"),
    decision("rate", text("0.5"), kind="number"),
    decision("net", text("x * 2"), needs("x")),
    decision("total", text("net * rate"), needs("decision:net", "decision:rate")),
    SERVICE,
)


def test_a_service_decides_for_its_inputs() -> None:
    decisions = read(model(*SERVED))
    assert decisions.evaluate("total", {"x": 3}).value == 3
    assert decisions.evaluate("pricing", {"x": 3, "rate": 2}).value == 12


def test_a_service_is_a_function_of_input_data_and_then_decisions() -> None:
    by_place = decision("d", text("pricing(x, 10)"), needs("x") + needs("s", knowledge=True))
    by_name = decision("e", text("pricing(rate: 10, x: x)"), needs("x") + needs("s", knowledge=True))
    decisions = read(model(*SERVED, by_place, by_name))
    assert decisions.evaluate("d", {"x": 3}).value == 60
    assert decisions.evaluate("e", {"x": 3}).value == 60


def test_the_variable_of_knowledge_may_have_a_functions_type() -> None:
    item = '<itemDefinition name="tFn"><functionItem outputTypeRef="number"><parameters name="a" typeRef="string"/></functionItem></itemDefinition>'
    f = knowledge("f", {"a": "string"}, text("[string length(a)]")).replace('name="f"/>', 'name="f" typeRef="tFn"/>')
    feel = text(
        '[f("abc"), f instance of tFn, f instance of function<string>->number, f instance of function<string>->string]'
    )
    xml = model(item, f, decision("d", feel, needs("f", knowledge=True)))
    assert read(xml).evaluate("d", {}).value == [3, True, True, False]


def test_a_service_gives_what_fits_its_type() -> None:
    service = SERVICE.replace('name="pricing"/>', 'name="pricing" typeRef="string"/>')
    assert read(model(*SERVED[:-1], service)).evaluate("pricing", {"x": 3, "rate": 2}).value is None


TYPES = """
<itemDefinition name="tRisk"><typeRef>string</typeRef><allowedValues><text>"high", "low"</text></allowedValues></itemDefinition>
<itemDefinition name="tRisks" isCollection="true"><typeRef>tRisk</typeRef></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
 <itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tNode"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
 <itemComponent name="children" isCollection="true"><typeRef>tNode</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tPair" isCollection="true"><typeRef>number</typeRef>
 <typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>
"""


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", 1, 1),
        ("number", "1", None),
        ("number", [1], 1),
        ("number", [1, 2], None),
        ("string", "a", "a"),
        ("tRisk", "high", "high"),
        ("tRisk", "none", None),
        ("tRisk", None, None),
        ("tRisks", ["high", "low"], ["high", "low"]),
        ("tRisks", "high", ["high"]),
        ("tRisks", ["high", "none"], None),
        ("tPerson", {"full name": "li", "age": 3}, {"full name": "li", "age": 3}),
        ("tPerson", {"full name": "li", "age": "3"}, None),
        ("tPerson", {"full name": "li", "more": 1}, {"full name": "li", "more": 1}),
        ("tNode", {"name": "a", "children": [{"name": "b", "children": []}]}, ...),
        ("tNode", {"name": "a", "children": [{"name": 1, "children": []}]}, None),
        ("tPair", [1, 2], [1, 2]),
        ("tPair", [1, 2, 3], None),
        ("Any", {"a": [1]}, {"a": [1]}),
        ("date and time", date(2026, 3, 11), datetime(2026, 3, 11, tzinfo=UTC)),
    ],
)
def test_a_value_fits_its_type_or_is_null(kind: str, value: Any, expected: Any) -> None:
    whole = value if expected is ... else expected
    as_input = model(TYPES, given("x", kind), decision("d", text("x"), needs("x")))
    assert read(as_input).evaluate("d", {"x": value}).value == whole
    as_result = model(TYPES, given("x"), decision("d", text("x"), needs("x"), kind))
    assert read(as_result).evaluate("d", {"x": value}).value == whole


def test_instance_of_knows_the_types_of_the_file() -> None:
    xml = model(TYPES, given("x"), decision("d", text("[x instance of tRisk, x instance of list<tRisk>]"), needs("x")))
    assert read(xml).evaluate("d", {"x": "low"}).value == [True, False]
    assert read(xml).evaluate("d", {"x": ["low"]}).value == [False, True]


def imported(name: str) -> str:
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    return f'<import name="{name}" namespace="urn:base" importType="{kind}" locationURI="base.dmn"/>'


BASE = model(
    given("person", "tPerson"),
    TYPES,
    decision("greeting", text('"Hello " + person.full name'), needs("person")),
    knowledge("shout", {"s": "string"}, text('s + "!"')),
    name="base",
)
DEEP = '<requiredDecision href="urn:base#greeting"/>'


@pytest.mark.parametrize(("prefix", "path"), [("the base", "the base."), ("", "")])
def test_imports_are_seen_under_the_name_they_are_given(prefix: str, path: str) -> None:
    requirements = (
        f"<informationRequirement>{DEEP}</informationRequirement>"
        '<knowledgeRequirement><requiredKnowledge href="urn:base#shout"/></knowledgeRequirement>'
    )
    feel = f"if {path}greeting instance of {path}tRisk then null else {path}shout({path}greeting)"
    main = model(imported(prefix), decision("d", text(feel), requirements))
    given_for_base = {"person": {"full name": "Li"}}
    for context in (given_for_base, {prefix: given_for_base} if prefix else given_for_base):
        assert read([main, BASE]).evaluate("d", context).value == "Hello Li!"


def test_several_imports_may_have_no_name_of_their_own() -> None:
    requirements = "".join(
        f'<informationRequirement><requiredDecision href="urn:{name}#{name}_d"/></informationRequirement>'
        for name in "bc"
    )
    main = model(imports("", "urn:b"), imports("", "urn:c"), decision("d", text("b_d + c_d"), requirements))
    others = [model(decision(f"{name}_d", text(number)), name=name) for name, number in (("b", "1"), ("c", "2"))]
    assert read([main, *others]).evaluate("d", {}).value == 3


def test_an_import_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelRefused, match="the imported model urn:base"):
        read(model(imported("base"), decision("d", text("1"))))


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (decision("d", text("1"), '<informationRequirement><requiredInput href="#no"/></informationRequirement>'), "unknown_reference"),
        (decision("d", text("1"), kind="tNo"), "unknown_type"),
        (knowledge("f", {}, text("1"), kind="PMML"), "not_supported"),
        (given("x") + given("x"), "name_twice"),
        ('<import name="p" namespace="p" importType="http://www.dmg.org/PMML-4_2"/>', "not_supported"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_refused(element: str, code: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        read(model(element))
    assert refused.value.facts["remarks"][0].code == code


def test_functions_and_names_of_the_caller_are_seen_when_they_were_announced() -> None:
    xml = model(decision("d", text("working days(now, 3)")))
    decisions = read(xml, functions=("working days",), names=("now",))
    assert decisions.evaluate("d", {"now": 4}, functions={"working days": lambda a, b: a + b}).value == 7


def test_an_unknown_decision_is_not_found() -> None:
    with pytest.raises(NotFound):
        read(model(decision("d", text("1")))).evaluate("e", {})


def test_all_decisions_of_one_evaluation_share_its_bounds() -> None:
    parts = [decision(f"d{i}", text("count(for x in 1..1000 return x)")) for i in range(20)]
    whole = decision("all", text("sum([d0, d19])"), needs(*(f"decision:d{i}" for i in range(20))))
    decisions = read(model(*parts, whole))
    assert decisions.evaluate("all", {}).value == 2000
    with pytest.raises(FeelBoundsError):
        decisions.evaluate("all", {}, bounds=Bounds(steps=10_000))


def test_one_file_serves_many_evaluations() -> None:
    decisions = read(model(*SERVED))
    assert [decisions.evaluate("total", {"x": x}).value for x in range(5)] == [0, 1, 2, 3, 4]


def imports(prefix: str, namespace: str) -> str:
    return imported(prefix).replace("urn:base", namespace)


def test_one_file_imported_on_two_ways_is_given_and_decided_twice() -> None:
    def middle(name: str, greeting: str) -> bytes:
        requirement = '<informationRequirement><requiredInput href="urn:leaf#person"/></informationRequirement>'
        return model(
            imports("leaf", "urn:leaf"), decision("words", text(f'"{greeting} " + leaf.person'), requirement), name=name
        )

    requirements = "".join(
        f'<informationRequirement><requiredDecision href="urn:{name}#words"/></informationRequirement>' for name in "bc"
    )
    both = text('b.words + ", " + model c.words')
    main = model(imports("b", "urn:b"), imports("model c", "urn:c"), decision("d", both, requirements))
    files = [main, middle("b", "hello"), middle("c", "good bye"), model(given("person", "string"), name="leaf")]
    context = {"b": {"leaf": {"person": "Li"}}, "model c": {"leaf": {"person": "Wang"}}}
    assert read(files).evaluate("d", context).value == "hello Li, good bye Wang"
    assert read(files).evaluate("d", {"person": "Zhao"}).value == "hello Zhao, good bye Zhao"
