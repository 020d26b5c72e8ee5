"""Sequence flows: both ends there, conditions where a choice is made and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import Flow
from engine.lint.graph import Level
from engine.lint.names import GATEWAYS
from engine.lint.remarks import REMARK, Fault, Remark

CHOOSING = ("exclusiveGateway", "inclusiveGateway")

NO_END = Fault(
    "flow_end_missing",
    "顺序流没有 {end}",
    "expected a {end} on this sequence flow, found none",
    "重新连线",
    "draw the flow again",
)
UNKNOWN_END = Fault(
    "flow_end_unknown",
    "顺序流的 {end} 指向 {node}，同一层没有这个节点",
    "expected the {end} of this sequence flow among the nodes of its level, found {node}",
    "顺序流不能跨越子流程边界，两端须存在",
    "a flow joins two nodes of one level; it does not cross the border of a sub-process",
)
NO_CONDITION = Fault(
    "condition_missing",
    "网关 {gateway} 的出线没有条件，也不是默认流",
    "expected a condition or the default mark on each flow out of {gateway}, found neither",
    "写上 FEEL 条件，或把它设为默认流",
    "write a FEEL condition, or make it the default flow",
)
NO_CHOICE = Fault(
    "condition_misplaced",
    "{source} 的出线上的条件不起作用：那里不作选择",
    "expected conditions only behind exclusive and inclusive gateways, found one behind {source}",
    "加一个排他网关，把条件写在它的出线上",
    "insert an exclusive gateway and put the condition on its flows",
)
DEFAULT_CONDITION = Fault(
    "default_condition",
    "默认流上的条件没有作用",
    "the condition of a default flow has no effect",
    severity=REMARK,
)
SEVERAL_OUT = Fault(
    "several_outgoing",
    "{tag} 有 {count} 条出线，只能有一条",
    "expected one flow out of this {tag}, found {count}",
    "在其后插入并行网关（同时走）或排他网关（选择走）",
    "insert a parallel gateway (all of them) or an exclusive one (one of them) behind it",
)
INTO_START = Fault("flow_into_start", "{tag} 不能有入线", "expected no flow into this {tag}, found one")
OUT_OF_END = Fault("flow_out_of_end", "结束事件不能有出线", "expected no flow out of an end event, found one")
BAD_WAIT = Fault(
    "event_gateway_target",
    "事件网关之后只能是定时、消息、信号、条件捕获事件或接收任务，现在是 {target}",
    "expected a timer, message, signal or conditional catch event or a receive task behind the event gateway, found {target}",
)
ONE_WAIT = Fault(
    "event_gateway_single",
    "事件网关至少要有两条出线",
    "expected at least two flows out of the event gateway, found {count}",
)


def check(level: Level) -> Iterator[Remark]:
    """Faults of the flows of one level and of the number of flows at its nodes."""
    for flow in level.flows:
        yield from _ends(level, flow)
        yield from _condition(level, flow)
    for node in level.nodes.values():
        yield from _number(level, node.id)
        if node.tag == "eventBasedGateway":
            yield from _event_gateway(level, node.id)


def _ends(level: Level, flow: Flow) -> Iterator[Remark]:
    for end, node in (("sourceRef", flow.source), ("targetRef", flow.target)):
        if not node:
            yield NO_END.at(flow.id, flow.line, end=end)
        elif node not in level.nodes:
            yield UNKNOWN_END.at(flow.id, flow.line, end=end, node=node)


def _condition(level: Level, flow: Flow) -> Iterator[Remark]:
    source = level.nodes.get(flow.source)
    if source is None:
        return
    if flow.condition is None:
        several = len(level.out[source.id]) > 1
        if source.tag in CHOOSING and several and not flow.default:
            yield NO_CONDITION.at(flow.id, flow.line, gateway=source.id)
    elif source.tag not in CHOOSING:
        yield NO_CHOICE.at(flow.id, flow.line, source=source.id)
    elif flow.default:
        yield DEFAULT_CONDITION.at(flow.id, flow.line)


def _number(level: Level, identity: str) -> Iterator[Remark]:
    node = level.nodes[identity]
    count = len(level.out[identity])
    if node.tag in ("startEvent", "boundaryEvent") and level.into[identity]:
        yield INTO_START.at(identity, node.line, tag=node.tag)
    if node.tag == "endEvent":
        if count:
            yield OUT_OF_END.at(identity, node.line)
    elif count > 1 and node.tag not in GATEWAYS:
        yield SEVERAL_OUT.at(identity, node.line, tag=node.tag, count=count)


def _event_gateway(level: Level, identity: str) -> Iterator[Remark]:
    node = level.nodes[identity]
    targets = [level.nodes[flow.target] for flow in level.out[identity]]
    if len(targets) < 2:
        yield ONE_WAIT.at(identity, node.line, count=len(targets))
    for target in targets:
        link = target.event is not None and target.event.kind == "link"
        if target.tag not in ("intermediateCatchEvent", "receiveTask") or link:
            yield BAD_WAIT.at(identity, node.line, target=target.id)
