"""Checkpoints: declared once, hung on an event that can look, led to a rule task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.diagrams import CheckpointInfo, Element
from engine.lint.events import CHECKPOINT_TIME
from engine.lint.graph import Level
from engine.lint.known import Known
from engine.lint.names import JC, owner
from engine.lint.remarks import REMARK, Fault, Remark

STEP_COMPLETED = "step completed"

NO_ID = Fault(
    "checkpoint_id",
    "jc:checkpoint 须有 id 或 ref，二者取一",
    "expected either id or ref on jc:checkpoint, found {found}",
)
DOUBLE = Fault(
    "checkpoint_double",
    "监察点 {id} 声明了两次（先在第 {first} 行）",
    "expected checkpoint {id} to be declared once, found it again (first on line {first})",
    "第二处用 ref",
    "use ref in the second place",
)
NOT_DECLARED = Fault(
    "checkpoint_undeclared",
    "监察点 {id} 没有声明",
    "expected a declared checkpoint, found ref {id}",
    "在 process 的 extensionElements 里声明它",
    "declare it in the extensionElements of the process",
)
NOT_HUNG = Fault(
    "checkpoint_unused",
    "监察点 {id} 没有挂在任何边界事件上，不会被检查",
    "checkpoint {id} hangs on no boundary event: it is never looked at",
    "用 <jc:checkpoint ref=…/> 挂到边界事件",
    "hang it on a boundary event with <jc:checkpoint ref=…/>",
    REMARK,
)
NO_RULES = Fault("checkpoint_empty", "监察点 {id} 没有规则", "expected a rule in checkpoint {id}, found none")
NOT_TIMED = Fault(
    "checkpoint_time",
    "定时监察点的 timeDate 须写 checkpoint，现在是 {text}",
    "expected <timeDate>checkpoint</timeDate> on a timer checkpoint, found {text}",
    "期限写在规则里",
    "the limit belongs into the rule",
)
NO_LIMIT = Fault(
    "checkpoint_limit",
    "定时监察点 {id} 没有时限类规则（{timed}），永远不会到期",
    "expected a rule of a kind {timed} in the timer checkpoint {id}, found none: it would never be due",
)
NOT_A_CHECKPOINT = Fault(
    "timer_checkpoint",
    "时间写的是 checkpoint，但事件上没有 jc:checkpoint",
    "expected jc:checkpoint on an event timed by checkpoint, found none",
)
NO_CHECKPOINT = Fault(
    "conditional_checkpoint",
    "条件边界事件须是数据监察点",
    "expected jc:checkpoint on a conditional boundary event, found none",
    "加上 <jc:checkpoint …/>，或改用网关",
    "add <jc:checkpoint …/>, or use a gateway",
)
NOT_AT_COMPLETION = Fault(
    "checkpoint_condition",
    "数据监察点的条件须以 step completed 开头，现在是 {text}",
    "expected the condition step completed (and …) on a data checkpoint, found {text}",
    "写 step completed 或 step completed and …",
    "write step completed, or step completed and …",
)
NO_RULE_TASK = Fault(
    "checkpoint_task",
    "监察点 {id} 的边界事件没有连到业务规则任务",
    "expected the event of checkpoint {id} to lead to a business rule task, found {found}",
    "连到处理器为 rule_check 的业务规则任务",
    "lead it to a business rule task with the handler rule_check",
)


def check_declared(tree: Any) -> Iterator[Remark]:
    """Faults of the declarations of a file: ids, references, doubles, and those that hang nowhere."""
    nodes = list(tree.getroot().iter(f"{JC}checkpoint"))
    declared: dict[str, Any] = {}
    for node in nodes:
        identity, ref = node.get("id"), node.get("ref")
        where = (identity or owner(node), node.sourceline)
        if bool(identity) == bool(ref):
            yield NO_ID.at(*where, found="both" if identity else "neither")
        elif identity in declared:
            yield DOUBLE.at(*where, id=identity, first=declared[identity].sourceline)
        elif identity:
            declared[identity] = node
    yield from _hung(nodes, declared)


def _hung(nodes: list[Any], declared: dict[str, Any]) -> Iterator[Remark]:
    refs = {node.get("ref") for node in nodes}
    for node in nodes:
        ref = node.get("ref")
        if ref and ref not in declared:
            yield NOT_DECLARED.at(owner(node), node.sourceline, id=ref)
    for identity, node in declared.items():
        on_process = node.getparent().getparent() is not None and node.getparent().getparent().tag.endswith("}process")
        if on_process and identity not in refs:
            yield NOT_HUNG.at(identity, node.sourceline, id=identity)
        if node.find(f"{JC}rule") is None:
            yield NO_RULES.at(identity, node.sourceline, id=identity)


def check(level: Level, known: Known) -> Iterator[Remark]:
    """Faults of the events on which checkpoints hang."""
    for node in level.nodes.values():
        event = node.event
        if event is None:
            continue
        if event.kind == "timer" and event.text == CHECKPOINT_TIME and node.checkpoint is None:
            yield NOT_A_CHECKPOINT.at(node.id, node.line)
        if node.tag != "boundaryEvent":
            continue
        if node.checkpoint is not None:
            yield from _hangs(level, node, level.diagram.checkpoints.get(node.checkpoint), known)
        elif event.kind == "conditional":
            yield NO_CHECKPOINT.at(node.id, node.line)


def _hangs(level: Level, node: Element, checkpoint: CheckpointInfo | None, known: Known) -> Iterator[Remark]:
    assert node.event is not None
    where, text = (node.id, node.line), node.event.text or "-"
    if node.event.kind == "timer":
        if text != CHECKPOINT_TIME or node.event.text_kind != "timeDate":
            yield NOT_TIMED.at(*where, text=f"{node.event.text_kind or '-'} {text}")
        if checkpoint and not any(rule.kind in known.timed for rule in checkpoint.rules):
            yield NO_LIMIT.at(*where, id=checkpoint.id, timed=", ".join(sorted(known.timed)))
    elif node.event.kind == "conditional" and not _at_completion(text):
        yield NOT_AT_COMPLETION.at(*where, text=text)
    behind = [level.nodes[flow.target] for flow in level.out[node.id]]
    if any(target.tag != "businessRuleTask" or target.decision is not None for target in behind) or not behind:
        found = ", ".join(target.id for target in behind) or "-"
        yield NO_RULE_TASK.at(*where, id=node.checkpoint or "-", found=found)


def _at_completion(text: str) -> bool:
    words = text.split()
    return " ".join(words[:2]) == STEP_COMPLETED and (len(words) == 2 or words[2] == "and")
