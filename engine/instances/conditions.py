"""Conditional events: looked at after every move of a case and whenever its data have changed.

An event goes off when its condition turns true: at once where it is true as the event begins to
wait, and again each time that it has been false in between (BPMN 2.0, 10.5.5). What turned true at
one instant goes off in order of arrival, even if the first of them makes the condition of the next
false again. A condition that cannot be told leaves the event as it was and is an incident of its own.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from engine import orders
from engine.diagrams import waits_for_data
from engine.errors import EngineError, EvaluationFailed, LimitExceeded
from engine.orders import Order
from engine.spiff import Wait

if TYPE_CHECKING:
    from engine.instances.execution import Execution

MOST = 100  # conditional events that go off in one look, each because of the one before
KIND = "condition"


class Conditions:
    """``failed`` are the conditions that could not be told at the last look of this command."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._turned: deque[Wait] = deque()
        self._firing = False
        self.looked = False
        self.failed: dict[tuple[str, int], tuple[Order, EngineError]] = {}

    @property
    def subjects(self) -> set[str]:
        """Those that failed, as their incidents know them."""
        return {order.subject for order, _ in self.failed.values()}

    def look(self) -> None:
        """Ask every condition that is waited for; let go of those that have turned true."""
        if not self._execution.watches:
            return
        self.looked = True
        self._ask()
        if self._firing:
            return  # whoever is at it goes on with those found now
        self._firing = True
        try:
            self._let_go()
        finally:
            self._firing = False

    def _ask(self) -> None:
        self.failed.clear()
        for wait in self._execution.workflow.waits():
            if wait.kind != KIND or not waits_for_data(self._execution.element(wait.element)):
                continue
            holds = self._holds(wait)
            if holds is None or holds == wait.held:
                continue
            self._execution.workflow.hold(wait.element, wait.occurrence, held=holds)
            if holds:
                self._turned.append(wait)

    def _holds(self, wait: Wait) -> bool | None:
        event = self._execution.element(wait.element).event
        assert event is not None
        try:
            return self._execution.condition(wait.element, event.text or "", wait.local)
        except EvaluationFailed as error:
            self.failed[wait.element, wait.occurrence] = orders.condition(wait.element, wait.occurrence), error
            return None

    def _let_go(self) -> None:
        gone = 0
        while self._turned:
            wait = self._turned.popleft()
            if not self._execution.workflow.waits_at(wait.element, wait.occurrence, KIND):
                continue  # the one before has withdrawn it
            gone += 1
            if gone > MOST:
                raise LimitExceeded(
                    f"expected at most {MOST} conditional events to go off in one command, found more",
                    element=wait.element,
                )
            self._execution.let_condition_go(wait)
            self._ask()


def look_at(execution: Execution, element: str, occurrence: int) -> None:
    """Look again because of an incident; raises what still stands in the way of this one."""
    execution.settle()
    failed = execution.conditions.failed.get((element, occurrence))
    if failed is not None:
        raise failed[1]
