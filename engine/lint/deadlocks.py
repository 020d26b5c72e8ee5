"""Joins that wait for what can never come, and ways from which no end can be reached: only where it is proved."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.graph import Level
from engine.lint.remarks import REMARK, Fault, Remark
from engine.lint.tokens import Explored, State, explored

DEADLOCK = Fault(
    "deadlock",
    "走 {way} 之后流程必然停住：{join} 永远等不到 {missing}",
    "once {way} is taken the case stands still: {join} waits for ever for {missing}",
    "排他网关分出的分支用排他网关汇合，并行网关分出的用并行网关汇合",
    "merge what an exclusive gateway splits with an exclusive one, what a parallel gateway splits with a parallel one",
)
DEADLOCK_INSIDE = Fault(
    "deadlock_inside",
    "{level} 中走 {way} 之后必然停住，只能由外部结束：{join} 永远等不到 {missing}",
    "once {way} is taken in {level}, only what is around it can end it: {join} waits for ever for {missing}",
    "排他网关分出的分支用排他网关汇合，并行网关分出的用并行网关汇合",
    "merge what an exclusive gateway splits with an exclusive one, what a parallel gateway splits with a parallel one",
    REMARK,
)
NO_WAY_OUT = Fault(
    "no_way_out",
    "走 {way} 之后再也到不了结束事件",
    "once {way} is taken no end event can be reached any more",
    "给循环画一条出路",
    "draw a way out of the loop",
    REMARK,
)


def check(level: Level, *, main: bool) -> Iterator[Remark]:
    """Faults of one level, which is well drawn but for them; ``main``: nothing is around it that could end it."""
    found = explored(level)
    if found is None:
        return
    ending = found.ending()
    for way, states in _doomed(found, ending).items():
        stuck = next((state for state in _onward(found, states) if state in found.stuck), None)
        identity, line = _place(level, way)
        name = ", ".join(way) or identity
        if stuck is None:
            yield NO_WAY_OUT.at(identity, line, way=name)
            continue
        fault = DEADLOCK if main else DEADLOCK_INSIDE
        join, missing = _waiting(level, stuck)
        yield fault.at(identity, line, level=level.id, way=name, join=join, missing=missing)


def _doomed(found: Explored, ending: set[State]) -> dict[tuple[str, ...], list[State]]:
    """Choices after which no end is reached, whatever was chosen elsewhere, though before them one was.

    The empty choice is the beginning of the level: then nothing ever leads to an end.
    """
    if found.first not in ending:
        return {(): [found.first]}
    after: dict[tuple[str, ...], list[State]] = {}
    hopeful: set[tuple[str, ...]] = set()
    deciding: set[tuple[str, ...]] = set()
    for move in found.moves:
        if not move.chosen:
            continue
        after.setdefault(move.chosen, []).append(move.target)
        if move.target in ending:
            hopeful.add(move.chosen)
        elif move.source in ending:
            deciding.add(move.chosen)
    return {way: after[way] for way in after if way in deciding - hopeful and len(way) == 1}


def _onward(found: Explored, states: list[State]) -> Iterator[State]:
    """All that can be reached from these states, the nearest first."""
    onward: dict[State, list[State]] = {}
    for move in found.moves:
        onward.setdefault(move.source, []).append(move.target)
    seen, waiting = set(states), list(states)
    for state in waiting:
        yield state
        for target in onward.get(state, ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)


def _place(level: Level, way: tuple[str, ...]) -> tuple[str, int]:
    if not way:
        start = next(iter(level.of("startEvent")))
        return start.id, start.line
    flow = next(flow for flow in level.flows if flow.id == way[0])
    return flow.id, flow.line


def _waiting(level: Level, stuck: State) -> tuple[str, str]:
    """A join at which tokens wait, and the flows from which none comes."""
    held = {flow for flow, _ in stuck}
    target = {flow.id: flow.target for flow in level.flows}
    join = target[min(held)]
    return join, ", ".join(flow.id for flow in level.into[join] if flow.id not in held)
