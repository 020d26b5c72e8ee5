"""Business rule tasks that decide: a DMN file beside the model, its version, its evidence, its incidents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import EngineError, EvaluationFailed, ModelRefused
from engine.profile import check
from engine.reconcile import reconcile
from tests.engine.conftest import CLERK, Case, Office
from tests.engine.models.deciding import CASES, DMN, FEES, decides, model, rule, table
from tests.engine.models.faults import Case as Fault


def begin(runtime: Runtime, xml: bytes, *decisions: bytes, **data: Any) -> Case:
    deployed = runtime.deploy(xml, by="designer", decisions=decisions)
    outcome = runtime.start(
        deployed.name, business_key="C-1", district_code="370202", scope="housing", data=data, actor=CLERK,
        key=f"start:{deployed.version}",
    )  # fmt: skip
    return Case(runtime, outcome.instance_id)


def told(runtime: Runtime, case: Case) -> list[dict[str, Any]]:
    return [
        json.loads(e.body) if isinstance(e.body, str) else e.body
        for e in runtime.query.journal(case.id)
        if e.kind == "decision"
    ]


def test_a_table_decides_the_way_on(runtime: Runtime) -> None:
    case = begin(runtime, model(), FEES)
    case.do("a", size=120)
    assert case.open_steps == ["b"]
    assert str(runtime.query.instance(case.id).data["fee_due"]) == "25.5"


def test_the_journal_tells_inputs_rules_and_outputs(runtime: Runtime) -> None:
    case = begin(runtime, model(), FEES)
    case.do("a", size=99)
    (entry,) = told(runtime, case)
    assert (entry["element"], entry["decision"], entry["inputs"]) == ("decide", "fee", {"area": 99})
    assert entry["outputs"] == {"fee_due": 10}
    assert [(one["table"], one["rule"]) for one in entry["rules"]] == [("收费 fee", 1)]
    assert len(entry["file"]) == 64


def test_a_changed_decision_is_a_new_version_and_running_cases_keep_theirs(runtime: Runtime) -> None:
    old = begin(runtime, model(), FEES)
    changed = FEES.replace(b"25.5", b"30")
    assert runtime.deploy(model(), by="designer", decisions=[FEES]).version == 1
    assert runtime.deploy(model(), by="designer", decisions=[changed]).version == 2
    old.do("a", size=100)
    assert old.open_steps == ["b"]


def test_a_decision_that_the_model_does_not_use_makes_no_version(runtime: Runtime) -> None:
    other = table(rule("-", "1"), name="other")
    first = runtime.deploy(model(), by="designer", decisions=[FEES])
    assert runtime.deploy(model(), by="designer", decisions=[other, FEES]) == first
    assert first.decisions == (FEES,)


def test_the_version_is_found_again_by_another_process(
    runtime: Runtime, database: Database, clock: VirtualClock, office: Office
) -> None:
    case = begin(runtime, model(), FEES)
    again = Case(Runtime(database, clock, office.handlers()), case.id)
    again.do("a", size=5)
    assert again.open_steps == ["c"]


def test_the_hash_of_a_version_tells_its_decisions(runtime: Runtime, database: Database) -> None:
    with_decision = runtime.deploy(model(), by="designer", decisions=[FEES])
    assert runtime.query.definition(with_decision.name).decisions == (FEES,)
    assert reconcile(database).findings == []


FAILING = {
    "no rule matches": (table(rule("&lt; 10", "1")), 10, "null (rules that matched: none)"),
    "two rules match where one may": (table(rule("&gt; 5", "1"), rule("&gt; 6", "2")), 10, "收费 fee 1, 收费 fee 2"),
    "rules that must agree do not": (
        table(rule("&gt; 5", "1"), rule("&gt; 6", "2"), policy="ANY"), 10, "收费 fee 1, 收费 fee 2"
    ),
    "the input is missing": (FEES, None, "area missing or null"),
    "a catch-all answers for what is missing": (
        table(rule("&lt; 5", "1"), rule("-", "2"), policy="FIRST"), None, "area missing or null"
    ),
    "it is beyond the bounds": (
        table(rule("-", "count(for x in 1..2000 return for y in 1..2000 return y)")), 1, "the decision fee failed"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
def test_what_is_not_decided_is_an_incident(runtime: Runtime, name: str) -> None:
    decisions, size, said = FAILING[name]
    case = begin(runtime, model(), decisions)
    with pytest.raises(EngineError, match="decision fee"):
        case.do("a", size=size)
    assert case.open_steps == ["a"]
    (incident,) = runtime.query.incidents()
    assert (incident.element, incident.facts["decision"]) == ("decide", "fee")
    assert said in incident.cause
    assert incident.facts["inputs"] == {"area": size}
    assert "fee_due" not in runtime.query.instance(case.id).data


def test_an_incident_is_over_when_the_field_is_corrected(runtime: Runtime) -> None:
    case = begin(runtime, model(), FEES)
    with pytest.raises(EvaluationFailed):
        case.do("a", size=None)
    (incident,) = runtime.query.incidents()
    assert set(incident.fields) == {"size"}
    runtime.retry_incident(incident.id, actor=CLERK, key="k", reason="typing error", data={"size": 7})
    assert case.open_steps == ["c"]


def test_outputs_take_entries_of_the_value_and_feel_over_it(runtime: Runtime) -> None:
    decisions = table(rule("-", '{"fee_due": 25.5, "days": 3}'))
    inner = '<jc:output name="fee_due"/><jc:output name="limit">result.days * 2 + size</jc:output>'
    case = begin(runtime, model(decides(inner=inner).replace(' result="fee_due"', "")), decisions)
    case.do("a", size=1)
    data = runtime.query.instance(case.id).data
    assert (str(data["fee_due"]), data["limit"]) == ("25.5", 7)
    assert "result" not in data


def test_an_output_that_the_value_does_not_hold_is_an_incident(runtime: Runtime) -> None:
    inner = '<jc:output name="days"/>'
    case = begin(runtime, model(decides(inner=inner)), FEES)
    with pytest.raises(EvaluationFailed, match="expected a value of decision fee for days, found null"):
        case.do("a", size=1)


def test_a_decision_may_require_one_of_another_file(runtime: Runtime) -> None:
    importing = (
        f'<definitions xmlns="{DMN}" namespace="urn:total" id="t" name="t">'
        f'<import name="fees" namespace="urn:fee" importType="{DMN}"/>'
        '<decision id="total" name="total"><informationRequirement><requiredDecision href="urn:fee#fee"/>'
        "</informationRequirement><literalExpression><text>fees.收费 fee + 1</text></literalExpression></decision>"
        "</definitions>"
    ).encode()
    case = begin(runtime, model(decides(ref="total")), importing, FEES)
    case.do("a", size=100)
    assert str(runtime.query.instance(case.id).data["fee_due"]) == "26.5"
    assert set(runtime.query.definition("p").decisions) == {importing, FEES}
    assert runtime.deploy(
        model(decides(ref="total")), by="d", decisions=[importing, FEES.replace(b"25.5", b"7")]
    ).version == 2  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_what_could_not_decide_is_refused_when_it_is_deployed(runtime: Runtime, case: Fault) -> None:
    with pytest.raises(ModelRefused) as refused:
        runtime.deploy(case.xml, by="designer", decisions=case.decisions)
    assert case.code in [one.code for one in refused.value.facts["remarks"]]
    assert runtime.query.definitions() == []


def test_two_files_with_the_same_decision_are_refused(runtime: Runtime) -> None:
    with pytest.raises(ModelRefused, match="expected one decision with the id fee"):
        runtime.deploy(model(), by="designer", decisions=[FEES, FEES.replace(b"25.5", b"7")])


def test_a_decision_named_as_other_products_do_comes_with_advice() -> None:
    found = [remark for case in CASES for remark in check(case.xml).errors if remark.code == "decision_foreign"]
    assert len(found) == 2 and all('<jc:decision ref="fee"' in one.advice_en for one in found)


def test_a_model_that_decides_as_it_should_has_no_error() -> None:
    assert check(model(), decisions=[FEES]).errors == ()
