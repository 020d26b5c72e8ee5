"""What is thrown and who catches it: errors and escalations outwards, links on their level."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import Diagram, Element
from engine.lint.graph import Level
from engine.lint.names import CALLABLE, EVENT_SUB_PROCESS
from engine.lint.remarks import REMARK, Fault, Remark

OUTWARD = ("error", "escalation")

NO_NAME = Fault(
    "event_reference",
    "{kind} 事件没有引用有名称的 {kind}",
    "expected a reference to a {kind} with a name, found none",
    "在 definitions 下声明并引用它的 id",
    "declare it under definitions and refer to its id",
)
NOT_CAUGHT = Fault(
    "error_uncaught",
    "错误 {name} 没有任何事件接住",
    "expected an event that can catch the error {name}, found none",
    "在外层子流程或调用活动上附着错误边界事件，或画出错误事件子流程",
    "attach an error event to the sub-process or call around it, or draw an event sub-process",
)
NOT_HEARD = Fault(
    "escalation_unheard",
    "升级 {name} 没有事件接住，没有作用",
    "nothing catches the escalation {name}: it has no effect",
    severity=REMARK,
)
ALWAYS_INTERRUPTS = Fault(
    "error_interrupts",
    "错误事件总是中断的",
    "expected an interrupting error event, found a non-interrupting one",
)
LINK_NAME = Fault("link_name", "链接事件没有名称", "expected a name on this link event, found none")
NO_TARGET = Fault(
    "link_target",
    "链接 {name} 在同一层须有恰好一个捕获事件，现在有 {count} 个",
    "expected one link catch event named {name} on this level, found {count}",
)
NO_SOURCE = Fault(
    "link_source",
    "没有链接抛出事件通向 {name}",
    "expected a link throw event named {name} on this level, found none",
)
LINK_FLOW = Fault(
    "link_flow",
    "链接事件的这一端不能再连顺序流",
    "expected no sequence flow at this end of a link, found one",
)


def check(diagram: Diagram, found: dict[str, list[Level]], own: int) -> Iterator[Remark]:
    """Faults of the events of a file; ``found`` are the levels of each process, ``own`` is how many it holds itself."""
    for process in (diagram, *diagram.processes)[:own]:
        for node in process.elements.values():
            yield from _event(diagram, process, node)
        for level in found[process.process_id]:
            yield from _links(level)


def _event(diagram: Diagram, process: Diagram, node: Element) -> Iterator[Remark]:
    event = node.event
    if event is None or event.kind not in (*OUTWARD, "signal"):
        return
    throws = node.tag in ("endEvent", "intermediateThrowEvent")
    if not event.ref and (throws or event.kind == "signal"):
        yield NO_NAME.at(node.id, node.line, kind=event.kind)
    elif event.kind == "error" and not throws:
        if not (node.interrupting and node.cancel_activity):
            yield ALWAYS_INTERRUPTS.at(node.id, node.line)
    elif throws and event.kind in OUTWARD and not _caught(diagram, process, node, event.kind, event.ref):
        fault = NOT_CAUGHT if event.kind == "error" else NOT_HEARD
        yield fault.at(node.id, node.line, name=event.ref)


def uncaught(diagram: Diagram, process: Diagram, node: Element) -> Iterator[str]:
    """The error that the node throws, where nothing catches it."""
    event = node.event
    throws = event is not None and event.kind == "error" and node.tag in ("endEvent", "intermediateThrowEvent")
    if throws and event is not None and not _caught(diagram, process, node, event.kind, event.ref):
        yield event.ref or ""


def _caught(
    diagram: Diagram, process: Diagram, node: Element, kind: str, ref: str | None, inside: tuple[str, ...] = ()
) -> bool:
    """Whether something around the node, in its process or in one that calls it, catches it.

    `inside`: the processes looked at on the way out; those that call each other in a circle are refused elsewhere.
    """
    elements = process.elements.values()
    inside = (*inside, process.process_id)
    scope = node.parent
    while True:
        if any(_catches(start, kind, ref) for start in _starts(process, scope)):
            return True
        if scope is None or scope not in process.elements:
            break
        if any(one.attached_to == scope and _catches(one, kind, ref) for one in elements):
            return True
        scope = process.elements[scope].parent
    if process is diagram and diagram.kind == CALLABLE:
        return True  # whoever calls it is asked for an event that does
    return any(
        any(one.attached_to == call.id and _catches(one, kind, ref) for one in caller.elements.values())
        or _caught(diagram, caller, call, kind, ref, inside)
        for caller in (diagram, *diagram.processes)
        for call in caller.elements.values()
        if call.tag == "callActivity" and call.called == process.process_id and caller.process_id not in inside
    )


def _starts(process: Diagram, scope: str | None) -> Iterator[Element]:
    """The start events of the event sub-processes that listen in a scope."""
    beside = {one.id for one in process.elements.values() if one.tag == EVENT_SUB_PROCESS and one.parent == scope}
    return (one for one in process.elements.values() if one.tag == "startEvent" and one.parent in beside)


def _catches(node: Element, kind: str, ref: str | None) -> bool:
    return node.event is not None and node.event.kind == kind and node.event.ref in (ref, None)


def _links(level: Level) -> Iterator[Remark]:
    links = [node for node in level.nodes.values() if node.event is not None and node.event.kind == "link"]
    for node in links:
        assert node.event is not None
        name, throws = node.event.ref, node.tag == "intermediateThrowEvent"
        others = [one for one in links if one.tag != node.tag and one.event is not None and one.event.ref == name]
        drawn = level.out[node.id] if throws else level.into[node.id]
        if not name:
            yield LINK_NAME.at(node.id, node.line)
        elif throws and len(others) != 1:
            yield NO_TARGET.at(node.id, node.line, name=name, count=len(others))
        elif not throws and not others:
            yield NO_SOURCE.at(node.id, node.line, name=name)
        if any(not flow.id.endswith(".link") for flow in drawn):
            yield LINK_FLOW.at(node.id, node.line)
