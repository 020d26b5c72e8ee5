"""Completing a person's step: it must be open, theirs to do, and is done once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casedata import checked
from engine.errors import Conflict, NotAllowed
from engine.instances.execution import Execution
from engine.instances.rows import Row
from engine.instances.views import task_of
from engine.instances.waits import OPEN
from engine.model import Actor, Data

_NOTHING: Data = {}


def complete_task(
    execution: Execution,
    task_id: str,
    data: Mapping[str, Any],
    actor: Actor,
    reason: str = "",
    over: Data = _NOTHING,
) -> None:
    """Leave the step; raises Conflict when it is done or withdrawn, Overwritten, NotAllowed for others."""
    row = execution.records.tasks.get(task_id)
    if row is None or row["state"] != OPEN or not _is_waiting(execution, row):
        raise Conflict("expected an open step, found it is already done or withdrawn", task=task_id)
    task = task_of(row)
    execution.handlers.authorize(execution.connection, actor, task)
    _refuse_excluded(execution, task.element, actor)
    entered = checked(data)
    replaced = execution.beside.replaced(row, entered, checked(over))
    execution.complete(task.element, task.occurrence, entered, reason, replaced)


def _is_waiting(execution: Execution, row: Row) -> bool:
    """A timer that was due may just have withdrawn the step."""
    return any(
        wait.kind == "person" and (wait.element, wait.occurrence) == (row["element"], row["occurrence"])
        for wait in execution.workflow.waits()
    )


def _refuse_excluded(execution: Execution, element: str, actor: Actor) -> None:
    step = execution.element(element).step
    for other in step.exclude if step else ():
        if any(s.element == other and s.actor == actor.id for s in execution.view.steps):
            raise NotAllowed(f"expected another person than the one who did {other}", element=element, other=other)
