"""Paths: one start for people, everything reached, nothing that ends in the middle, no endless round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from engine.diagrams import Diagram, Element, Flow
from engine.lint.graph import Level, reach
from engine.lint.remarks import REMARK, Fault, Remark

MOST_NODES = 300
MOST_FLOWS = 1000
DEEPEST = 10
MOST_IN_FILE = 5000
INSTANT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "serviceTask", "businessRuleTask", "sendTask"}
INSTANT |= {"intermediateThrowEvent", "task"}
JOINS = ("parallelGateway", "inclusiveGateway")

NO_START = Fault("no_start", "{level} 没有开始事件", "expected one start event in {level}, found none")
SEVERAL_STARTS = Fault(
    "several_starts",
    "{level} 有 {count} 个无触发的开始事件，只能有一个",
    "expected one start event without a trigger in {level}, found {count}",
    "合并成一个开始事件，其后用网关选择",
    "keep one start event and choose with a gateway behind it",
)
NO_END = Fault("no_end", "{level} 没有结束事件", "expected an end event in {level}, found none")
UNREACHABLE = Fault(
    "unreachable",
    "从开始事件走不到 {node}",
    "expected a path from the start event to {node}, found none",
    "把它连上，或删除",
    "connect it or remove it",
)
DEAD_END = Fault(
    "dead_end",
    "{tag} 没有出线，也不是结束事件",
    "expected a flow out of this {tag}, found none",
    "连到下一步或结束事件",
    "lead it to the next step or to an end event",
)
TOO_MANY = Fault(
    "too_many_nodes",
    "{level} 有 {count} 个节点，最多 {limit} 个",
    "expected at most {limit} nodes in {level}, found {count}",
    "把一部分放进子流程",
    "put a part of it into a sub-process",
)
TOO_MANY_FLOWS = Fault(
    "too_many_flows",
    "{level} 有 {count} 条顺序流，最多 {limit} 条",
    "expected at most {limit} sequence flows in {level}, found {count}",
    "把一部分放进子流程",
    "put a part of it into a sub-process",
)
TOO_LARGE = Fault(
    "too_many_elements",
    "文件有 {count} 个节点和顺序流，最多 {limit} 个",
    "expected at most {limit} nodes and flows in one file, found {count}",
    "把流程拆成几个较小的模型",
    "split the process into smaller models",
)
TOO_DEEP = Fault(
    "too_deep",
    "子流程嵌套了 {count} 层，最多 {limit} 层",
    "expected sub-processes at most {limit} levels deep, found {count}",
)
ENDLESS = Fault(
    "endless_loop",
    "循环中没有等待：{nodes}",
    "expected a step that waits in the loop of {nodes}, found none: it would never stop",
    "在循环中放入用户任务、消息或定时事件",
    "put a user task, a message or a timer into the loop",
)
MERGED = Fault(
    "parallel_merge",
    "并行分支在 {node} 汇合时不等待对方（并行网关 {split} 没有对应的并行汇合）",
    "branches of the parallel gateway {split} meet at {node}, which does not wait for all of them",
    "用并行网关汇合",
    "join them with a parallel gateway",
    severity=REMARK,
)
MET = Fault(
    "event_merge",
    "{event} 不中断 {host}：两路在 {node} 相遇而不等待对方，其后的步骤会各做一次",
    "{event} leaves {host} running; both ways meet at {node}, which waits for neither: what follows is done for each",
    "让事件的分支在自己的结束事件结束，或改为中断事件",
    "let the way of the event come to an end of its own, or let the event interrupt",
    severity=REMARK,
)


def check_size(diagram: Diagram) -> Iterator[Remark]:
    """The one fault of a file that is too large to say more about."""
    count = sum(len(one.elements) + len(one.flows) for one in (diagram, *diagram.processes))
    if count > MOST_IN_FILE:
        yield TOO_LARGE.at(diagram.process_id, diagram.line, count=count, limit=MOST_IN_FILE)


def check(levels: list[Level], quick: set[str]) -> Iterator[Remark]:
    """Faults of the paths of a process and its sub-processes; ``quick`` are those that never wait."""
    for level in levels:
        yield from _size(level)
    for level in _sized(levels):
        yield from _ends(level)
        yield from _reached(level)
        yield from _endless(level, quick)
        yield from _merged(level)


def _size(level: Level) -> Iterator[Remark]:
    nodes, flows, depth = len(level.nodes), len(level.flows), level.depth
    if nodes > MOST_NODES:
        yield TOO_MANY.at(level.id, level.line, level=level.id, count=nodes, limit=MOST_NODES)
    if flows > MOST_FLOWS:
        yield TOO_MANY_FLOWS.at(level.id, level.line, level=level.id, count=flows, limit=MOST_FLOWS)
    if depth == DEEPEST + 1:
        yield TOO_DEEP.at(level.id, level.line, count=depth, limit=DEEPEST)


def _ends(level: Level) -> Iterator[Remark]:
    starts = level.of("startEvent")
    if not starts:
        yield NO_START.at(level.id, level.line, level=level.id)
    elif len(plain := [node for node in starts if level.scope or node.event is None or node.event.kind == "none"]) > 1:
        yield SEVERAL_STARTS.at(plain[1].id, plain[1].line, level=level.id, count=len(plain))
    if not level.of("endEvent"):
        yield NO_END.at(level.id, level.line, level=level.id)


def _reached(level: Level) -> Iterator[Remark]:
    starts = [node.id for node in level.of("startEvent")]
    reached = reach(starts, level.next)
    for node in level.nodes.values():
        # Where there is no start at all, or no host, that is the fault to name.
        orphan = node.tag == "boundaryEvent" and node.attached_to not in level.nodes
        if starts and node.id not in reached and not orphan:
            yield UNREACHABLE.at(node.id, node.line, node=node.id)
        if node.tag != "endEvent" and not level.out[node.id]:
            yield DEAD_END.at(node.id, node.line, tag=node.tag)


def _endless(level: Level, quick: set[str]) -> Iterator[Remark]:
    """Takes away what no round can pass, from both sides; what is left goes round without waiting."""
    left = {node.id for node in level.nodes.values() if _instant(node) or node.id in quick}
    changed = True
    while changed:
        keep = {
            node
            for node in left
            if any(flow.source in left for flow in level.into[node])
            and any(flow.target in left for flow in level.out[node])
        }
        changed, left = keep != left, keep
    if left:
        loop = [node for node in level.nodes if node in left]
        yield ENDLESS.at(loop[0], level.nodes[loop[0]].line, nodes=", ".join(loop))


def _sized(levels: list[Level]) -> list[Level]:
    return [level for level in levels if len(level.nodes) <= MOST_NODES and len(level.flows) <= MOST_FLOWS]


def without_wait(processes: dict[str, list[Level]]) -> set[str]:
    """The sub-processes and calls that a token can pass without waiting for anything outside."""
    quick: set[str] = set()
    before = -1
    while before != len(quick):  # a process that is called may itself call
        before = len(quick)
        for levels in processes.values():
            for level in sorted(_sized(levels), key=lambda level: -level.depth):  # the inner ones first
                if _passed(level, quick):
                    quick |= {level.scope} if level.scope is not None else _calls(processes, level.id)
    return quick


def _passed(level: Level, quick: set[str]) -> bool:
    reached = reach([start.id for start in level.of("startEvent")], partial(_onward, level, quick))
    return any(level.nodes[at].tag == "endEvent" for at in reached)


def _calls(processes: dict[str, list[Level]], process: str) -> set[str]:
    nodes = (node for levels in processes.values() for level in levels for node in level.of("callActivity"))
    return {node.id for node in nodes if node.called == process}


def _instant(node: Element) -> bool:
    return node.tag in INSTANT or (node.event is not None and node.event.kind == "link")


def _onward(level: Level, quick: set[str], at: str) -> list[str]:
    passes = _instant(level.nodes[at]) or level.nodes[at].tag == "startEvent" or at in quick
    return [flow.target for flow in level.out[at]] if passes else []


def _merged(level: Level) -> Iterator[Remark]:
    """Nodes other than joins where ways that are taken side by side arrive over different flows."""
    branches: dict[str, set[str]] = {}
    for fault, named, ways in _side_by_side(level):
        for flow in ways:
            if flow.target not in branches:
                branches[flow.target] = _branch(level, flow.target)
        for node in level.nodes.values():
            arriving = [_arriving(level, node.id, flow, branches[flow.target]) for flow in ways]
            if node.tag not in JOINS and node.tag != "endEvent" and not _nested(arriving):
                yield fault.at(node.id, node.line, **named, node=node.id)


def _side_by_side(level: Level) -> Iterator[tuple[Fault, dict[str, str], list[Flow]]]:
    """Where one token becomes several: at a parallel gateway, and when an event leaves its host running."""
    for split in level.of("parallelGateway"):
        yield MERGED, {"split": split.id}, level.out[split.id]
    for host, events in level.boundaries.items():
        for event in events:
            if not event.cancel_activity:
                yield MET, {"event": event.id, "host": host}, [*level.out[host], *level.out[event.id]]


def _arriving(level: Level, node: str, first: Flow, branch: set[str]) -> frozenset[Flow]:
    return frozenset(flow for flow in level.into[node] if flow.source in branch or flow == first)


def _nested(sets: list[frozenset[Flow]]) -> bool:
    """Whether of any two sets one holds the other: then the branches arrive by the same flow."""
    ordered = sorted({one for one in sets if one}, key=len)
    return all(one <= two for one, two in pairwise(ordered))


def _branch(level: Level, start: str) -> set[str]:
    """What one branch passes before a join where it has to wait for another branch."""
    passed: set[str] = set()
    while True:
        found = {at for at in reach([start], partial(_forward, level, passed)) if _passes(level, at, passed)}
        if found == passed:
            return passed
        passed = found


def _forward(level: Level, passed: set[str], at: str) -> list[str]:
    return [flow.target for flow in level.out[at]] if _passes(level, at, passed) else []


def _passes(level: Level, at: str, passed: set[str]) -> bool:
    if level.nodes[at].tag not in JOINS or len(level.into[at]) < 2:
        return True
    return all(flow.source in passed for flow in level.into[at])
