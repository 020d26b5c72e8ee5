"""The vocabulary that Activiti, Camunda 7 and Flowable have in common: they come from one engine."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.notes import Notes
from engine.importing.translating import JUEL
from engine.importing.trees import nodes
from engine.lint.names import local

# How these engines run a step, not what happens in it: every step is durable here.
RUNNING = (
    *("async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority", "taskPriority", "historyTimeToLive"),
    *("versionTag", "diagramRelationId", "isStartableInTasklist", "modelerTemplate", "modelerTemplateVersion"),
)


def rewrite(root: Any, uri: str, notes: Notes) -> None:
    """Everything of the vocabulary under one namespace."""
    for node in root.iter():
        ours.take(node, uri, *RUNNING)
    for node in list(nodes(root)):
        if local(node) in ours.PERSONS:
            _person(node, uri, notes)
        elif ours.is_service(node):
            _service(node, uri, notes)
        elif local(node) == "callActivity":
            _call(node, uri, notes)
        _several(node, uri)
    for process in root.iter():
        starters = ours.take(process, uri, "candidateStarterGroups", "candidateStarterUsers")
        if starters:
            ours.keep_quietly(process, f"可启动者 may start it: {starters}")


def _person(node: Any, uri: str, notes: Notes) -> None:
    groups = ours.take(node, uri, "candidateGroups")
    if groups:
        ours.group(node, groups)
    for name, words in (("assignee", "办理人 assignee"), ("candidateUsers", "候选人 candidate users")):
        text = ours.take(node, uri, name)
        if text:
            ours.keep(
                node, notes, words, text,
                "用 jc:step 的 role 写哪个角色办理", "say in jc:step which role does it",
            )  # fmt: skip
    key = ours.take(node, uri, "formKey", "formRef")
    if key:
        ours.form(node, key)
    ours.due(node, notes, ours.take(node, uri, "dueDate"))
    ours.due(node, notes, ours.take(node, uri, "followUpDate"))
    for box in ours.boxes(node, uri, "inputOutput"):
        for one in box:
            words = f"{local(one)} {one.get('name', '')}"
            ours.keep(node, notes, words, _words(one), "在表单或下一步中写入", "enter it in the form or a later step")


def _service(node: Any, uri: str, notes: Notes) -> None:
    """The handler is named after what the drawing calls: a topic, a decision, a bean, a class."""
    kind = ours.take(node, uri, "type")
    topic = ours.take(node, uri, "topic", "decisionRef", "decisionTableReferenceKey")
    bean = ours.take(node, uri, "delegateExpression")
    java = ours.take(node, uri, "class")
    expression = ours.take(node, uri, "expression")
    name = topic or bean or java.rsplit(".", 1)[-1] or expression or kind
    if name:
        ours.handler(node, name)
        called = topic or bean or java or expression or kind
        ours.keep_quietly(node, f"原调用 called: {called}")
    result = ours.take(node, uri, "resultVariable", "resultVariableName")
    if result:
        ours.output(node, result)
    fields = [(one.get("name", ""), _field(one)) for one in ours.boxes(node, uri, "field")]
    ours.inputs(node, notes, fields, JUEL)
    for box in ours.boxes(node, uri, "inputOutput"):
        given = [one for one in box if local(one) == "inputParameter"]
        plain = [one for one in given if len(one) == 0]
        ours.inputs(node, notes, ((one.get("name", ""), one.text or "") for one in plain), JUEL)
        for one in given:
            if len(one):
                ours.keep(node, notes, f"输入 input {one.get('name', '')}", _words(one), "用 FEEL 写成 jc:input", "write it in FEEL as a jc:input")  # fmt: skip
        for one in box:
            if local(one) == "outputParameter":
                ours.output(node, one.get("name", ""))
                ours.keep_quietly(node, f"输出 output {one.get('name', '')}: {_words(one)}")


def _call(node: Any, uri: str, notes: Notes) -> None:
    for tag in ("in", "out"):
        for one in ours.boxes(node, uri, tag):
            source = one.get("source") or one.get("sourceExpression") or ""
            if source or one.get("target"):
                ours.mapping(node, notes, source, one.get("target", ""))


def _several(node: Any, uri: str) -> None:
    for loop in node:
        collection = ours.take(loop, uri, "collection")
        item = ours.take(loop, uri, "elementVariable")
        ours.instances(node, collection, item)


def _field(node: Any) -> str:
    return str(node.get("stringValue") or node.get("expression") or _words(node))


def _words(node: Any) -> str:
    return "".join(node.itertext()).strip()
