"""Business rule tasks that decide: the decision is beside the model, gets what it needs, and its value goes somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.decisions import Bundle, Filed
from engine.diagrams import DecisionInfo, Diagram, Element
from engine.errors import ModelRefused, NotFound
from engine.lint.known import Known
from engine.lint.names import BPMN, JC, local, namespace
from engine.lint.remarks import Fault, Remark

ELSEWHERE = ("decisionRef", "decisionTableReferenceKey", "calledDecision")

NO_REF = Fault("decision_ref", "jc:decision 没有写 ref", "expected a ref on jc:decision, found none")
UNKNOWN = Fault(
    "decision_unknown",
    "模型旁的 .dmn 文件中，id 为 {ref} 的决策须恰好有一个（现有：{known}）",
    "expected one decision with the id {ref} in the .dmn files beside the model (there: {known})",
    "把 .dmn 文件放进模型所在的文件夹，ref 写决策的 id",
    "put the .dmn file into the folder of the model; ref is the id of the decision",
)
BROKEN = Fault(
    "decision_broken",
    "决策 {ref} 所在的文件有误：第 {line} 行，{cause_zh}",
    "the file of decision {ref} is refused: line {line}: {cause_en}",
)
NO_INPUT = Fault(
    "decision_input_missing",
    "决策 {ref} 需要输入 {name}，这里没有给",
    "expected the input {name} of decision {ref}, found none",
    '加上 <jc:input name="{name}">FEEL</jc:input>',
    'add <jc:input name="{name}">FEEL</jc:input>',
)
UNKNOWN_INPUT = Fault(
    "decision_input_unknown",
    "决策 {ref} 不读取输入 {name}（它读取：{known}）",
    "expected the inputs that decision {ref} reads ({known}), found {name}",
)
NO_RESULT = Fault(
    "decision_result",
    "决策 {ref} 的结果没有去处",
    "expected a field that takes the value of decision {ref}, found none",
    '写 result="…"，或加上 <jc:output name="…"/>',
    'write result="…", or add <jc:output name="…"/>',
)
BOTH = Fault(
    "decision_and_handler",
    "业务规则任务或者决策，或者调用处理器，不能两者都有",
    "expected either jc:decision or jc:handler on a business rule task, found both",
    "分成两个任务",
    "make two tasks of it",
)
ELSEWHERE_REF = Fault(
    "decision_foreign",
    "{name} 是其他产品的写法，不起作用：这里用 jc:decision 指明决策",
    "{name} is another product's and has no effect: a decision is named by jc:decision here",
    '写 <jc:decision ref="{ref}" result="…"> 和每个输入的 <jc:input name="…">FEEL</jc:input>',
    'write <jc:decision ref="{ref}" result="…"> with a <jc:input name="…">FEEL</jc:input> for each input',
)


def check(diagram: Diagram, known: Known) -> Iterator[Remark]:
    """Faults of the tasks of a process that decide; without known decisions only of what is written in the task."""
    for node in diagram.elements.values():
        if node.decision is not None:
            yield from _task(node, node.decision, known.decisions)


def _task(node: Element, info: DecisionInfo, bundle: Bundle | None) -> Iterator[Remark]:
    where = (node.id, node.line)
    if node.handler is not None:
        yield BOTH.at(*where)
    if not info.ref:
        yield NO_REF.at(*where)
        return
    if not info.result and not info.outputs:
        yield NO_RESULT.at(*where, ref=info.ref)
    if bundle is None:
        return
    try:
        filed = bundle.find(info.ref)
    except NotFound:
        yield UNKNOWN.at(*where, ref=info.ref, known=", ".join(bundle.ids) or "-")
    except ModelRefused as refused:
        first: Remark = refused.facts["remarks"][0]
        facts = {"line": first.line, "cause_zh": first.message_zh, "cause_en": first.message_en}
        yield BROKEN.at(*where, ref=info.ref, **facts)
    else:
        yield from _inputs(where, info, filed)


def _inputs(where: tuple[str, int], info: DecisionInfo, filed: Filed) -> Iterator[Remark]:
    for name in filed.inputs:
        if name not in info.inputs:
            yield NO_INPUT.at(*where, ref=info.ref, name=name)
    for name in info.inputs:
        if name and name not in filed.inputs:
            yield UNKNOWN_INPUT.at(*where, ref=info.ref, name=name, known=", ".join(filed.inputs) or "-")


def check_elsewhere(tree: Any) -> Iterator[Remark]:
    """Decisions that a business rule task names in the way of another product, and not in ours."""
    for node in tree.getroot().iter(f"{BPMN}businessRuleTask"):
        if node.find(f"{BPMN}extensionElements/{JC}decision") is not None:
            continue
        for name, ref in _named_elsewhere(node):
            yield ELSEWHERE_REF.at(node.get("id"), node.sourceline, name=name, ref=ref or "…")


def _named_elsewhere(node: Any) -> Iterator[tuple[str, str]]:
    """Attributes that refer to a decision, and elements that do."""
    for name, value in node.attrib.items():
        if namespace(name) and name.rpartition("}")[2] in ELSEWHERE:
            yield name.rpartition("}")[2], value.strip()
    for child in node.iterfind(f"{BPMN}extensionElements/*"):
        if local(child) in ELSEWHERE and not child.tag.startswith((BPMN, JC)):
            yield local(child), (child.get("decisionId") or "").strip()
