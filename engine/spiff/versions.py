"""Earlier formats of the state, each with the step to the next and the reason for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import NotFound

State = dict[str, Any]
CURRENT = 2
_ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
_JOINS = (".EndJoin", ".BoundaryEventJoin")


def upgrade(state: State) -> State:
    """The state in today's format; raises NotFound for one that no step leads from."""
    version = state.get("v")
    while version != CURRENT:
        if version not in STEPS:
            raise NotFound(f"expected a state of version {CURRENT} or before, found {version}")
        state = STEPS[version](state)
        version = state["v"]
    return state


def _flat(state: State) -> State:
    """1 to 2: rounds no longer grow the state.

    Version 1 kept every finished task, level in level, and Spiff's own joins at the end of a
    level and behind boundary events. What started a branch was looked up above it; now each
    token carries it.
    """
    levels: list[list[Any]] = []
    tokens: list[list[Any]] = []
    _flatten(state, -1, levels, tokens)
    return {"v": 2, "occ": state["occ"], "levels": levels, "tokens": tokens}


def _flatten(level: State, parent: int, levels: list[list[Any]], tokens: list[list[Any]]) -> None:
    place = len(levels)
    levels.append([parent, any(row[0].endswith(_JOINS[0]) for row in level["t"])])
    rows = level["t"]
    alive = {number for number, row in enumerate(rows) if row[1] & _ALIVE and not row[0].endswith(_JOINS)}
    kept = alive | {rows[number][2] for number in alive} | {0}
    where: dict[int, int] = {}
    inside = dict(level["s"])
    for number, row in enumerate(rows):
        if number not in kept:
            continue
        where[number] = len(tokens)
        above = -1 if number == 0 else where.get(row[2], where[0])
        tokens.append([place, row[0], row[1], above, _internal(rows, number) or None])
    for number in sorted(alive & inside.keys()):
        _flatten(inside[number], where[number], levels, tokens)


def _internal(rows: list[list[Any]], number: int) -> dict[str, Any]:
    own = rows[number][3] or {}
    kept = {"occ": own["occ"]} if "occ" in own else {}
    above = number
    while above >= 0:
        firing = (rows[above][3] or {}).get("firing")
        if firing is not None:
            return {**kept, "firing": firing}
        above = rows[above][2]
    return kept


STEPS: dict[Any, Callable[[State], State]] = {1: _flat}
