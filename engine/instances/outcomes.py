"""What a command did, as its caller gets it and as its key keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.instances.execution import Execution
from engine.instances.waits import OPEN
from engine.model import Outcome
from engine.orders import Order


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


def command_rows(order: Order, outcome: Outcome, at: datetime) -> list[dict[str, Any]]:
    """The outcome under the order's key, and under that of the act which had it given again."""
    kinds = {order.key: order.kind}
    if order.mend is not None:
        kinds[order.mend.key] = order.mend.act
    stored = {name: getattr(outcome, name) for name in Outcome.__slots__}
    return [
        {"key": key, "instance_id": outcome.instance_id, "kind": kind, "outcome": stored, "at": at}
        for key, kind in kinds.items()
        if key is not None
    ]


def stored_outcome(stored: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(stored[name]) for name in ("completed", "fired", "tasks")}
    return Outcome(**{**stored, **lists})
