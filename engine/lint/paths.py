"""Paths: one start, everything reached, nothing that ends in the middle, no endless round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.diagrams import Element
from engine.lint.graph import Level, reach
from engine.lint.remarks import REMARK, Fault, Remark

MOST_NODES = 300
DEEPEST = 10
INSTANT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "serviceTask", "businessRuleTask"}
JOINS = ("parallelGateway", "inclusiveGateway")

NO_START = Fault("no_start", "{level} 没有开始事件", "expected one start event in {level}, found none")
SEVERAL_STARTS = Fault(
    "several_starts",
    "{level} 有 {count} 个开始事件，只能有一个",
    "expected one start event in {level}, found {count}",
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


def check(level: Level, others: dict[str | None, Level]) -> Iterator[Remark]:
    """Faults of the paths of one level; ``others`` are all levels by their scope."""
    if len(level.nodes) > MOST_NODES:
        yield TOO_MANY.at(level.id, level.line, level=level.id, count=len(level.nodes), limit=MOST_NODES)
        return
    depth = _depth(level, others)
    if depth > DEEPEST:
        yield TOO_DEEP.at(level.id, level.line, count=depth, limit=DEEPEST)
        return
    yield from _ends(level)
    yield from _reached(level)
    yield from _endless(level, others)
    for split in level.of("parallelGateway"):
        yield from _merged(level, split)


def _depth(level: Level, others: dict[str | None, Level]) -> int:
    depth, scope = 0, level.scope
    while scope is not None and depth <= DEEPEST:
        depth, scope = depth + 1, level.diagram.elements[scope].parent
    return depth


def _ends(level: Level) -> Iterator[Remark]:
    starts = level.of("startEvent")
    if not starts:
        yield NO_START.at(level.id, level.line, level=level.id)
    elif len(starts) > 1:
        yield SEVERAL_STARTS.at(starts[1].id, starts[1].line, level=level.id, count=len(starts))
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


def _endless(level: Level, others: dict[str | None, Level]) -> Iterator[Remark]:
    """Takes away what no round can pass, from both sides; what is left goes round without waiting."""
    left = {node.id for node in level.nodes.values() if _instant(node, others)}
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


def _instant(node: Element, others: dict[str | None, Level]) -> bool:
    """Whether a token can pass without waiting for anything outside."""
    if node.tag != "subProcess":
        return node.tag in INSTANT
    inside = others[node.id]
    if len(inside.nodes) > MOST_NODES:
        return False

    def onward(at: str) -> list[str]:
        passed = inside.nodes[at].tag == "startEvent" or _instant(inside.nodes[at], others)
        return [flow.target for flow in inside.out[at]] if passed else []

    reached = reach([start.id for start in inside.of("startEvent")], onward)
    return any(inside.nodes[at].tag == "endEvent" for at in reached)


def _merged(level: Level, split: Element) -> Iterator[Remark]:
    """Nodes other than joins where two branches of a split arrive over different flows."""
    branches = [_branch(level, flow.target) for flow in level.out[split.id]]
    for one, two in combinations(branches, 2):
        for node in level.nodes.values():
            arriving = {f.id for f in level.into[node.id] if f.source in one or node.id in one and f.source == split.id}
            others = {f.id for f in level.into[node.id] if f.source in two or node.id in two and f.source == split.id}
            if node.tag in JOINS or node.tag == "endEvent" or not (arriving - others and others - arriving):
                continue
            yield MERGED.at(node.id, node.line, split=split.id, node=node.id)


def _branch(level: Level, start: str) -> set[str]:
    """What one branch passes before a join where it has to wait for another branch."""
    passed: set[str] = set()
    size = -1
    while len(passed) != size:
        size = len(passed)

        def onward(at: str) -> list[str]:
            return [flow.target for flow in level.out[at]] if _passes(level, at, passed) else []

        passed = {at for at in reach([start], onward) if _passes(level, at, passed)}
    return passed


def _passes(level: Level, at: str, passed: set[str]) -> bool:
    if level.nodes[at].tag not in JOINS or len(level.into[at]) < 2:
        return True
    return all(flow.source in passed for flow in level.into[at])
