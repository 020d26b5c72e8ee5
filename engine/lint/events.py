"""Events: times that parse, messages that exist, boundary events on something that waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.catchup import COALESCED, POLICIES, SKIP
from engine.diagrams import Element, EventInfo
from engine.durations import DurationError, is_iso8601, parse_duration, parse_instant, parse_repeat
from engine.lint.graph import Level
from engine.lint.names import ACTIVITIES, EVENT_SUB_PROCESS, SCOPES
from engine.lint.payloads import TRIGGERS
from engine.lint.remarks import REMARK, Fault, Remark
from engine.lint.thrown import OUTWARD

CHECKPOINT_TIME = "checkpoint"

NO_TIME = Fault(
    "timer_without_time",
    "定时事件没有写时间",
    "expected a time on this timer event, found none",
    "写 timeDate 或 timeDuration：ISO 8601 或 FEEL",
    "write timeDate or timeDuration in ISO 8601 or FEEL",
)
WRONG_TIME = Fault(
    "timer_kind",
    "{kind} 里写的是 {text}，按 {found} 执行",
    "{kind} holds {text}, which is taken as a {found}",
    "时刻用 timeDate，时长用 timeDuration",
    "an instant is a timeDate, a length of time a timeDuration",
    REMARK,
)
REPEATED = Fault(
    "timer_repeated",
    "{kind} 里写的是循环 {text}",
    "expected one instant or duration in this {kind}, found the repetition {text}",
    "循环写在 timeCycle 里",
    "a repetition is a timeCycle",
)
ONCE = Fault(
    "timer_once",
    "这里的定时只触发一次，{text} 只用第一次",
    "this timer goes off once: of {text} only the first firing counts",
    "只有不中断的边界事件和事件子流程才会重复触发",
    "only events that interrupt nothing, on a border or of an event sub-process, go off again",
    REMARK,
)
# What looks like ISO 8601 is meant as that, and not as a name or a subtraction in FEEL.
_PARSERS: dict[str, Callable[[str], object]] = {"P": parse_duration, "R": parse_repeat}
_LIKE_A_TIME = re.compile(r"R[0-9]*/.*|P(T|[0-9])[0-9A-Z.,]*|[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?")
UNFIT_TIME = Fault(
    "timer_unfit",
    "时间 {text} 永远不会到来",
    "expected a time that can come, found {text}, which lacks {expected}",
    "时刻须写时区，如 2026-07-01T09:00:00+08:00；时长最多 100 年，如 P5D",
    "give an instant its offset, such as 2026-07-01T09:00:00+08:00; a duration is at most 100 years, such as P5D",
)
QUOTED_TIME = Fault(
    "timer_quoted",
    "时间 {text} 不要加引号",
    "expected ISO 8601 without quotes or a FEEL date or duration, found {text}",
    "去掉引号",
    "remove the quotes",
)
CATCH_UP = Fault(
    "catch_up_policy",
    "catchUp 须为 each、coalesced 或 skip，现在是 {found}",
    "expected each, coalesced or skip as jc:catchUp, found {found}",
)
SKIPPED_WAIT = Fault(
    "catch_up_wait",
    "流程在这个定时事件上等待，跳过后将永远停住",
    "the flow waits at this timer: skipped, it would wait for ever",
    "用 catchUp=each，或改为边界事件",
    "use catchUp=each, or make it a boundary event",
)
NOTHING_TO_COALESCE = Fault(
    "catch_up_once",
    "只触发一次的定时没有可合并的，catchUp=coalesced 没有作用",
    "this timer fires once, so catchUp=coalesced has no effect",
    severity=REMARK,
)
NO_MESSAGE = Fault(
    "message_missing",
    "没有引用有名称的消息",
    "expected a reference to a message with a name, found none",
    "在 definitions 下声明 message 并引用它的 id",
    "declare a message under definitions and refer to its id",
)
NO_CONDITION = Fault(
    "event_condition_missing", "条件事件没有条件", "expected a condition on this conditional event, found none"
)
INTERRUPTING = Fault(
    "conditional_interrupting",
    "数据监察点的边界事件须为不中断",
    "expected cancelActivity=false on the event of a data checkpoint, found an interrupting one",
    "设为不中断（cancelActivity=false）",
    "make it non-interrupting",
)
NO_HOST = Fault(
    "boundary_host",
    "边界事件附着的 {host} 不是同一层的活动",
    "expected an activity of the same level as attachedToRef, found {host}",
)
STARTS_NOTHING = Fault(
    "start_event_kind",
    "这里的开始事件不能等待 {kind}",
    "expected another start event here, found one that waits for a {kind}",
    "子流程用普通开始事件；流程可由消息、信号或定时启动",
    "a sub-process has a plain one; a process may begin by a message, a signal or a time",
)
NO_TRIGGER = Fault(
    "event_sub_process_start",
    "事件子流程的开始事件没有说明等待什么",
    "expected the start event of this event sub-process to wait for something, found a plain one",
)
THROWN_FROM = Fault(
    "boundary_thrown",
    "{kind} 只能从子流程或调用活动中抛出，{host} 不是",
    "expected a sub-process or call activity as the host of an {kind} event, found {host}: nothing is thrown in it",
    "附着到子流程或调用活动",
    "attach it to a sub-process or call activity",
)
QUICK_HOST = Fault(
    "boundary_never",
    "{host} 不等待，边界事件不会发生",
    "{host} never waits, so this event cannot happen",
    "附着到用户任务、接收任务或子流程",
    "attach it to a user task, a receive task or a sub-process",
    severity=REMARK,
)


START_TIME = Fault(
    "start_timer_text",
    "流程的定时开始须写 ISO 8601 的时刻、时长或循环，现在是 {text}",
    "expected ISO 8601 as the time at which cases begin (there is no case to read yet), found {text}",
    "例如 R/2026-01-01T09:00:00+08:00/P1D",
    "such as R/2026-01-01T09:00:00+08:00/P1D",
)


def check(level: Level) -> Iterator[Remark]:
    """Faults of the events (and receive tasks) of one level."""
    for node in level.nodes.values():
        event = node.event
        if event is None:
            continue
        if event.kind == "timer":
            yield from _timer(node, event)
            yield from _catch_up(node, event)
        elif event.kind == "message" and not event.ref:
            yield NO_MESSAGE.at(node.id, node.line)
        elif event.kind == "conditional" and not event.text:
            yield NO_CONDITION.at(node.id, node.line)
        if node.tag == "boundaryEvent":
            yield from _boundary(level, node)
        elif node.tag == "startEvent":
            yield from _start(level, node, event)


def _timer(node: Element, event: EventInfo) -> Iterator[Remark]:
    text = event.text or ""
    if not text:
        yield NO_TIME.at(node.id, node.line)
        return
    if text[0] in "\"'" and is_iso8601(text.strip("\"'")):
        yield QUOTED_TIME.at(node.id, node.line, text=text)
    elif text[0] == "R" and is_iso8601(text) and event.text_kind != "timeCycle":
        yield REPEATED.at(node.id, node.line, kind=event.text_kind, text=text)
    elif _LIKE_A_TIME.fullmatch(text) and (expected := _unfit(text)) is not None:
        yield UNFIT_TIME.at(node.id, node.line, text=text, expected=expected)
    elif node.tag == "startEvent" and node.parent is None and not _can_come(text):
        yield START_TIME.at(node.id, node.line, text=text)
    elif text[0] == "R" and is_iso8601(text):
        if not _goes_on(node):
            yield ONCE.at(node.id, node.line, text=text)
    elif is_iso8601(text):
        found = {"P": "timeDuration", "R": "timeCycle"}.get(text[0], "timeDate")
        if found != event.text_kind:
            yield WRONG_TIME.at(node.id, node.line, kind=event.text_kind, text=text, found=found)


def _goes_on(node: Element) -> bool:
    return not (node.interrupting and node.cancel_activity)


def _can_come(text: str) -> bool:
    """Whether the text is ISO 8601 that names every instant by itself."""
    if not is_iso8601(text):
        return False
    try:
        return text[0] in "PR" or bool(parse_instant(text))
    except DurationError:
        return False


def _unfit(text: str) -> str | None:
    """What ISO 8601 text lacks to be a time that can come; None when it lacks nothing."""
    try:
        _PARSERS.get(text[0], parse_instant)(text)
    except DurationError as error:
        return error.expected
    return None


def _start(level: Level, node: Element, event: EventInfo) -> Iterator[Remark]:
    scope = level.diagram.elements.get(level.scope or "")
    triggered = scope is not None and scope.tag == EVENT_SUB_PROCESS
    if triggered and event.kind == "none":
        yield NO_TRIGGER.at(node.id, node.line)
    elif not triggered and event.kind != "none" and (level.scope or event.kind not in TRIGGERS):
        yield STARTS_NOTHING.at(node.id, node.line, kind=event.kind)


def _catch_up(node: Element, event: EventInfo) -> Iterator[Remark]:
    if event.catch_up not in POLICIES:
        yield CATCH_UP.at(node.id, node.line, found=event.catch_up or "-")
    elif event.catch_up == SKIP and node.tag == "intermediateCatchEvent":
        yield SKIPPED_WAIT.at(node.id, node.line)
    elif event.catch_up == COALESCED and event.text_kind != "timeCycle":
        yield NOTHING_TO_COALESCE.at(node.id, node.line)


def _boundary(level: Level, node: Element) -> Iterator[Remark]:
    host = level.nodes.get(node.attached_to or "")
    if host is None or host.tag not in ACTIVITIES:
        yield NO_HOST.at(node.id, node.line, host=node.attached_to or "-")
    elif host.tag in ("businessRuleTask", "serviceTask", "sendTask", "task"):
        yield QUICK_HOST.at(node.id, node.line, host=host.id)
    elif node.event and node.event.kind in OUTWARD and host.tag not in (*SCOPES, "callActivity"):
        yield THROWN_FROM.at(node.id, node.line, kind=node.event.kind, host=host.id)
    if node.event and node.event.kind == "conditional" and node.checkpoint is not None and node.cancel_activity:
        yield INTERRUPTING.at(node.id, node.line)
