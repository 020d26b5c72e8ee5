"""A model as it is compared: the elements and flows of all its processes, how they are called, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.diagrams import CheckpointInfo, Diagram, Element, Flow

STEPS = frozenset({"userTask", "manualTask", "serviceTask", "subProcess", "callActivity", "receiveTask", "sendTask"})
_KINDS = {
    "userTask": ("步骤", "step"),
    "manualTask": ("步骤", "step"),
    "serviceTask": ("服务任务", "service task"),
    "businessRuleTask": ("规则任务", "rule task"),
    "subProcess": ("子流程", "sub-process"),
    "eventSubProcess": ("事件子流程", "event sub-process"),
    "callActivity": ("调用活动", "call"),
    "boundaryEvent": ("边界事件", "boundary event"),
    "startEvent": ("开始事件", "start event"),
    "endEvent": ("结束事件", "end event"),
}
Words = tuple[str, str]


@dataclass(frozen=True)
class Whole:
    """Everything in a file."""

    diagram: Diagram
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    checkpoints: Mapping[str, CheckpointInfo]

    def named(self, element: str) -> Words:
        """An element by its label, in quotation marks."""
        node = self.elements.get(element)
        if node is None:
            return f"“{element}”", f"“{element}”"
        return f"“{node.name or node.id}”", f"“{node.name_en or node.name or node.id}”"

    def said(self, element: str) -> Words:
        """An element by its kind and label."""
        zh, en = self.named(element)
        node = self.elements.get(element)
        kind = _kind(node.tag) if node is not None else ("元素", "element")
        return f"{kind[0]}{zh}", f"{kind[1]} {en}"

    @cached_property
    def hosts(self) -> Mapping[str, tuple[str, ...]]:
        """Checkpoint -> the elements on whose borders it hangs."""
        found: dict[str, list[str]] = {name: [] for name in self.checkpoints}
        for node in self.elements.values():
            if node.checkpoint is not None:
                found.setdefault(node.checkpoint, []).append(node.attached_to or node.id)
        return {name: tuple(sorted(hosts)) for name, hosts in found.items()}

    @cached_property
    def _outgoing(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow.target)
        return found

    @cached_property
    def _incoming(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for flow in self.flows:
            found.setdefault(flow.target, []).append(flow.source)
        return found

    @cached_property
    def behind(self) -> Mapping[str, frozenset[str]]:
        """Step -> the elements that can be come to from it."""
        return {name: self._reached(name) for name, node in self.elements.items() if node.tag in STEPS}

    def _reached(self, name: str) -> frozenset[str]:
        seen: set[str] = set()
        waiting = list(self._outgoing.get(name, ()))
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(self._outgoing.get(one, ()))
        return frozenset(seen)

    def targets(self, name: str) -> list[str]:
        """Where the flows of an element lead."""
        return self._outgoing.get(name, [])

    def precedes(self, one: str, other: str) -> bool:
        """Whether the other step always comes later: it can be come to, and there is no way back."""
        return other in self.behind.get(one, ()) and one not in self.behind.get(other, ())

    def steps_before(self, name: str, among: Iterable[str]) -> list[str]:
        return self._nearest(name, self._incoming, set(among))

    def steps_after(self, name: str, among: Iterable[str]) -> list[str]:
        return self._nearest(name, self._outgoing, set(among))

    def _nearest(self, name: str, links: Mapping[str, list[str]], among: set[str]) -> list[str]:
        """The steps that are met first, whatever gateways and other nodes lie between."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(links.get(name, ()))
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.add(one)
            if one in among and self.elements[one].tag in STEPS:
                found[one] = None
            else:
                waiting.extend(links.get(one, ()))
        return list(found)


def _kind(tag: str) -> Words:
    if tag in _KINDS:
        return _KINDS[tag]
    if tag.endswith("Gateway"):
        return "网关", "gateway"
    return ("事件", "event") if tag.endswith("Event") else ("任务", "task")


def whole(diagram: Diagram) -> Whole:
    """The main process and the further ones as one."""
    every = (diagram, *diagram.processes)
    return Whole(
        diagram,
        {name: node for one in every for name, node in one.elements.items()},
        tuple(flow for one in every for flow in one.flows),
        {name: checkpoint for one in every for name, checkpoint in one.checkpoints.items()},
    )


def listed(whole_: Whole, names: Iterable[str]) -> Words:
    """Several elements by their labels."""
    found = [whole_.named(name) for name in names]
    return "、".join(zh for zh, _ in found), ", ".join(en for _, en in found)
