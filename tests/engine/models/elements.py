"""Faults of elements, attributes, extension elements, ids, steps and the process."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, between, changed, straight

FLOW = '<sequenceFlow id="f_s_u"'
STEP = '<jc:step code="u" role="clerk" exclude="" form=""/>'
GOOD = straight()

CASES = (
    Case("a flow has no id", "no_id", "p", changed(GOOD, FLOW, "<sequenceFlow")),
    Case("a process has no id", "no_id", "", changed(GOOD, '<process id="p"', "<process")),
    Case("two elements share an id", "double_id", "u", straight(d.end("u"))),
    Case("a node is called End", "reserved_id", "End", straight(d.end("End"))),
    Case("an id holds a dot", "bad_id", "u.1", between(d.step("u.1"), "u.1")),
    Case("an id holds a blank", "bad_id", "u 1", between(d.step("u 1"), "u 1")),
    Case("there is a script task", "element_refused", "x", between('<scriptTask id="x"/>', "x")),
    Case(
        "an event's definition holds another",
        "element_refused",
        "x",
        between(
            '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
            "<signalEventDefinition/></timerEventDefinition></intermediateCatchEvent>",
            "x",
        ),
    ),
    Case("a task is of no kind", "task_passes", "x", between('<task id="x"/>', "x")),
    Case(
        "data flow along an association",
        "element_refused",
        "u",
        changed(GOOD, "</userTask>", "<dataInputAssociation/></userTask>"),
    ),
    Case(
        "a step stands in a lane",
        "element_misplaced",
        "x",
        straight('<laneSet id="l"><lane><userTask id="x"/></lane></laneSet>'),
    ),
    Case(
        "a flow has two conditions",
        "element_twice",
        "f_s_u",
        changed(
            GOOD,
            '<sequenceFlow id="f_s_u" sourceRef="s" targetRef="u">',
            '<sequenceFlow id="f_s_u" sourceRef="s" targetRef="u"><conditionExpression>a</conditionExpression><conditionExpression>b</conditionExpression>',
        ),
    ),
    Case("an element is not of the standard", "element_refused", "p", straight("<magicTask/>")),
    Case("a data object is drawn", "element_ignored", "x", straight('<dataObject id="x"/>')),
    Case(
        "a pool has no process",
        "element_ignored",
        "x",
        straight(extra='<collaboration id="c"><participant id="x"/></collaboration>'),
    ),
    Case(
        "another product's attribute asks for something",
        "foreign_ignored",
        "u",
        changed(GOOD, '<userTask id="u"', '<userTask id="u" xmlns:c="urn:c" c:assignee="li"'),
    ),
    Case(
        "another product's extension asks for something",
        "foreign_ignored",
        "u",
        changed(GOOD, STEP, f'{STEP}<c:form xmlns:c="urn:c"/>'),
    ),
    Case(
        "an attribute is unknown",
        "attribute_ignored",
        "u",
        changed(GOOD, '<userTask id="u"', '<userTask id="u" pace="1"'),
    ),
    Case(
        "a task is for compensation",
        "attribute_refused",
        "u",
        changed(GOOD, '<userTask id="u"', '<userTask id="u" isForCompensation="true"'),
    ),
    Case(
        "a truth value is written as 1",
        "not_boolean",
        "p",
        changed(GOOD, 'isExecutable="true"', 'isExecutable="1"'),
    ),
    Case("an extension element is misspelt", "extension_unknown", "u", changed(GOOD, STEP, f"{STEP}<jc:stepp/>")),
    Case(
        "a step stands on a service task",
        "extension_misplaced",
        "x",
        between(d.handler("x", "issue").replace("</extensionElements>", f"{STEP}</extensionElements>"), "x"),
    ),
    Case(
        "an extension element stands outside extensionElements",
        "extension_misplaced",
        "u",
        changed(GOOD, "</userTask>", '<jc:step role="clerk"/></userTask>'),
    ),
    Case(
        "an attribute of a step is misspelt", "extension_attribute", "u", changed(GOOD, 'role="clerk"', 'rolle="clerk"')
    ),
    Case("a step is given twice", "extension_twice", "u", changed(GOOD, STEP, STEP * 2)),
    Case(
        "an input has no name",
        "extension_nameless",
        "x",
        changed(between(d.handler("x", "issue", inputs="a=1"), "x"), '<jc:input name="a">', "<jc:input>"),
    ),
    Case("nobody may do a step", "role_missing", "u", changed(GOOD, STEP, "")),
    Case("a role is unknown", "role_unknown", "u", changed(GOOD, 'role="clerk"', 'role="king"')),
    Case("a step excludes a stranger", "exclude_unknown", "u", changed(GOOD, 'exclude=""', 'exclude="nobody"')),
    Case("a service task calls nothing", "handler_missing", "x", between('<serviceTask id="x"/>', "x")),
    Case("a handler is not registered", "handler_unknown", "x", between(d.handler("x", "fly"), "x")),
    Case("a process is not executable", "not_executable", "p", changed(GOOD, 'isExecutable="true"', "")),
    Case("a process is of an unknown kind", "process_kind", "p", straight(kind="dream")),
    Case("a process belongs to no system", "process_system", "p", changed(GOOD, 'system="TT"', "")),
    Case(
        "a second process stands in the file",
        "process_not_run",
        "q",
        changed(GOOD, "</definitions>", '<process id="q"/></definitions>'),
    ),
    Case(
        "two pools have processes",
        "second_pool",
        "b",
        straight(
            extra='<collaboration id="c"><participant id="a" processRef="p"/><participant id="b" processRef="q"/></collaboration>'
        ),
    ),
    Case("nothing is drawn", "no_drawing", "p", GOOD),
    Case(
        "a node is not drawn",
        "not_drawn",
        "p",
        changed(
            GOOD,
            "</definitions>",
            '<b:BPMNDiagram xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI"><b:BPMNShape bpmnElement="s"/>'
            "</b:BPMNDiagram></definitions>",
        ),
    ),
    Case("a label has no English", "no_english", "p", changed(GOOD, 'jc:nameEn="u"', "")),
    Case("a step has no name", "no_name", "p", changed(GOOD, ' name="u"', "")),
    Case(
        "a choice has no name",
        "no_name",
        "p",
        d.model(
            d.start(),
            d.gateway("g", default="f_g_a"),
            d.end("a"),
            d.end("b"),
            d.chain("s", "g", "a"),
            d.flow("g", "b", "x"),
        ),
    ),
)
