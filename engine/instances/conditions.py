"""Conditional events: looked at after every move of a case and whenever its data have changed.

An event goes off when its condition turns true: at once where it is true as the event begins to
wait, and again each time that it has been false in between (BPMN 2.0, 10.5.5). Those that turned
true together go off in order of arrival, before anything else moves. A condition that cannot be
told leaves its event as it was and is an incident of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import orders
from engine.diagrams import waits_for_data
from engine.errors import EngineError, EvaluationFailed
from engine.orders import Order
from engine.spiff import Wait

if TYPE_CHECKING:
    from engine.instances.execution import Execution

KIND = "condition"


class Conditions:
    """``failed`` are the conditions that could not be told at the last look of this command."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self.looked = False
        self.failed: dict[tuple[str, int], tuple[Order, EngineError]] = {}

    @property
    def subjects(self) -> set[str]:
        """Those that failed, as their incidents know them."""
        return {order.subject for order, _ in self.failed.values()}

    def look(self) -> bool:
        """Ask every condition that is waited for; let those go that have turned true; whether there were any."""
        self.looked = True
        self.failed.clear()
        turned = [wait for wait in self._execution.workflow.waits() if self._turned(wait)]
        for wait in turned:
            # The one before may have withdrawn it.
            if self._execution.workflow.waits_at(wait.element, wait.occurrence, KIND):
                self._execution.let_condition_go(wait)
        return bool(turned)

    def _turned(self, wait: Wait) -> bool:
        if wait.kind != KIND or not waits_for_data(self._execution.element(wait.element)):
            return False
        holds = self._holds(wait)
        if holds is None or holds == wait.held:
            return False
        self._execution.workflow.hold(wait.element, wait.occurrence, held=holds)
        return holds

    def _holds(self, wait: Wait) -> bool | None:
        event = self._execution.element(wait.element).event
        assert event is not None
        try:
            return self._execution.host.condition(wait.element, event.text or "", wait.names)
        except EvaluationFailed as error:
            self.failed[wait.element, wait.occurrence] = orders.condition(wait.element, wait.occurrence), error
            return None


def look_at(execution: Execution, element: str, occurrence: int) -> None:
    """Look again because of an incident; raises what still stands in the way of this one."""
    execution.settle()
    failed = execution.conditions.failed.get((element, occurrence))
    if failed is not None:
        raise failed[1]
