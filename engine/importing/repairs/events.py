"""Events: what they wait for or throw, where the drawing leaves it open or asks for what does not run."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.texts import MISSING
from engine.importing.trees import become, bpmn, definition, document
from engine.importing.work import Work, field
from engine.lint.names import BPMN, local
from engine.lint.remarks import REMARK, Fault, Remark

TOLD = ("message", "signal", "multiple")

PLAIN_START = Fault(
    "import_start",
    "由 {kind} 启动改为普通开始事件：案件由人或数据源启动",
    "the start by {kind} became a plain one: a person or a feed starts the case",
    severity=REMARK,
)
NOT_THROWN = Fault(
    "import_not_thrown",
    "镜像不发送 {kind}，改为普通事件",
    "a mirror throws no {kind}: it became a plain event",
    severity=REMARK,
)
SENT = Fault(
    "import_throw",
    "发送 {kind} 的事件改为服务任务，由处理器 {name} 发送",
    "the event that throws a {kind} became a service task: the handler {name} sends it",
    severity=REMARK,
)
NAMED = Fault(
    "import_named",
    "{kind} 没有名称，已命名为 {name}",
    "the {kind} had no name: it was named {name}",
    "改成发送方使用的名称",
    "give it the name that its sender uses",
    REMARK,
)


def start(work: Work, remark: Remark) -> bool:
    """A start by an event, where only a plain one runs."""
    node = work.node(remark.element)
    for one in [child for child in node if local(child).endswith("EventDefinition")]:
        document(node, f"启动 started by: {_kind(one)} {_words(one)}".strip())
        work.notes.say(PLAIN_START, node, kind=_kind(one))
        node.remove(one)
    return True


def refused(work: Work, remark: Remark) -> bool:
    """An event that throws what is not thrown here."""
    node = work.node(remark.element)
    if local(node) not in ("endEvent", "intermediateThrowEvent"):
        return False
    found = [child for child in node if local(child).endswith("EventDefinition")]
    kinds = {_kind(one) for one in found}
    if not found or not kinds <= set(TOLD):
        return False
    kind = ", ".join(sorted(kinds))
    if not work.mirror and local(node) == "endEvent":
        return False
    for one in found:
        node.remove(one)
    if work.mirror:
        document(node, f"发送 throws: {kind}")
        work.notes.say(NOT_THROWN, node, kind=kind)
    else:
        become(node, "serviceTask")
        ours.handler(node, f"send_{node.get('id')}")
        work.notes.say(SENT, node, kind=kind, name=f"send_{node.get('id')}")
    return True


def nameless(work: Work, remark: Remark) -> bool:
    """A message, signal, error or escalation that the event does not name."""
    node = work.node(remark.element)
    task = local(node) in ("receiveTask", "sendTask")
    holder = node if task else definition(node)
    if holder is None:
        return False  # it became an event that tells nobody
    kind = "message" if task else _kind(holder)
    declared = work.node(holder.get(f"{kind}Ref", ""))
    name = (node.get("name") or node.get("id")).strip()
    if declared is not None:
        declared.set("name", name)
    else:
        identity = work.fresh(f"{kind}_{node.get('id')}")
        place = work.root.index(work.root.find(f"{BPMN}process"))
        bpmn(work.root, kind, at=place, id=identity, name=name)
        holder.set(f"{kind}Ref", identity)
    work.notes.say(NAMED, node, kind=kind, name=name)
    return True


def without_condition(work: Work, remark: Remark) -> bool:
    """A conditional event that does not say which condition."""
    node = work.node(remark.element)
    event = definition(node)
    for old in list(event):
        event.remove(old)
    bpmn(event, "condition", text=field(node.get("id")))
    work.notes.say(MISSING, node, what="condition", field=field(node.get("id")))
    return True


def without_time(work: Work, remark: Remark) -> bool:
    """A timer that does not say when."""
    node = work.node(remark.element)
    name = f"{field(node.get('id'))}_at"
    bpmn(definition(node), "timeDate", text=name)
    work.notes.say(MISSING, node, what="time", field=name)
    return True


def _kind(event: Any) -> str:
    return local(event).removesuffix("EventDefinition")


def _words(event: Any) -> str:
    return " ".join("".join(event.itertext()).split()) or str(event.get(f"{_kind(event)}Ref", ""))
