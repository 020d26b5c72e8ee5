"""One drawing after the other: what becomes of it, and what is said about that."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.diagrams import read
from engine.importing import IMPORTED, REFUSED, REMARKED, Brought, bring
from engine.profile import check
from tests.engine.conftest import CLERK
from tests.engine.importing.walker import walk

HEAD = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:activiti="http://activiti.org/bpmn"'
    ' xmlns:flowable="http://flowable.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test"'
)
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def file(*parts: str, extra: str = "", name: str = "p") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions {HEAD}>{extra}\n<process id="{name}">'
        + _named("\n".join(parts))
        + "</process></definitions>"
    ).encode()


def _named(nodes: str) -> str:
    """A name for every activity and choice that has none: its lack is a remark of its own."""
    return re.sub(
        r'<((?:\w*[tT]ask|\w+Gateway|callActivity|subProcess)) (?![^>]*\bname=)([^>]*\bid="(\w+)")',
        r'<\1 name="\3" \2',
        nodes,
    )


def flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def between(node: str, name: str = "t", extra: str = "") -> bytes:
    """start -> the node -> end."""
    return file(ENDS, node, flow("s", name), flow(name, "e"), extra=extra)


def codes(found: Brought) -> set[str]:
    return {one.code for one in found.remarks}


def only(found: Brought) -> etree._Element:
    """The one model of an import, which passes the check."""
    (model,) = found.models
    assert check(model.xml).ok
    return etree.fromstring(model.xml)


def test_a_plain_drawing_is_imported_and_marked_executable() -> None:
    found = bring(between('<userTask id="t" camunda:candidateGroups="clerk"/>'), roles={"clerk"})
    assert (found.verdict, found.remarks) == (IMPORTED, ())
    diagram = read(found.models[0].xml)
    step = diagram.elements["t"].step
    assert diagram.executable
    assert step is not None
    assert step.role == "clerk"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030", "big5"])
def test_any_declared_encoding_becomes_utf_8(encoding: str) -> None:
    text = between('<userTask id="t" name="收件"/>').decode().replace("UTF-8", encoding)
    found = bring(text.encode(encoding), kind="mirror")
    assert found.verdict == IMPORTED
    assert "收件".encode() in found.models[0].xml


def test_bytes_that_are_not_what_they_say_are_refused_with_the_line() -> None:
    text = between('<userTask id="t" name="收件"/>').decode()
    (remark,) = bring(text.encode("gbk")).remarks
    assert (remark.code, remark.line) == ("wrong_encoding", 4)


@pytest.mark.parametrize("prefix", ["camunda", "activiti", "flowable"])
def test_the_family_of_activiti_is_read(prefix: str) -> None:
    person = (
        f'<userTask id="t" {prefix}:assignee="${{boss}}" {prefix}:formKey="embedded:app:forms/review.html"'
        f' {prefix}:candidateGroups="leaders" {prefix}:dueDate="P5D"/>'
    )
    service = f'<serviceTask id="x" {prefix}:class="org.example.Notify" {prefix}:resultVariable="sent"/>'
    found = bring(file(ENDS, person, service, flow("s", "t"), flow("t", "x"), flow("x", "e")), roles={"clerk"})
    elements = read(found.models[0].xml).elements
    step, handler = elements["t"].step, elements["x"].handler
    assert step is not None
    assert handler is not None
    assert (step.role, step.form) == ("clerk", "review")
    assert (handler.name, handler.outputs) == ("Notify", ("sent",))
    assert codes(found) == {"import_group", "import_kept", "import_due", "import_unbound"}
    words = found.models[0].xml.decode()
    assert "${boss}" in words
    assert prefix not in words


def test_camunda_8_is_read() -> None:
    service = (
        '<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="mail"/><zeebe:ioMapping>'
        '<zeebe:input source="=order.no" target="no"/><zeebe:output source="=ok" target="sent"/>'
        "</zeebe:ioMapping></extensionElements></serviceTask>"
    )
    handler = read(bring(between(service)).models[0].xml).elements["t"].handler
    assert handler is not None
    assert (handler.name, handler.inputs, handler.outputs) == ("mail", {"no": "order.no"}, ("sent",))


def test_spiffworkflow_is_read_and_its_scripts_are_told() -> None:
    service = (
        '<serviceTask id="t"><extensionElements><spiffworkflow:serviceTaskOperator id="http/Get" resultVariable="got">'
        '<spiffworkflow:parameters><spiffworkflow:parameter id="url" value="\'x\'"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator><spiffworkflow:preScript>a = 1</spiffworkflow:preScript>"
        "</extensionElements></serviceTask>"
    )
    found = bring(between(service))
    handler = read(found.models[0].xml).elements["t"].handler
    assert handler is not None
    assert (handler.name, handler.inputs, handler.outputs) == ("http_Get", {"url": '"x"'}, ("got",))
    assert "import_kept" in codes(found)


def test_lanes_and_performers_say_who() -> None:
    lane = '<laneSet id="l"><lane id="l1" name="clerk"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    found = bring(
        file(lane, ENDS, '<userTask id="t"/>', flow("s", "t"), flow("t", "e")), roles={"clerk", "leader"}, role="leader"
    )
    step = read(found.models[0].xml).elements["t"].step
    assert step is not None
    assert step.role == "clerk"


def choice(one: str, two: str, default: str = "") -> bytes:
    mark = f' default="{default}"' if default else ""
    return file(
        *(ENDS, f'<exclusiveGateway id="g"{mark}/>', '<userTask id="a"/>', '<userTask id="b"/>', flow("s", "g")),
        *(flow("g", "a", one), flow("g", "b", two), flow("a", "e"), flow("b", "e")),
    )


def test_a_certain_condition_is_translated_without_a_word() -> None:
    found = bring(choice("${money &gt; 100}", "${money &lt;= 100}"), kind="mirror")
    assert found.verdict == IMPORTED
    assert [one.condition for one in read(found.models[0].xml).flows][1:3] == ["money > 100", "money <= 100"]


def test_an_uncertain_condition_is_listed_and_never_guessed() -> None:
    found = bring(choice("${bean.ask()}", "", default="f_g_b"), kind="mirror")
    (remark,) = found.remarks
    assert (remark.code, remark.element, remark.line) == ("import_expression", "f_g_a", 8)
    assert "bean.ask()" in remark.message_zh
    assert "f_g_a" in remark.advice_en
    flows = {one.id: one.condition for one in read(found.models[0].xml).flows}
    assert flows["f_g_a"] == "f_g_a"
    assert "${bean.ask()}" in found.models[0].xml.decode()


def test_the_one_flow_without_a_condition_becomes_the_default() -> None:
    found = bring(choice("${ok}", ""), kind="mirror")
    assert codes(found) == {"import_default"}
    assert only(found).find(".//{*}exclusiveGateway").get("default") == "f_g_b"


def test_a_choice_of_an_analyst_waits_for_the_case_to_tell(sqlite_database: Database, clock: VirtualClock) -> None:
    found = bring(choice("", ""), kind="mirror")
    assert codes(found) == {"import_missing"}
    assert walk(found.models[0].xml, sqlite_database, clock)


def test_what_a_machine_does_is_a_plain_step_of_a_mirror_and_refused_of_an_executable() -> None:
    script = '<scriptTask id="t" scriptFormat="groovy"><script>x = 1</script></scriptTask>'
    mirror = bring(between(script), kind="mirror")
    assert codes(mirror) == {"import_plain_step"}
    assert read(mirror.models[0].xml).elements["t"].tag == "manualTask"
    assert "x = 1" in mirror.models[0].xml.decode()
    refused = bring(between(script), kind="executable")
    assert (refused.verdict, refused.models) == (REFUSED, ())
    assert [(one.element, one.line) for one in refused.remarks if one.severity == "error"] == [("t", 4)]


def test_missing_doubled_and_unfit_ids_are_given() -> None:
    xml = file(
        '<startEvent id="Start"/><userTask id="a.b" name="x"/><endEvent id="e"/>',
        '<sequenceFlow sourceRef="Start" targetRef="a.b"/><sequenceFlow id="e_" sourceRef="a.b" targetRef="e"/>',
        extra='<message id="a.b" name="m"/>',
    )
    found = bring(xml, kind="mirror")
    assert codes(found) == {"id_given", "id_changed", "id_doubled"}
    diagram = read(found.models[0].xml)
    assert set(diagram.elements) == {"id_Start", "a_b", "e"}
    assert {(one.source, one.target) for one in diagram.flows} == {("id_Start", "a_b"), ("a_b", "e")}


def test_an_error_that_is_not_declared_is_that_error_and_no_other() -> None:
    inner = (
        '<subProcess id="t"><startEvent id="i"/><endEvent id="o"><errorEventDefinition errorRef="rejected"/></endEvent>'
        '<sequenceFlow id="io" sourceRef="i" targetRef="o"/></subProcess><boundaryEvent id="b" attachedToRef="t">'
        '<errorEventDefinition errorRef="rejected"/></boundaryEvent>'
    )
    found = bring(file(ENDS, inner, flow("s", "t"), flow("t", "e"), flow("b", "e")), kind="mirror")
    assert codes(found) == {"import_declared"}
    elements = read(found.models[0].xml).elements
    assert [elements[name].event.ref for name in ("o", "b")] == ["rejected", "rejected"]  # type: ignore[union-attr]


def test_nodes_of_one_level_that_share_an_id_are_refused() -> None:
    xml = file(ENDS, '<userTask id="t"/><userTask id="t"/>', flow("s", "t"), flow("t", "e"))
    assert "double_id" in codes(bring(xml, kind="mirror"))


def test_what_bpmn_means_and_does_not_draw_is_drawn_and_told() -> None:
    xml = file('<startEvent id="s"/><userTask id="t"/><userTask id="u"/>', flow("s", "t"), flow("s", "u"))
    found = bring(xml, kind="mirror")
    assert found.added == {"s_split", "t_end", "u_end"}
    assert codes(found) == {"import_split", "import_end"}
    assert only(found).find(".//{*}parallelGateway").get("id") == "s_split"


def test_conditions_behind_a_start_are_those_of_the_gateway_that_is_drawn_for_them() -> None:
    flows = [
        f'<sequenceFlow id="{name}" sourceRef="s" targetRef="{to}"><conditionExpression>${{x &lt;= {at}}}'
        "</conditionExpression></sequenceFlow>"
        for name, to, at in (("f1", "t", 1), ("f2", "u", 2))
    ]
    found = bring(file(ENDS, '<userTask id="t"/><userTask id="u"/>', *flows, flow("t", "e"), flow("u", "e")))
    assert "import_condition_dropped" not in codes(found)
    gateway = only(found).find(".//{*}inclusiveGateway").get("id")
    kept = {one.get("id"): one for one in only(found).iter("{*}sequenceFlow") if one.get("sourceRef") == gateway}
    assert {name: one.findtext("{*}conditionExpression") for name, one in kept.items()} == {
        "f1": "x <= 1",
        "f2": "x <= 2",
    }


@pytest.mark.parametrize("reference", ["m", "tns:m"])
def test_a_reference_may_name_the_namespace_of_the_file(reference: str) -> None:
    xml = between(f'<receiveTask id="t" messageRef="{reference}"/>', extra='<message id="m" name="invoice"/>')
    found = bring(xml.replace(b"targetNamespace", b'xmlns:tns="urn:test" targetNamespace'))
    assert not {"import_named", "import_declared"} & codes(found)
    assert read(found.models[0].xml).elements["t"].event.ref == "invoice"  # type: ignore[union-attr]


def test_a_drawing_is_made_where_there_is_none() -> None:
    model = only(bring(between('<subProcess id="t"><startEvent id="i"/><endEvent id="o"/>'
                               '<sequenceFlow id="io" sourceRef="i" targetRef="o"/></subProcess>'), kind="mirror"))  # fmt: skip
    shapes = {one.get("bpmnElement"): one for one in model.iter("{*}BPMNShape", "{*}BPMNEdge")}
    assert set(shapes) == {"s", "t", "e", "i", "o", "io", "f_s_t", "f_t_e"}
    inner, outer = (
        {key: float(value) for key, value in shapes[name].find("{*}Bounds").attrib.items()} for name in ("i", "t")
    )
    assert outer["x"] < inner["x"]
    assert inner["x"] + inner["width"] < outer["x"] + outer["width"]
    assert outer["y"] < inner["y"]


def test_processes_that_do_not_call_each_other_become_models_of_their_own() -> None:
    one, two = between('<userTask id="t"/>'), between('<userTask id="u"/>', "u").decode()
    second = two[two.index("<process") : two.index("</definitions>")]
    for old, new in (('"p"', '"q"'), ('"s"', '"s2"'), ('"e"', '"e2"'), ("f_", "g_")):
        second = second.replace(old, new)
    pools = (
        '<collaboration id="c"><participant id="x" processRef="p"/><participant id="y" processRef="q"/></collaboration>'
    )
    xml = one.decode().replace("<process", pools + "<process", 1).replace("</definitions>", second + "</definitions>")
    found = bring(xml.encode(), kind="mirror")
    assert (found.verdict, codes(found)) == (REMARKED, {"import_processes"})
    assert [model.name for model in found.models] == ["p", "q"]
    assert all(check(model.xml).ok for model in found.models)


def test_a_call_of_a_process_elsewhere_is_one_step_of_a_mirror() -> None:
    xml = between('<callActivity id="t" calledElement="other"/>')
    found = bring(xml, kind="mirror")
    assert codes(found) == {"import_call"}
    assert "other" in only(found).find(".//{*}manualTask").find("{*}documentation").text


def test_an_end_that_no_condition_leads_to_is_refused() -> None:
    xml = choice("${false}", "").replace(b'targetRef="e"', b'targetRef="g"', 1).replace(b"f_b_e", b"x")
    looped = xml.replace(b'sourceRef="b" targetRef="e"', b'sourceRef="b" targetRef="g"')
    looped = looped.replace(b'sourceRef="a" targetRef="g"', b'sourceRef="a" targetRef="e"')
    found = bring(looped, kind="mirror")
    assert found.verdict == REFUSED
    assert "import_endless" in codes(found)


def test_a_mirrored_step_with_a_form_and_no_role_can_be_waited_for(runtime: Runtime) -> None:
    found = bring(between('<userTask id="t" camunda:formKey="review"/>'), kind="mirror")
    model = runtime.deploy(found.models[0].xml, by="designer")
    case = runtime.start(
        model.name, business_key="1", district_code="1", scope="a", data={}, actor=CLERK, key="1"
    ).instance_id
    (task,) = runtime.query.tasks(instance_id=case)
    assert (task.form, task.role) == ("review", "")


@pytest.mark.parametrize("xml", [b"", b"<a/>", b"\xff\xfe\x00", b"<definitions", file(), file(extra="<x:y/>")])
def test_no_bytes_raise(xml: bytes) -> None:
    for kind in ("mirror", "executable"):
        assert bring(xml, kind=kind).verdict == REFUSED
