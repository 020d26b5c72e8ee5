"""Reading a loaded BPMN tree into the values of ``engine.diagrams.model``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from engine.catchup import EACH
from engine.diagrams.model import (
    CallInfo,
    CheckpointInfo,
    DecisionInfo,
    Diagram,
    Element,
    EventInfo,
    Flow,
    HandlerInfo,
    LoopInfo,
    ReceiveInfo,
    RuleInfo,
    SendInfo,
    StepInfo,
)
from engine.errors import ModelRefused
from engine.lint import identity
from engine.lint.loading import load
from engine.lint.names import BPMN, EXECUTABLE, FLOW_NODES, JC, SCOPES, children, kind_of, local


@lru_cache(maxsize=64)
def read(xml: bytes) -> Diagram:
    """The diagram in ``xml``; raises ModelRefused with its ``remarks``.

    Refused is what cannot be read without losing something: bytes that are no BPMN, ids that
    are missing, doubled or reserved. Everything else is read as it stands.
    """
    tree = load(xml)
    remarks = list(identity.check(tree))
    if remarks:
        first = remarks[0]
        raise ModelRefused(f"{first.message_en} (line {first.line})", remarks=remarks)
    return survey(tree)


def survey(tree: Any) -> Diagram:
    """The diagram of a loaded tree; never refuses: nodes without an id are left out."""
    refs = names(tree.getroot())
    first, *others = (_process(node, refs) for node in tree.getroot().iterfind(f"{BPMN}process"))
    return replace(first, processes=tuple(others))


def names(root: Any) -> dict[str, str]:
    """Id -> what messages, signals, errors and escalations are known by: their code, else their name."""
    return {
        node.get("id"): node.get(f"{local(node)}Code") or node.get("name", "")
        for node in root.iterfind(f"{BPMN}*")
        if local(node) in ("message", "signal", "error", "escalation")
    }


def _process(process: Any, refs: Mapping[str, str]) -> Diagram:
    about = next(_extensions(process, "process"), None)
    elements: dict[str, Element] = {}
    flows: list[Flow] = []
    checkpoints = [_checkpoint(node) for node in _extensions(process, "checkpoint")]
    for scope, parent in _scopes(process):
        defaults = {(node.get("id"), node.get("default")) for node in children(scope)}
        for node in children(scope):
            if local(node) in FLOW_NODES and node.get("id"):
                elements.setdefault(node.get("id"), _element(node, parent, refs))
                checkpoints += [_checkpoint(own) for own in _extensions(node, "checkpoint") if own.get("id")]
            elif local(node) == "sequenceFlow":
                flows.append(_flow(node, parent, defaults))
    return Diagram(
        process_id=process.get("id", ""),
        system=_get(about, "system"),
        kind=_get(about, "kind") or EXECUTABLE,
        title=process.get("name", ""),
        title_en=_get(about, "titleEn"),
        executable=process.get("isExecutable") == "true",
        line=process.sourceline,
        elements=elements,
        flows=tuple(flows),
        checkpoints={checkpoint.id: checkpoint for checkpoint in reversed(checkpoints)},
    )


def _scopes(process: Any) -> Iterator[tuple[Any, str | None]]:
    """The process and every sub-process below it, each with its id (None for the process).

    Outer ones come before inner ones and each is a child of one before it, so that no element
    can become its own parent, whatever the ids.
    """
    waiting: list[tuple[Any, str | None]] = [(process, None)]
    for scope, own in waiting:
        yield scope, own
        waiting += [(node, node.get("id", "")) for node in children(scope) if local(node) in SCOPES]


def _element(node: Any, parent: str | None, refs: Mapping[str, str]) -> Element:
    checkpoint = next(_extensions(node, "checkpoint"), None)
    return Element(
        id=node.get("id"),
        tag=kind_of(node),
        name=node.get("name", ""),
        name_en=node.get(f"{JC}nameEn", ""),
        line=node.sourceline,
        parent=parent,
        attached_to=node.get("attachedToRef"),
        step=next((_step(step) for step in _extensions(node, "step")), None),
        handler=next((_handler(handler) for handler in _extensions(node, "handler")), None),
        decision=next((_decision(decision) for decision in _extensions(node, "decision")), None),
        call=next((CallInfo(*_mapped(call)) for call in _extensions(node, "call")), None),
        checkpoint=None if checkpoint is None else checkpoint.get("ref") or checkpoint.get("id", ""),
        event=_event(node, refs),
        cancel_activity=node.get("cancelActivity", "true") != "false",
        interrupting=node.get("isInterrupting", "true") != "false",
        loop=_loop(node),
        called=node.get("calledElement"),
        receive=next((_receive(one) for one in _extensions(node, "receive")), ReceiveInfo()),
        about={} if (about := next(_extensions(node, "case"), None)) is None else dict(about.attrib),
        send=next((_send(one) for one in _extensions(node, "send")), SendInfo()),
    )


def _loop(node: Any) -> LoopInfo | None:
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop is None:
        loop = node.find(f"{BPMN}standardLoopCharacteristics")
    if loop is None:
        return None
    several = local(loop).startswith("multi")
    sequential = loop.get("isSequential") == "true"
    return LoopInfo(
        kind=("sequential" if sequential else "parallel") if several else "loop",
        cardinality=_below(loop, "loopCardinality"),
        collection=_below(loop, "loopDataInputRef"),
        item=_name_below(loop, "inputDataItem"),
        results=_below(loop, "loopDataOutputRef"),
        result=_name_below(loop, "outputDataItem"),
        condition=_below(loop, "completionCondition" if several else "loopCondition"),
        maximum=loop.get("loopMaximum"),
    )


def _below(node: Any, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return None if found is None else text(found) or None


def _name_below(node: Any, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return None if found is None else found.get("name") or found.get("id")


def _step(step: Any) -> StepInfo:
    exclude = tuple(step.get("exclude", "").split())
    return StepInfo(step.get("code"), step.get("role"), step.get("form"), exclude)


def _handler(handler: Any) -> HandlerInfo:
    inputs = {node.get("name", ""): text(node) for node in handler.iterfind(f"{JC}input")}
    outputs = tuple(node.get("name", "") for node in handler.iterfind(f"{JC}output"))
    return HandlerInfo(handler.get("name", ""), inputs, outputs)


def _receive(node: Any) -> ReceiveInfo:
    outputs = {one.get("name", ""): text(one) for one in node.iterfind(f"{JC}output")}
    return ReceiveInfo(_correlation(node), outputs)


def _send(node: Any) -> SendInfo:
    inputs = {one.get("name", ""): text(one) for one in node.iterfind(f"{JC}input")}
    return SendInfo(_correlation(node), inputs, node.get("keep"))


def _correlation(node: Any) -> str | None:
    found = node.find(f"{JC}correlation")
    return None if found is None else text(found)


def _decision(decision: Any) -> DecisionInfo:
    inputs, outputs = _mapped(decision)
    return DecisionInfo(decision.get("ref", ""), inputs, decision.get("result"), outputs)


def _mapped(node: Any) -> tuple[dict[str, str], dict[str, str]]:
    """What goes in and what comes out, each a name with its FEEL text."""
    inputs, outputs = (
        {one.get("name", ""): text(one) for one in node.iterfind(f"{JC}{way}")} for way in ("input", "output")
    )
    return inputs, outputs


def _checkpoint(node: Any) -> CheckpointInfo:
    rules = tuple(_rule(rule) for rule in node.iterfind(f"{JC}rule"))
    return CheckpointInfo(node.get("id", ""), node.get("name", ""), node.get("nameEn", ""), rules, node.sourceline)


def _rule(rule: Any) -> RuleInfo:
    given = ("id", "kind", "dimension", "level", "ladder", "basis", "confidence", "message")
    return RuleInfo(
        **{name: rule.get(name, "") for name in given},
        message_en=rule.get("messageEn", ""),
        dry_run=rule.get("dryRun", ""),
        params={node.get("name", ""): text(node) for node in rule.iterfind(f"{JC}param")},
        line=rule.sourceline,
        auto_card=rule.get("autoCard") == "true",
    )


def _event(node: Any, refs: Mapping[str, str]) -> EventInfo | None:
    if local(node) in ("receiveTask", "sendTask"):
        return EventInfo("message", ref=refs.get(node.get("messageRef", "")))
    if not local(node).endswith("Event"):
        return None
    definitions = [child for child in children(node) if local(child).endswith("EventDefinition")]
    definitions += node.findall(f"{BPMN}eventDefinitionRef")
    if len(definitions) != 1:
        return EventInfo("multiple" if definitions else "none")
    return replace(_definition(definitions[0], refs), catch_up=node.get(f"{JC}catchUp", EACH))


def _definition(definition: Any, refs: Mapping[str, str]) -> EventInfo:
    kind = local(definition).removesuffix("EventDefinition")
    if kind == "timer":
        time = next((child for child in children(definition) if local(child).startswith("time")), None)
        return EventInfo(kind) if time is None else EventInfo(kind, local(time), text(time))
    if kind == "conditional":
        condition = definition.find(f"{BPMN}condition")
        return EventInfo(kind, text=None if condition is None else text(condition))
    if kind == "link":
        return EventInfo(kind, ref=definition.get("name"))
    return EventInfo(kind, ref=refs.get(definition.get(f"{kind}Ref", "")))


def _flow(node: Any, parent: str | None, defaults: set[tuple[str | None, str | None]]) -> Flow:
    condition = node.find(f"{BPMN}conditionExpression")
    return Flow(
        id=node.get("id", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        condition=None if condition is None else text(condition) or None,
        default=bool(node.get("id")) and (node.get("sourceRef"), node.get("id")) in defaults,
        line=node.sourceline,
        parent=parent,
    )


def _extensions(node: Any, tag: str) -> Iterator[Any]:
    """The ``jc`` extension elements of one kind on a node."""
    yield from node.iterfind(f"{BPMN}extensionElements/{JC}{tag}")


def text(node: Any) -> str:
    """The text in a node, without the blanks around it; "" where there is none."""
    return "".join(node.itertext()).strip()


def _get(node: Any, name: str) -> str:
    return "" if node is None else str(node.get(name, ""))
