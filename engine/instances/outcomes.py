"""What a command did, as its caller gets it and as its key keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.instances.execution import Execution
from engine.instances.waits import OPEN
from engine.model import Outcome


def outcome_of(execution: Execution, revision: int, result: Mapping[str, Any] | None) -> Outcome:
    open_tasks = tuple(row["id"] for row in execution.records.tasks if row["state"] == OPEN)
    return Outcome(
        execution.instance.id,
        revision,
        execution.instance.state,
        tuple(execution.completed),
        tuple(execution.fired),
        open_tasks,
        dict(result or {}),
    )


def command_row(execution: Execution, kind: str, key: str, outcome: Outcome) -> dict[str, Any]:
    return {
        "key": key,
        "instance_id": execution.instance.id,
        "kind": kind,
        "outcome": {name: getattr(outcome, name) for name in Outcome.__slots__},
        "at": execution.at,
    }


def stored_outcome(stored: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(stored[name]) for name in ("completed", "fired", "tasks")}
    return Outcome(**{**stored, **lists})
