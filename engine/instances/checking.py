"""Checkpoints looked at because a step or sub-process is about to be left.

At its data, and at limits that never got a due. One that fails to evaluate is its own
incident; the step stands, and the look can be made up for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import expressions, orders
from engine.errors import EvaluationFailed
from engine.instances.calling import do_task
from engine.instances.firings import to_json
from engine.model import Data, Firing
from engine.spiff import Wait

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def look_on_completion(execution: Execution, host: str, occurrence: int) -> None:
    """Fire the checkpoints on a host whose data are in and which is still there."""
    for wait in execution.workflow.waits():
        if (wait.host, wait.host_occurrence) == (host, occurrence) and _must_look(execution, wait):
            firing = _firing(execution, wait.element, wait.host, wait.host_occurrence)
            execution.workflow.fire(wait.element, wait.occurrence, to_json(firing))


def _must_look(execution: Execution, wait: Wait) -> bool:
    if wait.kind == "timer":
        return execution.timing.lacks_due(wait.element, wait.host_occurrence)
    return wait.kind == "condition" and _is_true(execution, wait)


def look_again(execution: Execution, element: str, occurrence: int, local: Data) -> None:
    """Make up for a look that failed: its event is gone, so its rule tasks are called without it.

    ``occurrence`` is the passage of the host. The data are those of today.
    """
    execution.note("looked_again", {"element": element, "occurrence": occurrence})
    execution.touch()
    if not _holds(execution, element, local):
        return
    host = execution.element(element).attached_to
    firing = to_json(_firing(execution, element, host, occurrence))
    for flow in execution.compiled.diagram.flows:
        if flow.source == element:
            do_task(execution, flow.target, firing, local)


def _is_true(execution: Execution, wait: Wait) -> bool:
    try:
        return _holds(execution, wait.element, wait.local)
    except EvaluationFailed as error:
        execution.records.failures.append((orders.look(wait.element, wait.host_occurrence, wait.local), error))
        return False


def _holds(execution: Execution, element: str, local: Data) -> bool:
    event = execution.element(element).event
    text = event.text if event else None
    context = expressions.context_of(execution.view, local, step_completed=True)
    return expressions.condition(text or "", context, execution.view, execution.handlers, element)


def _firing(execution: Execution, element: str, host: str | None, occurrence: int) -> Firing:
    return Firing(
        element=element,
        checkpoint=execution.element(element).checkpoint,
        cause="completion",
        host=host,
        occurrence=occurrence,
        happened=execution.at,
    )
