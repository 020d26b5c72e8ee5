"""Where elements stand: one that runs, in a place where nobody looks for it, would be lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.names import ACTIVITIES, BPMN, FLOW_NODES, SCOPES, children, local, owner
from engine.lint.remarks import Fault, Remark

LEVELS = SCOPES | {"process"}
TIMES = ("timeDate", "timeDuration", "timeCycle")
MARKERS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
IN_INSTANCES = (
    *("loopCardinality", "completionCondition"),
    *("loopDataInputRef", "inputDataItem", "loopDataOutputRef", "outputDataItem"),
)
PLACES = {
    **dict.fromkeys((*FLOW_NODES, "sequenceFlow"), LEVELS),
    **dict.fromkeys(TIMES, {"timerEventDefinition"}),
    "conditionExpression": {"sequenceFlow"},
    "condition": {"conditionalEventDefinition"},
    "process": {"definitions"},
    **dict.fromkeys(("message", "signal", "error", "escalation"), {"definitions"}),
    **dict.fromkeys(MARKERS, set(ACTIVITIES)),
    **dict.fromkeys(IN_INSTANCES, {"multiInstanceLoopCharacteristics"}),
    "loopCondition": {"standardLoopCharacteristics"},
}
SINGLE = (*TIMES, "conditionExpression", "condition", *MARKERS, *IN_INSTANCES, "loopCondition")

MISPLACED = Fault(
    "element_misplaced",
    "{tag} 不能放在 {found} 里，否则会丢失",
    "expected this {tag} in {expected}, found it in {found}, where it would be lost",
)
TWICE = Fault("element_twice", "{tag} 只能有一个", "expected one {tag} here, found another")


def check(tree: Any) -> Iterator[Remark]:
    """Faults of place, of elements that run."""
    for node in tree.getroot().iter(*(f"{BPMN}{tag}" for tag in PLACES)):
        tag, parent = local(node), node.getparent()
        found = local(parent) if parent is not None and parent.tag.startswith(BPMN) else "-"
        if found not in PLACES[tag]:
            expected = ", ".join(sorted(PLACES[tag]))
            yield MISPLACED.at(owner(node), node.sourceline, tag=tag, found=found, expected=expected)
        elif tag in SINGLE and _first(parent, tag) is not node:
            yield TWICE.at(owner(node), node.sourceline, tag=tag)


def _first(parent: Any, tag: str) -> Any:
    """The first child of that kind; a date and a duration are of one kind, and so are a loop and several instances."""
    alike = next((kind for kind in (TIMES, MARKERS) if tag in kind), (tag,))
    return next(child for child in children(parent) if local(child) in alike)
