"""Sequence flows: choices that a drawing makes without a gateway, starts and ends that it leaves out."""

from __future__ import annotations

from typing import Any

from engine.importing.texts import MISSING
from engine.importing.trees import become, bpmn, connect, definition, document, forget, tell
from engine.importing.work import Work, field
from engine.lint.flows import CHOOSING
from engine.lint.names import BPMN, FLOW_NODES, GATEWAYS, SCOPES, children, local
from engine.lint.remarks import REMARK, Fault, Remark

OUTSIDE = ("boundaryEvent",)

DEFAULT = Fault(
    "import_default",
    "唯一没有条件的出线成为默认流",
    "the one flow without a condition became the default",
    severity=REMARK,
)
IGNORED = Fault(
    "import_condition_dropped",
    "{tag} 之后的条件在标准中没有作用，没有导入：{text}",
    "a condition behind a {tag} has no effect in BPMN, and was left out: {text}",
    severity=REMARK,
)
SPLIT = Fault(
    "import_split",
    "{node} 有几条出线或带条件的出线，按标准的含义加了网关 {gateway}",
    "{node} has several flows or conditions behind it: the gateway {gateway}, which BPMN means, was drawn",
    "加过的网关可以移动和改名",
    "move and name the gateway as you like",
    REMARK,
)
ENDED = Fault(
    "import_end",
    "{node} 之后没有出线，按标准的含义加了结束事件 {end}",
    "nothing follows {node}: the end event {end}, which BPMN means, was drawn",
    severity=REMARK,
)
IS_END = Fault(
    "import_throw_end",
    "没有出线的中间事件改为结束事件",
    "an intermediate event that nothing follows became an end event",
    severity=REMARK,
)
STARTED = Fault(
    "import_begin",
    "{level} 没有开始事件，按标准的含义加了 {start}",
    "{level} has no start event: {start}, which BPMN means, was drawn",
    severity=REMARK,
)
HOLLOW = Fault(
    "import_hollow",
    "子流程里没有画步骤，作为一个步骤",
    "nothing is drawn in this sub-process: it became one step",
    "画出其中的步骤",
    "draw what happens in it",
    REMARK,
)
DANGLING = Fault(
    "import_dangling",
    "顺序流的一端不存在，没有导入：{source} -> {target}",
    "one end of this flow does not exist, and the flow was left out: {source} -> {target}",
    "重新连线",
    "draw the flow again",
    REMARK,
)


def without_condition(work: Work, remark: Remark) -> bool:
    """A flow out of a choice that does not say when it is taken: the only one is meant for all other cases."""
    gateway = work.node(work.node(remark.element).get("sourceRef"))
    bare = [one for one in _out(gateway) if one.find(f"{BPMN}conditionExpression") is None]
    bare = [one for one in bare if one.get("id") != gateway.get("default")]
    if len(bare) == 1 and gateway.get("default") is None:
        gateway.set("default", bare[0].get("id"))
        work.notes.say(DEFAULT, bare[0])
        return True
    for flow in bare:
        bpmn(flow, "conditionExpression", text=field(flow.get("id")))
        work.notes.say(MISSING, flow, what="condition", field=field(flow.get("id")))
    return bool(bare)


def choice(work: Work, remark: Remark) -> bool:
    """Flows out of an activity or event that are several or have conditions."""
    node = work.node(remark.element)
    if local(node) == "sequenceFlow":
        node = next((one for one in children(node.getparent()) if one.get("id") == node.get("sourceRef")), None)
    if node is None or local(node) not in FLOW_NODES or local(node) == "endEvent":
        return False
    if local(node) in CHOOSING:
        return False  # drawn by this repair, for another of the flows
    if local(node) in GATEWAYS:
        return _drop_conditions(work, node)
    out = _out(node)
    conditional = any(flow.find(f"{BPMN}conditionExpression") is not None for flow in out)
    if len(out) < 2 and not conditional:
        return False  # done already, with another of its flows
    level = node.getparent()
    identity = work.fresh(f"{node.get('id')}_split")
    kind = "inclusiveGateway" if conditional else "parallelGateway"
    gateway = bpmn(level, kind, at=level.index(node) + 1, id=identity)
    default = node.attrib.pop("default", None)
    for flow in out:
        forget(node, "outgoing", flow.get("id"))
        flow.set("sourceRef", identity)
        tell(gateway, "outgoing", flow.get("id"))
        if conditional and flow.get("id") != default and flow.find(f"{BPMN}conditionExpression") is None:
            bpmn(flow, "conditionExpression", text="true")
    if default and conditional:
        gateway.set("default", default)
    connect(level, work.fresh(f"flow_{node.get('id')}_{identity}"), node.get("id"), identity)
    _added(work, gateway)
    work.notes.say(SPLIT, node, node=node.get("id"), gateway=identity)
    return True


def end(work: Work, remark: Remark) -> bool:
    """A node that nothing follows ends its path."""
    node = work.node(remark.element)
    event = definition(node)
    if local(node) == "intermediateThrowEvent" and (event is None or local(event) != "linkEventDefinition"):
        become(node, "endEvent")
        work.notes.say(IS_END, node)
        return True
    if local(node) in GATEWAYS or node.get("isForCompensation") == "true" or _undoes(node):
        return False
    if event is not None and local(event) == "linkEventDefinition":
        return False
    level = node.getparent()
    identity = work.fresh(f"{node.get('id')}_end")
    added = bpmn(level, "endEvent", at=level.index(node) + 1, id=identity)
    connect(level, work.fresh(f"flow_{node.get('id')}_{identity}"), node.get("id"), identity)
    _added(work, added)
    work.notes.say(ENDED, node, node=node.get("id"), end=identity)
    return True


def start(work: Work, remark: Remark) -> bool:
    """A level without a start event begins at the one node that nothing leads to."""
    level = work.node(remark.element)
    inside = [node for node in children(level) if local(node) in FLOW_NODES]
    if not inside and local(level) in SCOPES and level.get("triggeredByEvent") != "true":
        become(level, "manualTask")
        level.attrib.pop("triggeredByEvent", None)
        work.notes.say(HOLLOW, level)
        return True
    reached = {flow.get("targetRef") for flow in level.iterfind(f"{BPMN}sequenceFlow")}
    first = [node for node in inside if node.get("id") not in reached and _begins(node)]
    if len(first) != 1 or level.get("triggeredByEvent") == "true":
        return False
    identity = work.fresh(f"{level.get('id')}_start")
    added = bpmn(level, "startEvent", at=level.index(first[0]), id=identity)
    connect(level, work.fresh(f"flow_{identity}"), identity, first[0].get("id"))
    _added(work, added)
    work.notes.say(STARTED, level, level=level.get("id"), start=identity)
    return True


def dangling(work: Work, remark: Remark) -> bool:
    """In a mirror, a flow that leads from or to what is nowhere in the file; not one that crosses a border."""
    flow = work.node(remark.element)
    source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
    if not work.mirror or (work.node(source) is not None and work.node(target) is not None):
        return False
    for node in flow.getparent():
        forget(node, "outgoing", flow.get("id"))
        forget(node, "incoming", flow.get("id"))
        if node.get("default") == flow.get("id"):
            del node.attrib["default"]
    work.notes.say(DANGLING, flow, source=source or "-", target=target or "-")
    flow.getparent().remove(flow)
    return True


def _drop_conditions(work: Work, node: Any) -> bool:
    for flow in _out(node):
        for condition in flow.findall(f"{BPMN}conditionExpression"):
            document(flow, f"conditionExpression: {condition.text or ''}")
            work.notes.say(IGNORED, flow, tag=local(node), text=condition.text or "")
            flow.remove(condition)
    return True


def _out(node: Any) -> list[Any]:
    flows = node.getparent().iterfind(f"{BPMN}sequenceFlow")
    return [flow for flow in flows if flow.get("sourceRef") == node.get("id")]


def _begins(node: Any) -> bool:
    """Whether a path can begin at a node: not at a border, nor at what an event or a link starts."""
    event = definition(node) if local(node).endswith("Event") else None
    link = event is not None and local(event) == "linkEventDefinition"
    return local(node) not in OUTSIDE and node.get("triggeredByEvent") != "true" and not link


def _undoes(node: Any) -> bool:
    event = definition(node)
    return event is not None and local(event) == "compensateEventDefinition"


def _added(work: Work, node: Any) -> None:
    work.notes.added.append(node.get("id"))
