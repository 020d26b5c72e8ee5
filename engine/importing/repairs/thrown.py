"""Errors and escalations that nothing here throws or catches."""

from __future__ import annotations

from engine.importing.trees import bpmn, definition, document
from engine.importing.work import Work
from engine.lint.names import BPMN, local
from engine.lint.remarks import REMARK, Fault, Remark

UNCAUGHT = Fault(
    "import_uncaught",
    "没有事件接住这个错误，改为普通结束事件",
    "nothing catches this error: it became a plain end event",
    "如须处理，画出错误事件",
    "draw an error event if something has to follow from it",
    REMARK,
)
REPORTED = Fault(
    "import_reported",
    "任务中的 {kind} 由外部系统报告，改为消息 {name}",
    "another system reports the {kind} of this task: it became the message {name}",
    "让数据源在出错时发送这个消息",
    "let the feed send this message when it happens",
    REMARK,
)


def uncaught(work: Work, remark: Remark) -> bool:
    """An error end that nothing catches ends its own path, as the engines do that the drawings come from."""
    node = work.node(remark.element)
    if local(node) != "endEvent":
        return False
    document(node, f"错误 error: {remark.message_en}")
    node.remove(definition(node))
    work.notes.say(UNCAUGHT, node)
    return True


def from_task(work: Work, remark: Remark) -> bool:
    """In a mirror, what goes wrong inside a task is something that is reported: a message to the case."""
    node = work.node(remark.element)
    if not work.mirror:
        return False
    event = definition(node)
    kind = local(event).removesuffix("EventDefinition")
    declared = work.node(event.get(f"{kind}Ref", "").rpartition(":")[2])
    code = "" if declared is None else declared.get(f"{kind}Code") or declared.get("name", "")
    name = code or node.get("name") or node.get("id")
    identity = work.fresh(f"message_{node.get('id')}")
    bpmn(work.root, "message", at=work.root.index(work.root.find(f"{BPMN}process")), id=identity, name=name)
    place = node.index(event)
    node.remove(event)
    bpmn(node, "messageEventDefinition", at=place, messageRef=identity)
    work.notes.say(REPORTED, node, kind=kind, name=name)
    return True
