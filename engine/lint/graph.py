"""One level of a diagram as a graph: what the checks of flows and paths share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from engine.diagrams import Diagram, Element, Flow
from engine.lint.names import EVENT_SUB_PROCESS, SCOPES

Edges = dict[str, list[Flow]]


@dataclass(frozen=True, slots=True)
class Level:
    """The nodes and flows directly in the process (``scope`` None) or in one sub-process."""

    diagram: Diagram
    scope: str | None
    line: int
    nodes: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    out: Edges = field(default_factory=lambda: defaultdict(list))
    into: Edges = field(default_factory=lambda: defaultdict(list))
    boundaries: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))

    @property
    def depth(self) -> int:
        """How many sub-processes are around this level, its own included; 0 for the process."""
        depth, scope = 0, self.scope
        while scope is not None and scope in self.diagram.elements:
            depth, scope = depth + 1, self.diagram.elements[scope].parent
        return depth

    @property
    def id(self) -> str:
        """The id to name in a remark."""
        return self.scope or self.diagram.process_id

    def of(self, *tags: str) -> list[Element]:
        """The nodes of these kinds, in the order of the file."""
        return [node for node in self.nodes.values() if node.tag in tags]

    def next(self, node: str) -> Iterator[str]:
        """Where a token may go from a node: along its flows, or out of an event on its border."""
        yield from (flow.target for flow in self.out.get(node, ()) if flow.target in self.nodes)
        yield from (event.id for event in self.boundaries.get(node, ()))


def levels(diagram: Diagram) -> list[Level]:
    """The process and each of its sub-processes; flows whose ends are elsewhere are kept in ``flows`` only."""
    found: dict[str | None, Level] = {None: Level(diagram, None, diagram.line)}
    for node in diagram.elements.values():
        if node.tag in SCOPES or node.tag == EVENT_SUB_PROCESS:
            found[node.id] = Level(diagram, node.id, node.line)
    for node in diagram.elements.values():
        if node.parent in found and node.tag != EVENT_SUB_PROCESS:
            _add(found[node.parent], node)
    for flow in diagram.flows:
        if flow.parent in found:
            _join(found[flow.parent], flow)
    for level in found.values():
        for flow in _links(level):
            _join(level, flow)
    return list(found.values())


def _links(level: Level) -> list[Flow]:
    """A link is a flow from the event that throws it to the one that catches it."""
    links = [node for node in level.nodes.values() if node.event is not None and node.event.kind == "link"]
    return [
        Flow(f"{source.id}.link", source.id, target.id, None, False, source.line, level.scope)
        for source in links
        for target in links
        if source.tag == "intermediateThrowEvent" and target.tag == "intermediateCatchEvent"
        if source.event is not None and target.event is not None and source.event.ref == target.event.ref
    ]


def _add(level: Level, node: Element) -> None:
    level.nodes[node.id] = node
    if node.tag == "boundaryEvent" and node.attached_to:
        level.boundaries[node.attached_to].append(node)


def _join(level: Level, flow: Flow) -> None:
    level.flows.append(flow)
    if flow.source in level.nodes and flow.target in level.nodes:
        level.out[flow.source].append(flow)
        level.into[flow.target].append(flow)


def reach(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that can be reached from ``starts``, themselves included."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(step(node))
    return seen
