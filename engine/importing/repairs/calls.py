"""Calls of processes that are in other files."""

from __future__ import annotations

from engine.importing.repairs.activities import STEP
from engine.importing.trees import become, document
from engine.importing.work import Work
from engine.lint.remarks import REMARK, Fault, Remark

ONE_STEP = Fault(
    "import_call",
    "被调用的流程 {called} 不在本文件中，镜像中作为一个步骤",
    "the called process {called} is not in this file: in a mirror the call is one step",
    "如要逐步监察，为它另建一个镜像",
    "give it a mirror of its own to supervise its steps",
    REMARK,
)


def elsewhere(work: Work, remark: Remark) -> bool:
    """In a mirror a call is one step, which an event of the other system ends."""
    node = work.node(remark.element)
    if not work.mirror:
        return False
    called = node.get("calledElement", "-")
    document(node, f"被调用的流程 called process: {called}")
    become(node, STEP)
    work.notes.say(ONE_STEP, node, called=called)
    return True
