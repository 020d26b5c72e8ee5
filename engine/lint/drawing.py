"""The drawing and the labels: nothing runs differently, but people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.diagrams import Diagram, Element
from engine.lint.names import ACTIVITIES
from engine.lint.remarks import REMARK, Fault, Remark

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
SHOWN = 8

NO_DRAWING = Fault(
    "no_drawing",
    "文件没有图形信息，页面上看不到这张图",
    "the file has no diagram interchange: there is no picture to show",
    "在建模器中打开并保存",
    "open and save it in the modeler",
    REMARK,
)
NOT_DRAWN = Fault(
    "not_drawn",
    "{count} 个节点或顺序流没有画出：{ids}",
    "{count} nodes or flows are not in the drawing: {ids}",
    "在建模器中补画",
    "draw them in the modeler",
    REMARK,
)
NO_ENGLISH = Fault(
    "no_english",
    "{count} 处名称没有英文：{ids}",
    "{count} labels have no English name: {ids}",
    "加上 jc:nameEn（流程用 titleEn，监察点用 nameEn）",
    "add jc:nameEn (titleEn on a process, nameEn on a checkpoint)",
    REMARK,
)

NO_NAME = Fault(
    "no_name",
    "{count} 个环节或选择没有名称：{ids}",
    "{count} steps or choices have no name: {ids}",
    "写上环节做什么、选择问什么",
    "say what the step does, or what the choice asks",
    REMARK,
)


def check(tree: Any, diagram: Diagram) -> Iterator[Remark]:
    """Remarks on what is missing for the reader's eye."""
    drawn = {node.get("bpmnElement") for node in tree.getroot().iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    ids = [*diagram.elements, *(flow.id for flow in diagram.flows if flow.id)]
    missing = [identity for identity in ids if identity not in drawn]
    if not drawn:
        yield NO_DRAWING.at(diagram.process_id, diagram.line)
    elif missing:
        yield NOT_DRAWN.at(diagram.process_id, diagram.line, count=len(missing), ids=_some(missing))
    yield from _labels(tree, diagram)


def _labels(tree: Any, diagram: Diagram) -> Iterator[Remark]:
    out = Counter(flow.source for flow in diagram.flows)
    nameless = [node.id for node in diagram.elements.values() if not node.name and _wants_name(node, out[node.id])]
    if nameless:
        yield NO_NAME.at(diagram.process_id, diagram.line, count=len(nameless), ids=_some(nameless))
    bare = [node.id for node in diagram.elements.values() if node.name and not node.name_en]
    bare += [one.id for one in diagram.checkpoints.values() if one.name and not one.name_en]
    if diagram.title and not diagram.title_en:
        bare.insert(0, diagram.process_id)
    if bare:
        yield NO_ENGLISH.at(diagram.process_id, diagram.line, count=len(bare), ids=_some(bare))


def _wants_name(node: Element, out: int) -> bool:
    """An activity, or a gateway that chooses between flows."""
    return node.tag in ACTIVITIES or (node.tag in ("exclusiveGateway", "inclusiveGateway") and out > 1)


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:SHOWN]) + (" …" if len(ids) > SHOWN else "")
