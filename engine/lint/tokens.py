"""All the ways that tokens can take through a level, whatever the conditions, events and people will say.

A state is how many tokens are on each flow. Every move that BPMN allows is made, so what is not reached here is not
reached at all; what is reached may still be ruled out by data. Levels whose tokens can be withdrawn from outside or
doubled at will, and those with too many states, are not explored: `explored` gives None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from engine.diagrams import Element
from engine.lint.graph import Level, reach
from engine.lint.names import EVENT_SUB_PROCESS

MOST_STATES = 4_000
MOST_ON_A_FLOW = 2
MOST_CHOICES = 6
JOINS = ("parallelGateway", "inclusiveGateway")
CHOOSING = ("exclusiveGateway", "eventBasedGateway")

State = frozenset[tuple[str, int]]
#: What a move may put: flows, or None where the level is over at once.
Put = tuple[str, ...] | None
OVER: State = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """From one state to another; ``chosen`` are the flows of a choice that was made, none where there was none."""

    source: State
    target: State
    chosen: tuple[str, ...]


@dataclass(slots=True)
class Explored:
    """Every state that can be reached from the first, and the moves between them; ``OVER`` is the end of the level."""

    first: State
    moves: list[Move] = field(default_factory=list)
    stuck: set[State] = field(default_factory=set)

    def ending(self) -> set[State]:
        """The states from which the level can come to its end."""
        return self.before({OVER})

    def before(self, wanted: set[State]) -> set[State]:
        """The states from which one of these can be reached, themselves included."""
        back: dict[State, list[State]] = {}
        for move in self.moves:
            back.setdefault(move.target, []).append(move.source)
        found, waiting = set(wanted), list(wanted)
        while waiting:
            for state in back.get(waiting.pop(), ()):
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return found


def explored(level: Level) -> Explored | None:
    """All states of a level; None where they would prove nothing or are too many."""
    net = _Net(level)
    if not net.closed:
        return None
    starts = [flow.id for start in level.of("startEvent") for flow in level.out[start.id]]
    found = Explored(frozenset(Counter(starts).items()))
    seen, waiting = {found.first}, [found.first]
    while waiting:
        state = waiting.pop()
        moves = list(net.moves(state))
        if not moves and state != OVER:
            found.stuck.add(state)
        for target, chosen in moves:
            found.moves.append(Move(state, target, chosen))
            if target not in seen:
                if len(seen) >= MOST_STATES or any(count > MOST_ON_A_FLOW for _, count in target):
                    return None
                seen.add(target)
                waiting.append(target)
    return found


class _Net:
    """The moves of one level."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.target = {flow.id: flow.target for flow in level.flows if flow.target in level.nodes}
        self.joins = [node for node in level.nodes.values() if _is_join(level, node)]
        self.waiting = {node.id for node in self.joins}
        self.outcomes = {name: tuple(self._outcomes(node)) for name, node in level.nodes.items()} if self.closed else {}

    @cached_property
    def closed(self) -> bool:
        """Whether tokens come and go only as drawn: no event takes them away or sends further ones to a join."""
        level = self.level
        events = [node for hosted in level.boundaries.values() for node in hosted]
        starts = [
            node
            for node in level.diagram.elements.values()
            if node.tag == "startEvent" and node.interrupting and self._listens(node.parent)
        ]
        wide = any(len(level.out[node.id]) > MOST_CHOICES for node in level.of("inclusiveGateway"))
        one_start = len(level.of("startEvent")) == 1
        return (
            one_start
            and not starts
            and not wide
            and all(event.cancel_activity or self._aside(event) for event in events)
        )

    def _listens(self, scope: str | None) -> bool:
        around = self.level.diagram.elements.get(scope or "")
        return around is not None and around.tag == EVENT_SUB_PROCESS and around.parent == self.level.scope

    def _aside(self, event: Element) -> bool:
        """Whether what an event sends off comes to ends of its own, and neither meets a join nor stops the level."""
        passed = (self.level.nodes[at] for at in reach([event.id], self.level.next))
        return not any(_is_join(self.level, node) or _stops(node) for node in passed)

    @cached_property
    def reduced(self) -> bool:
        """Whether the order of moves is of no matter: then one token after the other is moved."""
        return not any(
            _stops(node) or node.tag == "inclusiveGateway" and _is_join(self.level, node)
            for node in self.level.nodes.values()
        )

    def moves(self, state: State) -> Iterator[tuple[State, tuple[str, ...]]]:
        """The states after one move, each with the flows that were chosen."""
        tokens = dict(state)
        for flow in sorted(tokens):
            node = self.level.nodes[self.target[flow]]
            if node.id in self.waiting:
                continue
            yield from self._after(tokens, (flow,), self.outcomes[node.id])
            if self.reduced:
                return
        for node in self.joins:
            taken = self._joined(node, tokens)
            if taken:
                yield from self._after(tokens, taken, self.outcomes[node.id])
                if self.reduced:
                    return

    def _after(
        self, tokens: Mapping[str, int], taken: tuple[str, ...], outcomes: tuple[Put, ...]
    ) -> Iterator[tuple[State, tuple[str, ...]]]:
        """The states in which these tokens have gone on, each with what was chosen."""
        left = dict(tokens)
        for flow in taken:
            left[flow] -= 1
        for put in outcomes:
            chosen = put or () if len(outcomes) > 1 else ()
            if put is None:
                yield OVER, chosen
                continue
            after = dict(left)
            for flow in put:
                after[flow] = after.get(flow, 0) + 1
            yield frozenset((flow, count) for flow, count in after.items() if count), chosen

    def _outcomes(self, node: Element) -> Iterator[Put]:
        """What a token that goes through a node may put on which flows."""
        out = tuple(flow.id for flow in self.level.out[node.id])
        if _stops(node):
            yield None
        if node.tag in CHOOSING:
            yield from ((flow,) for flow in out)
        elif node.tag == "inclusiveGateway" and len(out) > 1:
            yield from self._subsets(node)
        elif not (node.tag == "endEvent" and _stops_for_sure(node)):
            yield out
        for event in self.level.boundaries.get(node.id, ()):
            if event.cancel_activity:
                yield tuple(flow.id for flow in self.level.out[event.id])

    def _subsets(self, node: Element) -> Iterator[Put]:
        flows = self.level.out[node.id]
        free = [flow.id for flow in flows if not flow.default]
        for size in range(1, len(free) + 1):
            yield from combinations(free, size)
        yield from ((flow.id,) for flow in flows if flow.default)

    def _joined(self, node: Element, tokens: Mapping[str, int]) -> tuple[str, ...]:
        """The flows whose tokens a join takes now; none while it waits."""
        flows = [flow.id for flow in self.level.into[node.id]]
        held = {flow for flow in flows if tokens.get(flow)}
        if node.tag == "parallelGateway":
            return tuple(flows) if len(held) == len(flows) else ()
        empty = set(flows) - held
        if not held or any(self._waits_for(node, flow, empty, held) for flow in tokens if flow not in flows):
            return ()
        return tuple(held)

    def _waits_for(self, join: Element, flow: str, empty: set[str], held: set[str]) -> bool:
        """Whether an inclusive join waits for a token on another flow (13.4.3)."""
        passed = reach([self.target[flow]], lambda at: () if at == join.id else self.level.next(at))
        found = {one.id for one in self.level.into[join.id] if one.source in passed}
        return bool(found & empty) and not found & held


def _is_join(level: Level, node: Element) -> bool:
    return node.tag in JOINS and len(level.into[node.id]) > 1


def _stops(node: Element) -> bool:
    """Whether a node may end the level at once: it terminates it, or throws what may be caught around it."""
    throws = node.tag in ("endEvent", "intermediateThrowEvent")
    return throws and node.event is not None and node.event.kind in ("terminate", "error", "escalation")


def _stops_for_sure(node: Element) -> bool:
    return node.event is not None and node.event.kind in ("terminate", "error")
