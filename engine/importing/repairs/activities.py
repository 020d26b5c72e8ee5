"""Tasks: a mirror's are steps that another system does; an executable's have somebody or something that does them."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.trees import become, document, extension
from engine.importing.work import Work
from engine.lint.names import BPMN, JC, local
from engine.lint.remarks import REMARK, Fault, Remark

STEP = "manualTask"

PLAIN = Fault(
    "import_plain_step",
    "{tag} 由外部系统完成，镜像中是普通步骤",
    "another system does this {tag}: in a mirror it is a plain step",
    severity=REMARK,
)
BY_HAND = Fault(
    "import_by_hand",
    "没有写类型的任务改为人工任务",
    "a task of no kind became a manual task",
    "如由系统完成，改为服务任务",
    "make it a service task if a system does it",
    REMARK,
)
UNBOUND = Fault(
    "import_unbound",
    "处理器 {name} 尚未登记",
    "the handler {name} is not registered yet",
    "登记这个名称的处理器，或把任务改为用户任务",
    "register a handler of this name, or make it a user task",
    REMARK,
)
SENT = Fault(
    "import_sent",
    "发送任务改为服务任务，由处理器 {name} 发送",
    "the send task became a service task: the handler {name} sends",
    severity=REMARK,
)
NO_TRANSACTION = Fault(
    "import_transaction",
    "事务改为普通子流程：镜像不撤销",
    "the transaction became a plain sub-process: a mirror undoes nothing",
    severity=REMARK,
)


def plain_steps(work: Work) -> None:
    """A task of no kind is somebody's; in a mirror, what a machine does is a step too: an event says that it is done."""
    machines = ("serviceTask", "businessRuleTask", "sendTask", "scriptTask") if work.mirror else ()
    for node in list(work.root.iter(*(f"{BPMN}{kind}" for kind in ("task", *machines)))):
        tag = local(node)
        script = node.find(f"{BPMN}script")
        if script is not None and (script.text or "").strip():
            document(node, f"脚本 script: {(script.text or '').strip()}")
        _keep_handler(node)
        become(node, STEP)
        if tag == "task":
            work.notes.say(BY_HAND, node)
        else:
            work.notes.say(PLAIN, node, tag=tag)


def unbound(work: Work) -> None:
    """Every service of an executable model calls a handler by a name; say which."""
    for node in work.root.iter(f"{BPMN}serviceTask", f"{BPMN}businessRuleTask"):
        found = node.find(f"{BPMN}extensionElements/{JC}handler")
        if found is not None and found.get("name"):
            work.notes.say(UNBOUND, node, name=found.get("name"))


def refused(work: Work, remark: Remark) -> bool:
    """A kind of activity that the profile does not run."""
    node = work.node(remark.element)
    tag = local(node)
    if tag == "sendTask":
        _send(work, node)
    elif tag == "transaction" and work.mirror:
        node.tag = f"{BPMN}subProcess"
        node.attrib.pop("method", None)
        work.notes.say(NO_TRANSACTION, node)
    else:
        return False
    return True


def without_handler(work: Work, remark: Remark) -> bool:
    """A service of which the drawing does not say what it calls."""
    node = work.node(remark.element)
    ours.handler(node, node.get("id"))
    return True


def without_role(work: Work, remark: Remark) -> bool:
    """A task that became a person's."""
    extension(work.node(remark.element), "step", role=work.role)
    return True


def _send(work: Work, node: Any) -> None:
    become(node, "serviceTask")
    found = node.find(f"{BPMN}extensionElements/{JC}handler")
    if found is None:
        ours.handler(node, f"send_{node.get('id')}")
    name = node.find(f"{BPMN}extensionElements/{JC}handler").get("name")
    work.notes.say(SENT, node, name=name)


def _keep_handler(node: Any) -> None:
    """Of a handler that nobody calls in a mirror, the inputs are told in words."""
    for one in node.iterfind(f"{BPMN}extensionElements/{JC}handler/{JC}input"):
        document(node, f"输入 input {one.get('name')}: {one.text or ''}")
