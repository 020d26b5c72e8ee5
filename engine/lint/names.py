"""The names that the readers and the checks share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BPMN_URI = "http://www.omg.org/spec/BPMN/20100524/MODEL"
JC_URI = "urn:jiancha:bpmn:1"
BPMN = f"{{{BPMN_URI}}}"
JC = f"{{{JC_URI}}}"
# Colours, shapes and the modeller's own notes: they change nothing that runs.
DRAWING_URIS = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
    }
)

EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "implicitThrowEvent",
    }
    | {"event"}
)
TASKS = frozenset(
    {"task", "userTask", "manualTask", "businessRuleTask", "serviceTask", "scriptTask", "sendTask", "receiveTask"}
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
EVENT_SUB_PROCESS = "eventSubProcess"  # a subProcess that is triggered by an event; it stands beside the flow
# Of a process: one that people or events start, one that only calls start, one whose cases run elsewhere.
EXECUTABLE, CALLABLE, MIRROR = KINDS = ("executable", "callable", "mirror")
RUN_HERE = (EXECUTABLE, CALLABLE)
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
ACTIVITIES = TASKS | SCOPES | {"callActivity"}
FLOW_NODES = EVENTS | ACTIVITIES | GATEWAYS | CHOREOGRAPHY


def local(node: Any) -> str:
    """The name of an element without its namespace."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def kind_of(node: Any) -> str:
    """The local name; ``eventSubProcess`` for a sub-process that an event triggers."""
    triggered = local(node) == "subProcess" and node.get("triggeredByEvent", "false") != "false"
    return EVENT_SUB_PROCESS if triggered else local(node)


def children(node: Any) -> Iterator[Any]:
    """The children in BPMN's namespace."""
    return (child for child in node if isinstance(child.tag, str) and child.tag.startswith(BPMN))


def namespace(name: str) -> str:
    """The namespace of an element's or attribute's name; "" for a plain one."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def owner(node: Any) -> str:
    """The id of the element, or of the nearest one around it that has an id."""
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return ""
