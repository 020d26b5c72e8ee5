"""A case that ran elsewhere, replayed: a fold over its events in event-time order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.errors import Conflict
from engine.instances.execution import Execution
from engine.model import Actor, Outcome


@dataclass(frozen=True, slots=True)
class Act:
    """One event of the case: a step done, a message, or only the passing of time.

    ``kind`` is step (``name`` an element), message (``name`` a message) or time.
    """

    at: datetime
    kind: str
    name: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """What the fold led to; ``strays`` are the indices of acts that fit nowhere."""

    outcome: Outcome
    strays: tuple[int, ...]


def fold(execution: Execution, acts: Sequence[Act]) -> list[int]:
    """Play the acts; one that does not fit the drawing leaves the position as it is."""
    strays = []
    for index, act in enumerate(acts):
        execution.move_to(act.at)
        if execution.instance.state != "open":
            strays.append(index)
            continue
        execution.advance()
        if not _play(execution, act):
            strays.append(index)
    return strays


def _play(execution: Execution, act: Act) -> bool:
    if execution.instance.state != "open":
        return False
    before, execution.actor = execution.actor, act.actor or execution.actor
    try:
        if act.kind == "message":
            return _deliver(execution, act)
        return act.kind == "time" or _complete(execution, act)
    finally:
        execution.actor = before


def _complete(execution: Execution, act: Act) -> bool:
    for wait in execution.workflow.waits():
        if wait.kind == "person" and wait.element == act.name:
            execution.complete(wait.element, wait.occurrence, act.data)
            return True
    return False


def _deliver(execution: Execution, act: Act) -> bool:
    try:
        execution.deliver(act.name, act.data)
    except Conflict:
        return False
    return True
