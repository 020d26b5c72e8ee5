"""Our task and event classes: they wait until the engine, by a row, lets them go."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class RowEvent(EventDefinition):
    """A timer, message or condition whose row decides; it never looks at a clock or at data."""

    def __init__(self, kind: str, reference: str) -> None:
        super().__init__(reference)
        self.kind = kind

    def catches(self, my_task: Task, event: Any) -> bool:
        return False


class RowBoundaryEvent(BoundaryEvent):
    """A boundary event that can fire again and again while its host is there."""

    def _predict_hook(self, my_task: Task) -> None:
        # What a non-interrupting event starts is added when it fires, each time anew.
        if self.cancel_activity:
            super()._predict_hook(my_task)

    def fire(self, my_task: Task, firing: dict[str, Any]) -> None:
        if self.cancel_activity:
            my_task.internal_data.update(event_fired=True, firing=firing)
            self._update(my_task)
            return
        for output in self.outputs:
            if isinstance(output, BoundaryEventJoin):
                continue
            child = my_task._add_child(output, TaskState.FUTURE)
            child.triggered = True
            child.internal_data["firing"] = firing
            output._predict(child, mask=TaskState.NOT_FINISHED_MASK)
            output._update(child)


class RowBoundaryJoin(BoundaryEventJoin):
    """Lets branches that a boundary event started run on after their host is done."""

    def _check_threshold_structured(self, my_task: Task) -> tuple[bool, list[Task]]:
        done, cancel = super()._check_threshold_structured(my_task)
        busy = [task for task in cancel if _has_open_branch(task)]
        for task in busy:
            task._set_state(TaskState.COMPLETED)
        return done, [task for task in cancel if task not in busy]


def _has_open_branch(task: Task) -> bool:
    if not isinstance(task.task_spec, BoundaryEvent) or task.task_spec.cancel_activity:
        return False
    waiting = list(task.children)
    while waiting:
        child = waiting.pop()
        if not child.has_state(TaskState.FINISHED_MASK):
            return True
        waiting.extend(child.children)
    return False


class HandlerTask(BpmnSpecMixin):
    """A rule or service task: it calls a registered handler and goes on at once."""

    def _run_hook(self, my_task: Task) -> bool:
        super()._run_hook(my_task)
        my_task.workflow.top_workflow.host.call(self.name, firing_of(my_task))
        return True


def firing_of(my_task: Task) -> dict[str, Any] | None:
    """The firing whose branch this task is on, from the nearest boundary event above."""
    task = my_task
    while task is not None:
        firing = task.internal_data.get("firing")
        if firing is not None:
            return dict(firing)
        task = task.parent
    return None
