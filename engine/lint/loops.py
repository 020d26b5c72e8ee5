"""Activities that run several times: how often is said, and it ends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import Element, LoopInfo
from engine.lint.graph import Level
from engine.lint.names import ACTIVITIES
from engine.lint.remarks import REMARK, Fault, Remark

PERSONS = ("userTask", "manualTask")

WRONG_HOST = Fault(
    "loop_host",
    "{tag} 不能带循环或多实例标记",
    "expected a loop or multi-instance marker on an activity, found one on this {tag}",
)
HOW_OFTEN = Fault(
    "instances_missing",
    "多实例须写 loopCardinality 或 loopDataInputRef，二者取一",
    "expected either loopCardinality or loopDataInputRef, found {found}",
    "写实例的数量，或写集合",
    "write how many instances there are, or for which collection",
)
NO_BOUND = Fault(
    "loop_unbounded",
    "循环须写 loopMaximum 或 loopCondition",
    "expected loopMaximum or loopCondition on this loop, found neither",
)
NO_WAIT = Fault(
    "loop_endless",
    "{node} 不等待，循环须写 loopMaximum",
    "expected loopMaximum on the loop of {node}, which never waits",
)
BAD_MAXIMUM = Fault(
    "loop_maximum",
    "loopMaximum 须是 1 到 1000 的整数，现在是 {found}",
    "expected a whole number from 1 to 1000 as loopMaximum, found {found}",
)
NO_ITEMS = Fault(
    "item_without_collection",
    "没有集合，inputDataItem {item} 没有值",
    "the item {item} has no value: there is no collection",
    severity=REMARK,
)
HALF_RESULT = Fault(
    "result_incomplete",
    "收集结果须同时写 loopDataOutputRef 和 outputDataItem",
    "expected both loopDataOutputRef and outputDataItem, found one of them",
)
NOT_A_PERSON = Fault(
    "result_host",
    "只有用户任务的结果能收集，{node} 不是",
    "expected a user or manual task whose results are collected, found {node}",
)
_INSTANT = ("serviceTask", "businessRuleTask", "sendTask", "task")


def check(level: Level, quick: set[str]) -> Iterator[Remark]:
    """Faults of the loops of one level; ``quick`` are the sub-processes and calls that never wait."""
    for node in level.nodes.values():
        if node.loop is None:
            continue
        if node.tag not in ACTIVITIES:
            yield WRONG_HOST.at(node.id, node.line, tag=node.tag)
        elif node.loop.kind == "loop":
            yield from _standard(node, node.loop, node.tag in _INSTANT or node.id in quick)
        else:
            yield from _several(node, node.loop)


def _standard(node: Element, loop: LoopInfo, never_waits: bool) -> Iterator[Remark]:
    if loop.maximum is not None:
        if not (loop.maximum.isascii() and loop.maximum.isdigit() and 1 <= int(loop.maximum) <= 1000):
            yield BAD_MAXIMUM.at(node.id, node.line, found=loop.maximum)
    elif loop.condition is None:
        yield NO_BOUND.at(node.id, node.line)
    elif never_waits:
        yield NO_WAIT.at(node.id, node.line, node=node.id)


def _several(node: Element, loop: LoopInfo) -> Iterator[Remark]:
    if bool(loop.cardinality) == bool(loop.collection):
        yield HOW_OFTEN.at(node.id, node.line, found="both" if loop.cardinality else "neither")
    if loop.item and not loop.collection:
        yield NO_ITEMS.at(node.id, node.line, item=loop.item)
    if bool(loop.results) != bool(loop.result):
        yield HALF_RESULT.at(node.id, node.line)
    elif loop.results and node.tag not in PERSONS:
        yield NOT_A_PERSON.at(node.id, node.line, node=node.id)
