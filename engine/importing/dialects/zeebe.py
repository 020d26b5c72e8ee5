"""Camunda 8 (Zeebe): everything stands in extension elements, and expressions are FEEL behind ``=``."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.notes import Notes
from engine.importing.translating import PLAIN
from engine.importing.trees import bpmn, nodes
from engine.lint.names import BPMN, local

URI = "http://camunda.org/schema/zeebe/1.0"


def rewrite(root: Any, notes: Notes) -> None:
    """Everything that Camunda 8 writes and that has a counterpart."""
    for node in list(nodes(root)):
        if local(node) in ours.PERSONS:
            _person(node, notes)
        elif ours.is_service(node) or local(node) == "scriptTask":
            _service(node, notes)
        elif local(node) == "callActivity":
            for called in ours.boxes(node, URI, "calledElement"):
                node.set("calledElement", node.get("calledElement") or called.get("processId", ""))
            _mappings(node, notes)
        loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
        if loop is not None:
            _several(node, loop)


def _person(node: Any, notes: Notes) -> None:
    ours.boxes(node, URI, "userTask")
    for one in ours.boxes(node, URI, "assignmentDefinition"):
        ours.group(node, one.get("candidateGroups", "").lstrip("= ").strip('"'))
        for name, words in (("assignee", "办理人 assignee"), ("candidateUsers", "候选人 candidate users")):
            if one.get(name):
                ours.keep(
                    node, notes, words, one.get(name),
                    "用 jc:step 的 role 写哪个角色办理", "say in jc:step which role does it",
                )  # fmt: skip
    for one in ours.boxes(node, URI, "formDefinition"):
        ours.form(node, one.get("formId") or one.get("externalReference") or one.get("formKey", ""))
    for one in ours.boxes(node, URI, "taskSchedule"):
        ours.due(node, notes, one.get("dueDate", ""))
        ours.due(node, notes, one.get("followUpDate", ""))
    _mappings(node, notes)


def _service(node: Any, notes: Notes) -> None:
    for one in ours.boxes(node, URI, "taskDefinition"):
        ours.handler(node, one.get("type", ""))
    for one in (*ours.boxes(node, URI, "calledDecision"), *ours.boxes(node, URI, "script")):
        if local(node) != "scriptTask":
            ours.handler(node, one.get("decisionId", ""))
        elif one.get("expression"):
            ours.keep_quietly(node, f"脚本 script: {one.get('expression')}")
        if one.get("resultVariable") and local(node) != "scriptTask":
            ours.output(node, one.get("resultVariable"))
    for box in ours.boxes(node, URI, "taskHeaders"):
        given = [(one.get("key", ""), one.get("value", "")) for one in box]
        ours.inputs(node, notes, given, PLAIN)
    for box in ours.boxes(node, URI, "ioMapping"):
        given = [(one.get("target", ""), one.get("source", "")) for one in box if local(one) == "input"]
        ours.inputs(node, notes, given, PLAIN, literal=False)
        for one in box:
            if local(one) == "output":
                ours.output(node, one.get("target", ""))


def _mappings(node: Any, notes: Notes) -> None:
    for box in ours.boxes(node, URI, "ioMapping"):
        for one in box:
            ours.mapping(node, notes, one.get("source", "").lstrip("= "), one.get("target", ""))


def _several(node: Any, loop: Any) -> None:
    for one in ours.boxes(loop, URI, "loopCharacteristics"):
        ours.instances(node, one.get("inputCollection", "").lstrip("= "), one.get("inputElement", ""))
        results, result = one.get("outputCollection"), one.get("outputElement", "").lstrip("= ")
        if results and result.isidentifier() and local(node) in ours.PERSONS:
            bpmn(loop, "loopDataOutputRef", text=results)
            bpmn(loop, "outputDataItem", id=f"{node.get('id')}_result", name=result)
            _in_order(loop)


def _in_order(loop: Any) -> None:
    """The standard's order of what a multi-instance marker holds."""
    order = (
        *("documentation", "extensionElements", "loopCardinality", "loopDataInputRef", "loopDataOutputRef"),
        *("inputDataItem", "outputDataItem", "complexBehaviorDefinition", "completionCondition"),
    )
    loop[:] = sorted(loop, key=lambda child: order.index(local(child)) if local(child) in order else len(order))
