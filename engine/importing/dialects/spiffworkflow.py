"""SpiffWorkflow: service operators, instructions, and scripts in Python before and after a task."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.notes import Notes
from engine.importing.translating import PYTHON
from engine.importing.trees import nodes
from engine.lint.names import local

URI = "http://spiffworkflow.org/bpmn/schema/1.0/core"
SCRIPTS = (("preScript", "前置脚本 script before it"), ("postScript", "后置脚本 script after it"))
TESTING = ("unitTests", "isOutputSynced", "guestConfirmation", "allowGuest", "signalButtonLabel")


def rewrite(root: Any, notes: Notes) -> None:
    """Everything that SpiffWorkflow's own modeler writes and that has a counterpart."""
    for node in list(nodes(root)):
        for one in ours.boxes(node, URI, "instructionsForEndUser"):
            ours.keep_quietly(node, (one.text or "").strip())
        for tag, words in SCRIPTS:
            for one in ours.boxes(node, URI, tag):
                if (one.text or "").strip():
                    ours.keep(
                        node, notes, words, (one.text or "").strip(),
                        "改为带处理器的服务任务", "make it a service task with a handler",
                    )  # fmt: skip
        for tag in TESTING:
            ours.boxes(node, URI, tag)
        if local(node) in ours.PERSONS:
            _form(node)
        elif ours.is_service(node):
            _service(node, notes)


def _form(node: Any) -> None:
    for box in ours.boxes(node, URI, "properties"):
        for one in box:
            if one.get("name") == "formJsonSchemaFilename":
                ours.form(node, one.get("value", "").replace("-schema.json", ".json"))


def _service(node: Any, notes: Notes) -> None:
    for operator in ours.boxes(node, URI, "serviceTaskOperator"):
        ours.handler(node, operator.get("id", ""))
        given = [(one.get("id", ""), one.get("value", "")) for one in operator.iter(f"{{{URI}}}parameter")]
        ours.inputs(node, notes, given, PYTHON, literal=False)
        if operator.get("resultVariable"):
            ours.output(node, operator.get("resultVariable"))
    for decision in ours.boxes(node, URI, "calledDecisionId"):
        ours.handler(node, decision.text or "")
