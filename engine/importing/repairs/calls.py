"""Calls of processes that are in other files."""

from __future__ import annotations

from engine.importing.repairs.activities import STEP
from engine.importing.trees import become, document
from engine.importing.work import Work
from engine.lint.names import BPMN, local
from engine.lint.remarks import REMARK, Fault, Remark

ONE_STEP = Fault(
    "import_call",
    "被调用的流程 {called} 不在本文件中，镜像中作为一个步骤",
    "the called process {called} is not in this file: in a mirror the call is one step",
    "如要逐步监察，为它另建一个镜像",
    "give it a mirror of its own to supervise its steps",
    REMARK,
)
GLOBAL = Fault(
    "import_global_task",
    "全局任务改为调用处的任务：{nodes}",
    "the global task became a task where it was called: {nodes}",
    severity=REMARK,
)
TASKS = {
    "globalTask": STEP,
    "globalManualTask": STEP,
    "globalUserTask": "userTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


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


def refused(work: Work, remark: Remark) -> bool:
    """A global task stands where it is called."""
    task = work.node(remark.element)
    if local(task) not in TASKS:
        return False
    calls = [call for call in work.root.iter(f"{BPMN}callActivity") if call.get("calledElement") == task.get("id")]
    for call in calls:
        become(call, STEP if work.mirror else TASKS[local(task)])
    names = ", ".join(call.get("id") for call in calls) or "-"
    work.notes.say(GLOBAL, task, nodes=names)
    task.getparent().remove(task)
    return True
