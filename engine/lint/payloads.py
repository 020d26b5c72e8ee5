"""What events say of their payloads, of their receivers and of the cases that they start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.durations import DurationError, parse_duration
from engine.feel import FeelSyntaxError, parse
from engine.lint.elements import event_kind
from engine.lint.names import BPMN, JC, local, owner
from engine.lint.remarks import Fault, Remark

TRIGGERS = ("message", "signal", "timer")
PLACE = ("district", "department")

NOTHING_CARRIED = Fault(
    "payload_place",
    "jc:{tag} 只能写在消息或信号上",
    "expected jc:{tag} on a message or a signal, found it on something else",
    "删除它",
    "remove it",
)
NO_KEY = Fault(
    "correlation_place",
    "信号发给所有等待者，开始事件也不对应已有案件：这里的 jc:correlation 没有作用",
    "expected jc:correlation where a message finds a case that waits, found it on a signal or a start event",
    "删除它",
    "remove it",
)
KEEP = Fault(
    "keep_duration",
    "keep 须是 ISO 8601 时长（只用于消息），现在是 {found}",
    "expected an ISO 8601 duration as keep of a message, found {found}",
    "例如 P30D",
    "such as P30D",
)
NO_CASE = Fault(
    "start_case_missing",
    "定时开始的案件须写明属于哪里：jc:case 的 {names}",
    "expected jc:case to say where the cases of this timer belong, found no {names}",
    "写成 FEEL，例如 district='\"000001\"'",
    "write FEEL, such as district='\"000001\"'",
)
CASE_PLACE = Fault(
    "start_case_place",
    "jc:case 只能写在流程的消息、信号或定时开始事件上",
    "expected jc:case on a message, signal or timer start event of the process, found it elsewhere",
    "删除它",
    "remove it",
)
BAD_CASE = Fault(
    "start_case_feel",
    "jc:case 的 {name} 不是合格的 FEEL",
    "the {name} of jc:case is not FEEL",
)


def check(tree: Any) -> Iterator[Remark]:
    """Faults of jc:receive, jc:send and jc:case, and of the timers at which cases begin."""
    root = tree.getroot()
    for node in root.iter(f"{BPMN}startEvent"):
        yield from _start(node)
    for tag in ("receive", "send"):
        for node in root.iter(f"{JC}{tag}"):
            yield from _carried(node, tag)
    for node in root.iter(f"{JC}case"):
        yield from _case(node)


def _carried(node: Any, tag: str) -> Iterator[Remark]:
    where, host = (owner(node), node.sourceline), node.getparent().getparent()
    kind = "message" if local(host).endswith("Task") else event_kind(host)
    if kind not in ("message", "signal"):
        yield NOTHING_CARRIED.at(*where, tag=tag)
    elif node.find(f"{JC}correlation") is not None and (kind == "signal" or _begins(host)):
        yield NO_KEY.at(*where)
    keep = node.get("keep")
    if keep is not None and (kind != "message" or not _is_duration(keep)):
        yield KEEP.at(*where, found=keep)


def _start(node: Any) -> Iterator[Remark]:
    if not _begins(node) or event_kind(node) != "timer":
        return
    where = (node.get("id", ""), node.sourceline)
    about = node.find(f"{BPMN}extensionElements/{JC}case")
    lacking = [name for name in PLACE if about is None or not about.get(name)]
    if lacking:
        yield NO_CASE.at(*where, names=", ".join(lacking))


def _case(node: Any) -> Iterator[Remark]:
    where, host = (owner(node), node.sourceline), node.getparent().getparent()
    if not _begins(host) or event_kind(host) not in TRIGGERS:
        yield CASE_PLACE.at(*where)
    for name, text in node.attrib.items():
        try:
            parse(text)
        except FeelSyntaxError:
            yield BAD_CASE.at(*where, name=name)


def _begins(node: Any) -> bool:
    """Whether it is a start event of a process."""
    return local(node) == "startEvent" and local(node.getparent()) == "process"


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except DurationError:
        return False
    return True
