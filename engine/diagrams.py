"""A BPMN file as frozen values: its elements, its flows, and our extension elements.

``prepare`` gives the checked tree for SpiffWorkflow's parser, ``read`` the values for
everybody else. Whether the elements *run* is ``engine.profile``'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from engine.catchup import EACH
from engine.errors import ModelRefused
from engine.lint import identity
from engine.lint.loading import load, prepare
from engine.lint.names import BPMN, EXECUTABLE, FLOW_NODES, JC, SCOPES, children, kind_of, local

__all__ = [
    "CallInfo", "CheckpointInfo", "DecisionInfo", "Diagram", "Element", "EventInfo", "Flow", "HandlerInfo", "LoopInfo", "ReceiveInfo",
    "RuleInfo", "SendInfo", "StepInfo",
    "load", "names", "prepare", "read", "survey", "waits_for_data",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepInfo:
    """``jc:step``: step code, the role that may do it, its form, elements whose actors may not."""

    code: str | None
    role: str | None
    form: str | None
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandlerInfo:
    """``jc:handler``: the handler called, its inputs in FEEL, the outputs that reach the case data."""

    name: str
    inputs: Mapping[str, str]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiveInfo:
    """``jc:receive``: the key by which a message finds the case, and what of a payload reaches the case data.

    ``correlation`` is FEEL over the case data, None for the case's own number. ``outputs`` are fields with their
    FEEL, which sees ``firing.payload``; an empty text takes the field of that name from the payload.
    """

    correlation: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendInfo:
    """``jc:send``: for whom a message is, what it carries, and how long it is kept while nobody waits for it.

    ``correlation`` is FEEL over the case data, None for the case's own number; ``inputs`` are the fields of the
    payload with their FEEL; ``keep`` is an ISO 8601 duration.
    """

    correlation: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    keep: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """``jc:decision``: the id of a decision in a DMN file beside the model; ``inputs`` name -> FEEL.

    ``result`` is the field that takes the whole value; ``outputs`` field -> FEEL over ``result``, where an empty text
    is the entry of the field's own name.
    """

    ref: str
    inputs: Mapping[str, str]
    result: str | None
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CallInfo:
    """``jc:call``: names of the called process's own, name -> FEEL of the caller; fields that come back, field -> FEEL."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventInfo:
    """What an event (or a receive task) waits for or throws.

    ``text`` is the time or the condition; ``ref`` the *name* of the message, signal or link,
    the code of an error or escalation; ``catch_up`` what becomes of a timer's firings that were
    missed (``engine/catchup.py``).
    """

    kind: str  # none | timer | message | signal | conditional | error | terminate | … | multiple
    text_kind: str | None = None  # timeDate | timeDuration | timeCycle, of a timer
    text: str | None = None
    ref: str | None = None
    catch_up: str = EACH


@dataclass(frozen=True, slots=True)
class LoopInfo:
    """How often an activity runs: instances by number or by collection, or a loop.

    ``cardinality``, ``collection``, ``condition`` are FEEL; ``item`` and ``result`` the names
    of what an instance is given and gives, ``results`` the field that collects it.
    """

    kind: str  # parallel | sequential | loop
    cardinality: str | None
    collection: str | None
    item: str | None
    results: str | None
    result: str | None
    condition: str | None
    maximum: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node at any depth. ``parent`` is the sub-process around it, None at the top.

    ``called`` is the process of a call activity; ``interrupting`` is false for events that
    leave what they interrupt running. ``about`` is ``jc:case`` of a start event: FEEL for the ``no``, ``district``
    and ``department`` of the cases that it starts.
    """

    id: str
    tag: str
    name: str
    name_en: str
    line: int
    parent: str | None
    attached_to: str | None
    step: StepInfo | None
    handler: HandlerInfo | None
    decision: DecisionInfo | None
    call: CallInfo | None
    checkpoint: str | None
    event: EventInfo | None
    cancel_activity: bool
    interrupting: bool
    loop: LoopInfo | None
    called: str | None
    receive: ReceiveInfo = ReceiveInfo()
    send: SendInfo = SendInfo()
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is FEEL text, ``default`` that its source takes it otherwise."""

    id: str
    source: str
    target: str
    condition: str | None
    default: bool
    line: int
    parent: str | None


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """``jc:rule``: a kind and its parameters as FEEL text; absent attributes are empty strings.

    ``auto_card``: a yellow card for it needs no person (B.4 row 5).
    """

    id: str
    kind: str
    dimension: str
    level: str
    ladder: str
    basis: str
    confidence: str
    message: str
    message_en: str
    params: Mapping[str, str]
    line: int
    auto_card: bool = False
    dry_run: str = ""  # "true": on trial


@dataclass(frozen=True, slots=True)
class CheckpointInfo:
    """``jc:checkpoint`` with its rules, declared on the process or on a boundary event."""

    id: str
    name: str
    name_en: str
    rules: tuple[RuleInfo, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """The main (first) process of a file; ``processes`` are the further ones, in their order."""

    process_id: str
    system: str
    kind: str  # executable | callable | mirror
    title: str
    title_en: str
    executable: bool
    line: int
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    checkpoints: Mapping[str, CheckpointInfo]
    processes: tuple[Diagram, ...] = field(default=())

    @property
    def begins_plainly(self) -> bool:
        """Whether it has a start event that waits for nothing, where people and calls begin."""
        return any(
            node.tag == "startEvent" and node.parent is None and (node.event is None or node.event.kind == "none")
            for node in self.elements.values()
        )

    @property
    def decided(self) -> tuple[str, ...]:
        """The ids of the decisions that the file's processes make."""
        nodes = (node for process in (self, *self.processes) for node in process.elements.values())
        return tuple(dict.fromkeys(node.decision.ref for node in nodes if node.decision is not None))


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


def waits_for_data(node: Element) -> bool:
    """Whether the event goes off when its condition turns true; a checkpoint's is asked as its step is left."""
    return node.event is not None and node.event.kind == "conditional" and node.checkpoint is None


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
