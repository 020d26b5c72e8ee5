"""The token game of BPMN 2.0, played on the XML alone: what the engine must agree with.

It knows nothing of SpiffWorkflow or of our own reading of diagrams, and is never saved.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WAITING = {"userTask", "manualTask", "intermediateCatchEvent", "receiveTask"}
PASSING = {"task", "serviceTask", "businessRuleTask", "startEvent", "intermediateThrowEvent"}


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Activity:
    """A token that stands on a node: a step, a catch event, a sub-process, a choice of events."""

    element: str
    inner: Scope | None = None


@dataclass
class Scope:
    """A process or sub-process while it runs."""

    level: Level
    flows: Counter[str] = field(default_factory=Counter)
    active: list[Activity] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.active and not +self.flows


class Level:
    """The drawing of one process or sub-process."""

    def __init__(self, node: ET.Element) -> None:
        self.nodes = {child.get("id", ""): child for child in node if child.get("id")}
        self.flows = [
            Flow(
                f.get("id", ""),
                f.get("sourceRef", ""),
                f.get("targetRef", ""),
                f.findtext(f"{BPMN}conditionExpression"),
            )
            for f in node.findall(f"{BPMN}sequenceFlow")
        ]
        self.inner = {one.get("id", ""): Level(one) for one in node.findall(f"{BPMN}subProcess")}

    def kind(self, element: str) -> str:
        return self.nodes[element].tag.removeprefix(BPMN)

    def outgoing(self, element: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == element]

    def incoming(self, element: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == element]

    def boundary(self, host: str) -> list[str]:
        return [name for name, node in self.nodes.items() if node.get("attachedToRef") == host]

    def reaches(self, node: str, flow: Flow, avoiding: str) -> bool:
        """Whether a token on ``node`` can come to ``flow`` without passing ``avoiding``."""
        seen, todo = set(), [node]
        while todo:
            at = todo.pop()
            if at in seen or at == avoiding:
                continue
            seen.add(at)
            out = self.outgoing(at) + [f for event in self.boundary(at) for f in self.outgoing(event)]
            if flow in out:
                return True
            todo += [one.target for one in out]
        return False


class TokenGame:
    """One case. ``answers`` says which conditions hold; ``act`` lets one wait go."""

    def __init__(self, xml: bytes, answers: Mapping[str, bool]) -> None:
        process = ET.fromstring(xml).find(f"{BPMN}process")
        assert process is not None
        self.answers = answers
        self.top = self._enter(Level(process))
        self._settle()

    @property
    def ended(self) -> bool:
        return self.top.empty

    @property
    def waits(self) -> Counter[str]:
        """How many tokens wait on which step, event or sub-process."""
        return Counter(name for _, _, name in self._waits(self.top))

    def act(self, element: str) -> None:
        scope, activity = next((s, a) for s, a, name in self._waits(self.top) if name == element)
        node = scope.level.nodes[element]
        if node.get("cancelActivity") != "false":
            scope.active.remove(activity)
        self._leave(scope, element)
        self._settle()

    def _waits(self, scope: Scope) -> Iterator[tuple[Scope, Activity, str]]:
        for activity in scope.active:
            if scope.level.kind(activity.element) == "eventBasedGateway":
                for flow in scope.level.outgoing(activity.element):
                    yield scope, activity, flow.target
                continue
            yield scope, activity, activity.element
            for event in scope.level.boundary(activity.element):
                yield scope, activity, event
            if activity.inner is not None:
                yield from self._waits(activity.inner)

    def _enter(self, level: Level) -> Scope:
        scope = Scope(level)
        for name in level.nodes:
            if level.kind(name) == "startEvent":
                self._leave(scope, name)
        return scope

    def _leave(self, scope: Scope, element: str) -> None:
        scope.flows.update(flow.id for flow in scope.level.outgoing(element))

    def _settle(self) -> None:
        while self._move(self.top):
            pass

    def _move(self, scope: Scope) -> bool:
        if any(activity.inner is not None and self._move(activity.inner) for activity in scope.active):
            return True
        for activity in scope.active:
            if activity.inner is not None and activity.inner.empty:
                scope.active.remove(activity)
                self._leave(scope, activity.element)
                return True
        waiting = [flow for flow in scope.level.flows if scope.flows[flow.id] > 0]
        # An inclusive gateway looks at where every other token could still go: it moves last.
        waiting.sort(key=lambda flow: scope.level.kind(flow.target) == "inclusiveGateway")
        return any(self._follow(scope, flow) for flow in waiting)

    def _follow(self, scope: Scope, flow: Flow) -> bool:
        level, target = scope.level, flow.target
        kind, incoming = level.kind(target), level.incoming(target)
        if kind == "parallelGateway":
            if not all(scope.flows[one.id] for one in incoming):
                return False
            scope.flows.subtract(one.id for one in incoming)
            self._leave(scope, target)
            return True
        if kind == "inclusiveGateway":
            if not self._inclusive_is_due(scope, target):
                return False
            scope.flows.subtract(one.id for one in incoming if scope.flows[one.id])
            self._choose(scope, target, every=True)
            return True
        scope.flows[flow.id] -= 1
        if kind in WAITING or kind == "eventBasedGateway":
            scope.active.append(Activity(target))
        elif kind == "subProcess":
            scope.active.append(Activity(target, self._enter(level.inner[target])))
        elif kind == "exclusiveGateway":
            self._choose(scope, target, every=False)
        elif kind == "endEvent":
            if level.nodes[target].find(f"{BPMN}terminateEventDefinition") is not None:
                scope.flows.clear()
                scope.active.clear()
        else:
            assert kind in PASSING, kind
            self._leave(scope, target)
        return True

    def _choose(self, scope: Scope, gateway: str, *, every: bool) -> None:
        out = scope.level.outgoing(gateway)
        if len(out) == 1:
            scope.flows[out[0].id] += 1
            return
        default = scope.level.nodes[gateway].get("default")
        matching = [flow for flow in out if flow.condition is not None and self.answers[flow.condition]]
        chosen = matching if every else matching[:1]
        scope.flows.update(flow.id for flow in chosen or [f for f in out if f.id == default])

    def _inclusive_is_due(self, scope: Scope, gateway: str) -> bool:
        level = scope.level
        incoming = level.incoming(gateway)
        full = [flow for flow in incoming if scope.flows[flow.id]]
        lacking = [flow for flow in incoming if flow not in full]
        tokens = [a.element for a in scope.active]
        tokens += [f.target for f in level.flows if scope.flows[f.id] and f.target != gateway]
        return not any(
            any(level.reaches(token, flow, gateway) for flow in lacking)
            and not any(level.reaches(token, flow, gateway) for flow in full)
            for token in tokens
        )
