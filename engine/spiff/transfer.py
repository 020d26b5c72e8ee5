"""A case's state carried over to the graph of another version: the same tokens, on nodes of the same name.

``mapping`` says of elements what they are called in the other version; the rest keep their ids. What has no place
there is told, never dropped in silence: tokens that stand on a node that is gone or is another kind of node, events
that no longer wait, joins that could wait for ever. Passages keep their numbers, except on elements that are renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.casedata import dumps, loads
from engine.spiff import versions
from engine.spiff.gateways import Inclusive, Parallel
from engine.spiff.nodes import Armed, Boundary, Catch, Scope
from engine.spiff.parser import Compiled
from engine.spiff.reachable import stuck_joins
from engine.spiff.token import ALIVE

Passage = tuple[str, int]
ELSEWHERE = "."  # no element's id: passages through nodes that the version does not have
SPLIT = ".BoundaryEventSplit"
_SUFFIXES = (SPLIT, ".armed", " [child]")
_INHERITED = ("firing", "local")


@dataclass(frozen=True, slots=True)
class Lost:
    """A token that has no place in the other version. ``why``: gone | other_kind | join."""

    element: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event that waits aside: on the border of a host, or as the start of an event sub-process."""

    element: str
    kind: str
    occurrence: int
    host: str | None
    host_occurrence: int


@dataclass(slots=True)
class Transfer:
    """What becomes of a state. ``renamed`` are passages by their old name; ``appeared`` are new events, by new names."""

    state: dict[str, Any]
    lost: list[Lost] = field(default_factory=list)
    vanished: list[Event] = field(default_factory=list)
    appeared: list[Event] = field(default_factory=list)
    renamed: dict[Passage, Passage] = field(default_factory=dict)

    @property
    def blob(self) -> bytes:
        return dumps(self.state).encode()


def transfer(blob: bytes, old: Compiled, new: Compiled, mapping: Mapping[str, str]) -> Transfer:
    """The state on the nodes of ``new``; usable only where nothing is ``lost``."""
    return _Moving(versions.upgrade(loads(blob)), old, new, mapping).run()


class _Moving:
    """Goes through the tokens in their order, so that a parent has its new place before its children."""

    def __init__(self, state: dict[str, Any], old: Compiled, new: Compiled, mapping: Mapping[str, str]) -> None:
        self.before, self.old, self.new, self.mapping = state, old, new, mapping
        self.tokens: list[list[Any]] = []
        self.row: dict[int, int | None] = {}  # where the tokens are now
        self.graphs: dict[int, tuple[Any, Any]] = {0: (old.spec, new.spec)}
        self.levels: dict[int, list[Any]] = {0: [-1, state["levels"][0][1]]}
        self.roots: dict[int, int] = {}
        self.kept: set[tuple[int, str]] = set()  # events that still wait: level or row of their host's split, name
        self.result = Transfer({})
        self.occ: dict[str, int] = dict(state["occ"])
        gone = old.diagram.elements.keys() - new.diagram.elements.keys()
        self.occ[ELSEWHERE] = self.occ.get(ELSEWHERE, 0) + sum(self.occ.get(name, 0) for name in gone)

    def run(self) -> Transfer:
        around = {parent: number for number, (parent, _) in enumerate(self.before["levels"]) if parent >= 0}
        for number, token in enumerate(self.before["tokens"]):
            if token[0] in self.graphs:
                self._move(number, token)
            if number in around and self.row.get(number) is not None:
                self._open(around[number], number)
        for level in self.graphs:
            self._arm(level)
        numbers = sorted(self.levels)
        place = {number: new for new, number in enumerate(numbers)}
        for token in self.tokens:
            token[0] = place[token[0]]
        self.result.state = {
            "v": versions.CURRENT,
            "occ": self.occ,
            "levels": [self.levels[number] for number in numbers],
            "tokens": self.tokens,
        }
        return self.result

    def _open(self, level: int, number: int) -> None:
        """The level inside a node that has its place."""
        old, new = (self._node(self.before["tokens"][number], which) for which in (0, 1))
        self.graphs[level] = (self.old.subprocesses[old.spec], self.new.subprocesses[new.spec])
        self.levels[level] = [self.row[number], self.before["levels"][level][1]]

    def _node(self, token: list[Any], which: int) -> Any:
        """The node of a token in the old (0) or new (1) graph of its level; None where there is none."""
        level, name = token[0], token[1]
        return self.graphs[level][which].task_specs.get(self._renamed(name) if which else name)

    def _renamed(self, name: str) -> str:
        for suffix in _SUFFIXES:
            if name.endswith(suffix):
                base = name.removesuffix(suffix)
                return self.mapping.get(base, base) + suffix
        return self.mapping.get(name, name)

    def _move(self, number: int, token: list[Any]) -> None:
        level, name, state, parent, internal = token
        old, new = self._node(token, 0), self._node(token, 1)
        if parent < 0:
            self.roots[level] = self._put(number, level, old.name, state, -1, internal)
            return
        found = self.row.get(parent)
        above = self.roots[level] if found is None else found
        if not state & ALIVE:
            # What is over holds nothing but the place of what came after it.
            self.row[number] = above if new is None else self._put(number, level, new.name, state, above, internal)
            return
        if isinstance(old, Boundary | Armed):
            self._move_event(number, token, old, new, above)
            return
        why = self._why_lost(old, new, parent)
        if why is not None:
            self.result.lost.append(Lost(old.bpmn_id or name, why))
            self.row[number] = None
            return
        above = self._with_events(level, new, above, internal)
        self._put(number, level, new.name, state, above, self._numbered(old, new, internal))

    def _why_lost(self, old: Any, new: Any, parent: int) -> str | None:
        if new is None:
            return "gone"
        if type(new) is not type(old) or isinstance(old, Catch) and new.event.kind != old.event.kind:
            return "other_kind"
        if isinstance(old, Parallel | Inclusive):
            # Tokens that wait at a join are told apart by where they came from.
            came_from = self._node(self.before["tokens"][parent], 1)
            if came_from is None or came_from.name not in new._inputs:
                return "join"
        return None

    def _move_event(self, number: int, token: list[Any], old: Any, new: Any, above: int) -> None:
        level, _, state, parent, internal = token
        beside = old.name if isinstance(old, Armed) else self.before["tokens"][parent][1]
        stands = new is not None and type(new) is type(old) and new.event.kind == old.event.kind
        if isinstance(old, Boundary) and stands:
            split = self.graphs[level][1].task_specs.get(self._renamed(beside))
            stands = split is not None and new in split.outputs
        if not stands:
            host, occurrence = self._host(parent, beside)
            event = old.event.element if isinstance(old, Armed) else old.bpmn_id
            self.result.vanished.append(Event(event, old.event.kind, internal["occ"], host, occurrence))
            self.row[number] = above
            return
        self._put(number, level, new.name, state, above, self._numbered(old, new, internal))
        self.kept.add((level if isinstance(old, Armed) else above, new.name))

    def _host(self, split: int, name: str) -> tuple[str | None, int]:
        """The passage of the node on whose border an event waits."""
        if not name.endswith(SPLIT):
            return None, 0
        host = name.removesuffix(SPLIT)
        for _, node, _, parent, internal in self.before["tokens"]:
            if parent == split and node in (host, f"{host} [child]"):
                return host, int(internal["occ"])
        return host, 0

    def _numbered(self, old: Any, new: Any, internal: dict[str, Any]) -> dict[str, Any]:
        """A passage through a renamed element gets a number among those of its new name."""
        if not old.bpmn_id or old.bpmn_id == new.bpmn_id:
            return internal
        number = self._count(new.bpmn_id)
        self.result.renamed[old.bpmn_id, internal["occ"]] = (new.bpmn_id, number)
        return {**internal, "occ": number}

    def _with_events(self, level: int, new: Any, above: int, internal: dict[str, Any]) -> int:
        """The row of the split before a node that has events on its border; they all wait from now on."""
        split = self.graphs[level][1].task_specs.get((new.bpmn_id or "") + SPLIT)
        if split is None or new not in split.outputs or self.tokens[above][1] == split.name:
            return above
        occ = {**_inherited(internal), "occ": self._count(split.name)}
        self.tokens.append([level, split.name, int(TaskState.COMPLETED), above, occ])
        return len(self.tokens) - 1

    def _arm(self, level: int) -> None:
        """Events that the other version has besides wait, too."""
        old, new = self.graphs[level]
        known = {self._renamed(spec.name) for spec in old.start.outputs}
        for spec in new.start.outputs:
            if isinstance(spec, Armed) and spec.name not in known:
                self._add(level, spec, self.roots[level], {}, spec.event.element, None, 0)
        for number in [one for one, token in enumerate(self.tokens) if token[0] == level]:
            self._arm_border(level, new, number)

    def _arm_border(self, level: int, new: Any, number: int) -> None:
        _, name, state, parent, internal = self.tokens[number]
        host = new.task_specs[name]
        if not state & ALIVE or parent < 0 or isinstance(host, Boundary):
            return
        split = new.task_specs[self.tokens[parent][1]]
        if not split.name.endswith(SPLIT) or host not in split.outputs:
            return
        for spec in split.outputs:
            if isinstance(spec, Boundary) and (parent, spec.name) not in self.kept:
                self._add(level, spec, parent, _inherited(internal), spec.bpmn_id, host.bpmn_id, internal["occ"])

    def _add(
        self, level: int, spec: Any, parent: int, internal: dict[str, Any], element: str, host: str | None, occ: int
    ) -> None:
        number = self._count(spec.bpmn_id or spec.name)
        self.tokens.append([level, spec.name, int(TaskState.WAITING), parent, {**internal, "occ": number}])
        self.result.appeared.append(Event(element, spec.event.kind, number, host, occ))

    def _count(self, name: str) -> int:
        self.occ[name] = self.occ.get(name, 0) + 1
        return self.occ[name]

    def _put(self, number: int, level: int, name: str, state: int, parent: int, internal: Any) -> int:
        self.tokens.append([level, name, state, parent, internal])
        self.row[number] = len(self.tokens) - 1
        return len(self.tokens) - 1


def _inherited(internal: Mapping[str, Any]) -> dict[str, Any]:
    return {name: internal[name] for name in _INHERITED if name in internal}


def newly_stuck(before: bytes, old: Compiled, after: bytes, new: Compiled) -> list[str]:
    """Joins that would wait for a flow by which no token can come, and did not so before."""
    was = set(_stuck(before, old))
    return [name for name in _stuck(after, new) if name not in was]


def _stuck(blob: bytes, compiled: Compiled) -> Iterator[str]:
    state = versions.upgrade(loads(blob))
    specs: dict[int, Any] = {0: compiled.spec}
    around = {parent: number for number, (parent, _) in enumerate(state["levels"]) if parent >= 0}
    standing: dict[int, list[tuple[Any, str]]] = {}
    for number, (level, name, task_state, parent, _) in enumerate(state["tokens"]):
        spec = specs[level].task_specs[name]
        if number in around and isinstance(spec, Scope):
            specs[around[number]] = compiled.subprocesses[spec.spec]
        if task_state & ALIVE:
            standing.setdefault(level, []).append((spec, state["tokens"][parent][1] if parent >= 0 else ""))
    for level, tokens in standing.items():
        yield from stuck_joins(specs[level], tokens)
