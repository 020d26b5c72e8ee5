"""The flow elements and event definitions of BPMN 2.0 (formal/2011-01-03, Semantic.xsd)."""

from __future__ import annotations

EVENTS = (
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "implicitThrowEvent",
)
# The members of the substitution group of flowElement that are no events, sequenceFlow excepted.
OTHERS = (
    "adHocSubProcess",
    "businessRuleTask",
    "callActivity",
    "callChoreography",
    "choreographyTask",
    "complexGateway",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "event",
    "eventBasedGateway",
    "exclusiveGateway",
    "inclusiveGateway",
    "manualTask",
    "parallelGateway",
    "receiveTask",
    "scriptTask",
    "sendTask",
    "serviceTask",
    "subChoreography",
    "subProcess",
    "task",
    "transaction",
    "userTask",
)
DEFINITIONS = (
    "cancel",
    "compensate",
    "conditional",
    "error",
    "escalation",
    "link",
    "message",
    "signal",
    "terminate",
    "timer",
)
# What this release runs, once more and by hand: a second opinion on the table.
RUN_LIST = {
    *("task", "sendTask", "userTask", "manualTask", "receiveTask", "businessRuleTask", "serviceTask", "subProcess"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
    *("callActivity", "eventSubProcess", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    *(f"startEvent/{kind}" for kind in ("none", "timer", "message", "signal", "error", "escalation", "conditional")),
    *(f"endEvent/{kind}" for kind in ("none", "terminate", "error", "message", "signal", "escalation")),
    *(f"intermediateCatchEvent/{kind}" for kind in ("timer", "message", "signal", "link", "conditional")),
    *(f"intermediateThrowEvent/{kind}" for kind in ("none", "message", "signal", "escalation", "link")),
    *(f"boundaryEvent/{kind}" for kind in ("timer", "message", "signal", "error", "escalation", "conditional")),
}
