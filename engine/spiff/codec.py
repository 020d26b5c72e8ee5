"""A case's state as compact JSON: the definition by reference, tokens as rows.

Version 2 holds ``levels``, each ``[row of the token around it, reached an end]`` with the
case first, and ``tokens``, each ``[level, node, state, row of the parent, internal]`` in
order of arrival, so that a parent comes before its children; ``writes`` while steps stand side by side. Only what stands somewhere, and
where it came from, is stored (``pruning``); nothing is predicted.
"""

from __future__ import annotations

from typing import Any

from engine.casedata import encoded, loads
from engine.errors import LimitExceeded
from engine.spiff import versions
from engine.spiff.levels import Case, Level
from engine.spiff.parser import Compiled
from engine.spiff.pruning import prune
from engine.spiff.token import Token
from engine.spiff.workflow import Host, Workflow

MOST_BYTES = 1_000_000


def dump(workflow: Workflow) -> bytes:
    """The state of a workflow at rest; raises LimitExceeded where it is too large to keep."""
    case = workflow.case
    prune(case)
    levels = list(case.levels())
    tokens = sorted((token for level in levels for token in level.tasks.values()), key=lambda token: token.id)
    row = {token.id: number for number, token in enumerate(tokens)}
    place = {id(level): number for number, level in enumerate(levels)}
    state = {
        "v": versions.CURRENT,
        "occ": case.occurrences,
        "levels": [[-1 if one.parent is None else row[one.parent.id], one.reached_end] for one in levels],
        "tokens": [_row(token, place[id(token.workflow)], row) for token in tokens],
    }
    if case.writes:
        state["writes"] = case.writes
    blob = encoded(state)
    if len(blob) > MOST_BYTES:
        raise LimitExceeded(f"expected a state of at most {MOST_BYTES} bytes, found {len(blob)}")
    return blob


def _row(token: Token, level: int, row: dict[int, int]) -> list[Any]:
    parent = -1 if token._parent is None else row[token._parent]
    return [level, token.task_spec.name, token._state, parent, token.internal_data or None]


def load(blob: bytes, compiled: Compiled, host: Host) -> Workflow:
    """The workflow that was dumped; raises NotFound for a version this release cannot read."""
    state = versions.upgrade(loads(blob))
    case = Case(compiled, host)
    case.occurrences, case.writes = state["occ"], state.get("writes", {})
    levels: dict[int, Any] = {0: case}
    tokens: list[Token] = []
    around = {parent: number for number, (parent, _) in enumerate(state["levels"]) if parent >= 0}
    case.reached_end = state["levels"][0][1]
    for number, (place, name, task_state, parent, internal) in enumerate(state["tokens"]):
        level = levels[place]
        token = Token(level, level.spec.task_specs[name], None if parent < 0 else tokens[parent], task_state)
        token.internal_data = internal or {}
        if parent < 0:
            level.task_tree = token
        tokens.append(token)
        if number in around:
            place = around[number]
            levels[place] = _level(case, token, state["levels"][place][1])
    return Workflow(compiled, host, case)


def _level(case: Case, parent: Token, reached_end: bool) -> Level:
    level = Level(case.subprocess_specs[parent.task_spec.spec], parent, case)
    level.reached_end = reached_end
    case.subprocesses[parent.id] = level
    return level
