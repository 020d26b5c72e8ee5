"""Activities that run several times and do not say how often."""

from __future__ import annotations

from engine.importing.texts import MISSING
from engine.importing.trees import bpmn
from engine.importing.work import Work, field
from engine.lint.names import BPMN
from engine.lint.remarks import REMARK, Fault, Remark

MOST = "1000"

BOUNDED = Fault(
    "import_loop",
    "循环中没有等待，最多 {most} 次",
    "nothing waits in this loop: it runs at most {most} times",
    "写 loopMaximum",
    "say how often in loopMaximum",
    REMARK,
)


def how_often(work: Work, remark: Remark) -> bool:
    """Several instances, without a number or a collection."""
    node = work.node(remark.element)
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop.find(f"{BPMN}loopDataInputRef") is not None:
        return False
    name = f"{field(node.get('id'))}_count"
    bpmn(loop, "loopCardinality", at=0, text=name)
    work.notes.say(MISSING, node, what="loopCardinality", field=name)
    return True


def until(work: Work, remark: Remark) -> bool:
    """A loop that does not say when it is over."""
    node = work.node(remark.element)
    name = f"{field(node.get('id'))}_again"
    bpmn(node.find(f"{BPMN}standardLoopCharacteristics"), "loopCondition", text=name)
    work.notes.say(MISSING, node, what="loopCondition", field=name)
    return True


def at_most(work: Work, remark: Remark) -> bool:
    """A loop in which nothing waits."""
    node = work.node(remark.element)
    node.find(f"{BPMN}standardLoopCharacteristics").set("loopMaximum", MOST)
    work.notes.say(BOUNDED, node, most=MOST)
    return True
