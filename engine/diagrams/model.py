"""What a BPMN file says, as frozen values: its elements, its flows, and our extension elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.catchup import EACH


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


def waits_for_data(node: Element) -> bool:
    """Whether the event goes off when its condition turns true; a checkpoint's is asked as its step is left."""
    return node.event is not None and node.event.kind == "conditional" and node.checkpoint is None
