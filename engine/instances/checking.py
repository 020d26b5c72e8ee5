"""Checkpoints looked at because a step or sub-process is about to be left.

At its data, and at limits that never got a due. One that fails to evaluate is its own
incident; the step stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import expressions
from engine.errors import EvaluationFailed
from engine.incidents import incident_row
from engine.instances.firings import to_json
from engine.model import Firing
from engine.spiff import Wait

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def look_on_completion(execution: Execution, host: str, occurrence: int) -> None:
    """Fire the checkpoints on a host whose data are in and which is still there."""
    for wait in execution.workflow.waits():
        if (wait.host, wait.host_occurrence) == (host, occurrence) and _must_look(execution, wait):
            firing = _firing(execution, wait)
            execution.workflow.fire(wait.element, wait.occurrence, to_json(firing))


def _must_look(execution: Execution, wait: Wait) -> bool:
    if wait.kind == "timer":
        return execution.timing.lacks_due(wait.element, wait.host_occurrence)
    return wait.kind == "condition" and _is_true(execution, wait)


def _is_true(execution: Execution, wait: Wait) -> bool:
    event = execution.element(wait.element).event
    text = event.text if event else None
    context = expressions.context_of(execution.view, wait.local, step_completed=True)
    try:
        return expressions.condition(text or "", context, execution.view, execution.handlers, wait.element)
    except EvaluationFailed as error:
        row = incident_row(error, execution.instance.id, "checkpoint", execution.recorded_at)
        execution.records.incidents.append(row)
        return False


def _firing(execution: Execution, wait: Wait) -> Firing:
    return Firing(
        element=wait.element,
        checkpoint=execution.element(wait.element).checkpoint,
        cause="completion",
        host=wait.host,
        occurrence=wait.host_occurrence,
        happened=execution.at,
    )
