"""The drawing as the game reads it: levels of nodes and flows, and what hangs on them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True)
class Event:
    """``ref`` is the name of the message, signal or link, the code ("" catches every one) or the condition."""

    kind: str
    ref: str = ""
    times: int | None = None  # how often it goes off while it stays; None for as often as it is told to


@dataclass(frozen=True)
class Marker:
    """How often an activity is done: kind is loop, parallel or sequential."""

    kind: str
    cardinality: str = ""
    completion: str = ""
    condition: str = ""
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True)
class Node:
    id: str
    kind: str
    event: Event
    host: str
    interrupting: bool
    default: str
    called: str
    marker: Marker | None


class Level:
    """One process or sub-process; ``triggers`` are its event sub-processes' start events."""

    def __init__(self, element: ET.Element, names: dict[str, str], visited: set[str]) -> None:
        self.id, self.visited = element.get("id", ""), visited
        self.nodes = {one.get("id", ""): _node(one, names) for one in element if _is_node(one)}
        self.flows = [_flow(one) for one in element.iterfind(f"{BPMN}sequenceFlow")]
        self.out = {node: [flow for flow in self.flows if flow.source == node] for node in self.nodes}
        self.into = {node: [flow for flow in self.flows if flow.target == node] for node in self.nodes}
        self.boundary = {
            host: [node for node in self.nodes.values() if node.host == host]
            for host in {node.host for node in self.nodes.values()} - {""}
        }
        self.inner = {one.get("id", ""): Level(one, names, visited) for one in element.iterfind(f"{BPMN}subProcess")}
        handlers = [one.get("id", "") for one in element if one.get("triggeredByEvent") == "true"]
        self.triggers = {handler: self.inner[handler].starts[0] for handler in handlers}
        self.reach = cache(self._reach)

    @property
    def starts(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    def events(self) -> Iterator[Node]:
        """The nodes with an event, here and below."""
        yield from (node for node in self.nodes.values() if node.event.kind != "none")
        for level in self.inner.values():
            yield from level.events()

    def beside(self) -> Iterator[str]:
        """The events, here and below, that happen beside a token and not to it: at a border, of a sub-process."""
        yield from (node.id for node in self.nodes.values() if node.host)
        yield from (start.id for start in self.triggers.values())
        for level in self.inner.values():
            yield from level.beside()

    def after_link(self, throw: Node) -> Node:
        """Where a token that jumps comes out (10.5.1)."""
        return next(
            node
            for node in self.nodes.values()
            if (node.kind, node.event) == ("intermediateCatchEvent", throw.event) and node.event.kind == "link"
        )

    def _reach(self, start: str, gateway: str) -> frozenset[str]:
        """The flows into a gateway that a token on a node can come to without passing it."""
        seen: set[str] = set()
        todo, found = [start], set()
        while todo:
            at = todo.pop()
            if at in seen or at == gateway:
                continue
            seen.add(at)
            for flow in self._onward(at):
                todo.append(flow.target)
                if flow.target == gateway:
                    found.add(flow.id)
        return frozenset(found)

    def _onward(self, at: str) -> Iterator[Flow]:
        node = self.nodes[at]
        if node.kind == "intermediateThrowEvent" and node.event.kind == "link":
            yield from self.out[self.after_link(node).id]
        yield from self.out[at]
        for event in self.boundary.get(at, []):
            yield from self.out[event.id]


def read(xml: bytes, visited: set[str]) -> dict[str, Level]:
    """Every process of the file by its id, the main one first."""
    root = ET.fromstring(xml)
    names = {
        one.get("id", ""): one.get("errorCode") or one.get("escalationCode") or one.get("name", "") for one in root
    }
    return {one.get("id", ""): Level(one, names, visited) for one in root.iterfind(f"{BPMN}process")}


def _is_node(element: ET.Element) -> bool:
    return bool(element.get("id")) and element.tag != f"{BPMN}sequenceFlow"


def _flow(element: ET.Element) -> Flow:
    condition = element.findtext(f"{BPMN}conditionExpression", "")
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), condition)


def _node(element: ET.Element, names: dict[str, str]) -> Node:
    flag = "isInterrupting" if element.tag == f"{BPMN}startEvent" else "cancelActivity"
    return Node(
        id=element.get("id", ""),
        kind=element.tag.removeprefix(BPMN),
        event=_event(element, names),
        host=element.get("attachedToRef", ""),
        interrupting=element.get(flag) != "false",
        default=element.get("default", ""),
        called=element.get("calledElement", ""),
        marker=_marker(element),
    )


def _event(element: ET.Element, names: dict[str, str]) -> Event:
    if element.tag in (f"{BPMN}receiveTask", f"{BPMN}sendTask"):
        return Event("message", names[element.get("messageRef", "")])
    for one in element:
        if one.tag.endswith("EventDefinition"):
            kind = one.tag.removeprefix(BPMN).removesuffix("EventDefinition")
            return Event(kind, _ref(one, kind, names), _times(one) if kind == "timer" else None)
    return Event("none")


def _ref(definition: ET.Element, kind: str, names: dict[str, str]) -> str:
    if kind == "conditional":
        return definition.findtext(f"{BPMN}condition", "")
    return definition.get("name", "") if kind == "link" else names.get(definition.get(f"{kind}Ref", ""), "")


def _times(definition: ET.Element) -> int | None:
    """A date or a duration comes once; ``R3/…`` three times; ``R/…`` without end."""
    text = definition.findtext(f"{BPMN}timeCycle", "R1/")
    cycle = re.match(r"R(\d*)/", text)
    if cycle is None:
        raise ValueError(f"expected a repeating interval, found {text!r}")
    return int(cycle[1]) if cycle[1] else None


def _marker(element: ET.Element) -> Marker | None:
    loop = element.find(f"{BPMN}standardLoopCharacteristics")
    if loop is not None:
        maximum = loop.get("loopMaximum")
        return Marker(
            "loop",
            condition=loop.findtext(f"{BPMN}loopCondition", ""),
            test_before=loop.get("testBefore") == "true",
            maximum=int(maximum) if maximum else None,
        )
    several = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if several is None:
        return None
    return Marker(
        "sequential" if several.get("isSequential") == "true" else "parallel",
        cardinality=several.findtext(f"{BPMN}loopCardinality") or several.findtext(f"{BPMN}loopDataInputRef", ""),
        completion=several.findtext(f"{BPMN}completionCondition", ""),
    )
