"""Gateways as BPMN 2.0 says (13.4): joins that count tokens, and the choice between events.

Each token that reaches a join is a task of its own that waits there, behind the node it
came from. When the join fires, one waiting token of each incoming flow goes into the one
that goes on; what came in excess stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import EvaluationFailed

_STANDING = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class _Join:
    """What both joins share: tokens wait, and are merged when ``_may_fire``."""

    name: str
    inputs: list[Any]

    def _may_fire(self, my_task: Task, arrived: Counter[str]) -> bool:
        raise TypeError("expected a join that says when it fires")

    def _update_hook(self, my_task: Task) -> bool:
        waiting = [my_task, *self._others(my_task)]
        if not self._may_fire(my_task, Counter(map(_came_from, waiting))):
            my_task._set_state(TaskState.WAITING)
            return False
        seen = {_came_from(my_task)}
        for task in waiting[1:]:
            if _came_from(task) not in seen:
                seen.add(_came_from(task))
                # Its token goes on in ours.
                task._set_state(TaskState.CANCELLED)
                task._drop_children()
        return True

    def _others(self, my_task: Task) -> list[Task]:
        return [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and task is not my_task and task._state == TaskState.WAITING
        ]


class TokenParallelGateway(_Join, ParallelGateway):
    """Fires when every incoming flow has a token."""

    def _may_fire(self, my_task: Task, arrived: Counter[str]) -> bool:
        needed = Counter(spec.name for spec in self.inputs)
        return all(arrived[name] >= number for name, number in needed.items())

    def _run_hook(self, my_task: Task) -> bool:
        # Spiff would merge task data here and drop what other rounds have left behind.
        return True


class TokenInclusiveGateway(_Join, InclusiveGateway):
    """Fires when no token elsewhere can still reach an incoming flow that has none.

    A token that can also reach an incoming flow that has one is not waited for.
    """

    def _may_fire(self, my_task: Task, arrived: Counter[str]) -> bool:
        empty = {spec.name for spec in self.inputs} - arrived.keys()
        return not any(
            reached & empty and not reached & arrived.keys()
            for reached in map(self._reached_from, _tokens_elsewhere(self, my_task))
        )

    def _reached_from(self, spec: Any) -> set[str]:
        """The inputs of this gateway that a token at ``spec`` can come to without passing it."""
        ends = {one.name for one in self.inputs}
        seen: set[str] = set()
        waiting = [spec]
        while waiting:
            one = waiting.pop()
            if one.name not in seen and one is not self:
                seen.add(one.name)
                waiting.extend(one.outputs)
        return seen & ends

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise EvaluationFailed(
                f"expected a true condition or a default flow at {self.name}, found neither", element=self.name
            )
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class EventGateway(BpmnSpecMixin):
    """All its events wait, each by its own row; the first that goes withdraws the others."""

    def withdraw_others(self, my_task: Task, chosen: Task) -> None:
        for task in my_task.children:
            if task is not chosen:
                task.cancel()


def _came_from(task: Task) -> str:
    return str(task.parent.task_spec.name)


def _tokens_elsewhere(gateway: Any, my_task: Task) -> Iterator[Any]:
    """Where other tokens of this level stand; a boundary event that waits holds none."""
    for task in my_task.workflow.tasks.values():
        spec = task.task_spec
        if spec is gateway or task is my_task:
            continue
        waits_aside = isinstance(spec, BoundaryEvent) and task._state == TaskState.WAITING
        if task._state & _STANDING and not waits_aside or _is_on_its_way(task):
            yield spec


def _is_on_its_way(task: Task) -> bool:
    """Whether the node before is just being left, and its token comes here next."""
    parent = task.parent if task._state == TaskState.FUTURE else None
    return parent is not None and parent._state == TaskState.COMPLETED
