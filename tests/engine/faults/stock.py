"""Bare SpiffWorkflow as it comes: its own parser, workflow, engine and serializer, nothing replaced."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

READY, WAITING, STARTED, FUTURE = TaskState.READY, TaskState.WAITING, TaskState.STARTED, TaskState.FUTURE
COMPLETED, CANCELLED, ERROR, ANY = TaskState.COMPLETED, TaskState.CANCELLED, TaskState.ERROR, TaskState.ANY_MASK
OPEN = READY | WAITING | STARTED


class OutOfTime(BaseException):
    """The CPU time allowed is used up. No Exception: Spiff turns those into its own."""


def parse(xml: bytes, parser: type[BpmnParser] = BpmnParser, name: str = "p") -> tuple[Any, dict[str, Any]]:
    """The spec of a process and those of its sub-processes."""
    reader = parser()
    reader.add_bpmn_str(xml)
    return reader.get_spec(name), reader.get_subprocess_specs(name)


def begin(xml: bytes, parser: type[BpmnParser] = BpmnParser, **data: Any) -> BpmnWorkflow:
    """A case that has run to its first waits."""
    workflow = BpmnWorkflow(*parse(xml, parser))
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    return workflow


def every(workflow: BpmnWorkflow) -> list[Task]:
    """All tasks of all levels, whatever the depth."""
    levels = [workflow, *workflow.subprocesses.values()]
    return [task for level in levels for task in level.tasks.values()]


def find(workflow: BpmnWorkflow, name: str, state: int = ANY) -> Task:
    """The first task of that name in that state."""
    return next(task for task in every(workflow) if task.task_spec.name == name and task.has_state(state))


def state(workflow: BpmnWorkflow, name: str) -> str:
    """The states of the tasks of that name, joined by a comma; "" where there is none."""
    found = [TaskState.get_name(task.state) for task in every(workflow) if task.task_spec.name == name]
    return ",".join(found)


def names(workflow: BpmnWorkflow, mask: int = READY) -> list[str]:
    """The names of the drawn nodes in that state, sorted; what Spiff adds has a dot in its name."""
    found = [task.task_spec.name for task in every(workflow) if task.has_state(mask)]
    return sorted(name for name in found if "." not in name and name not in ("Start", "End", "Root"))


def do(workflow: BpmnWorkflow, name: str, **data: Any) -> None:
    """Complete a READY step and run on."""
    task = find(workflow, name, READY)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def message(workflow: BpmnWorkflow, name: str, payload: Any = None) -> None:
    """A message that somebody outside sends, as ``catch`` takes it."""
    workflow.catch(BpmnEvent(MessageEventDefinition(name), payload={} if payload is None else payload))
    workflow.do_engine_steps()


def ran(workflow: BpmnWorkflow, name: str) -> int:
    """How often a node was completed."""
    return sum(task.task_spec.name == name and task.state == COMPLETED for task in every(workflow))


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after that much CPU time of this process."""

    def stop(number: int, frame: Any) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Budget:
    """Counts the tasks that an engine step is about to run, and stops it after so many."""

    def __init__(self, most: int) -> None:
        self.left = most

    def __call__(self, task: Task) -> None:
        self.left -= 1
        if self.left < 0:
            raise OutOfTime
