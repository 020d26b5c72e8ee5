"""One running workflow: a thin face over Spiff that steps, finds waits and lets them go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin, SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, EvaluationFailed, InvariantBroken, LimitExceeded
from engine.spiff.gateways import EventGateway
from engine.spiff.parser import Compiled
from engine.spiff.specs import RowBoundaryEvent, RowEvent

STEP_BUDGET = 500
EVENTS = ("timer", "condition", "message")
_ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Host(Protocol):
    """What the workflow asks of the engine while it steps."""

    def condition(self, element: str, expression: str) -> bool: ...

    def call(self, element: str, firing: dict[str, Any] | None) -> None: ...

    def entered(self, element: str, occurrence: int) -> None: ...

    def left(self, element: str, occurrence: int, outcome: str) -> None: ...

    def leaving_subprocess(self, element: str, occurrence: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Wait:
    """A place where a token stands: kind is person, timer, condition, message or subprocess."""

    element: str
    kind: str
    occurrence: int
    host: str | None = None
    host_occurrence: int = 0


class _Environment(BasePythonScriptEngineEnvironment):
    """No Python is ever evaluated: the routes that bypass the engine end here."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no Python expression, found {expression!r}")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no script, found {script!r}")

    def call_service(self, *args: Any, **kwargs: Any) -> Any:
        raise EvaluationFailed("expected no Python service")


class _ScriptEngine(PythonScriptEngine):
    def __init__(self) -> None:
        super().__init__(_Environment())

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return bool(task.workflow.top_workflow.host.condition(task.task_spec.name, expression))

    def execute(self, task: Task, script: str, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no script, found {script!r}")


_SCRIPT_ENGINE = _ScriptEngine()


class _Level:
    """What every level of a case has in common: joins are looked at without Spiff's iterator."""

    tasks: dict[Any, Task]

    def update_waiting_tasks(self) -> None:
        for task in list(self.tasks.values()):
            # Events wait for their row; only joins can be done because something else is.
            if task._state == TaskState.WAITING and not isinstance(task.task_spec, CatchingEvent):
                task.task_spec._update(task)


class SpiffLevel(_Level, BpmnSubWorkflow):
    """A sub-process of a case."""


class SpiffCase(_Level, BpmnWorkflow):
    """Spiff's workflow with a line to the engine and a counter of occurrences."""

    def __init__(self, compiled: Compiled, host: Host, deserializing: bool = False) -> None:
        self.host = host
        self.occurrences: dict[str, int] = {}
        super().__init__(
            compiled.spec,
            compiled.subprocesses,
            script_engine=_SCRIPT_ENGINE,
            deserializing=deserializing,
        )

    def create_subprocess(self, my_task: Task, spec_name: str) -> SpiffLevel:
        level = SpiffLevel(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = level
        return level


class Workflow:
    """Steps one case; every method leaves it at rest or raises, then it is thrown away.

    ``_alive`` holds the tasks on which tokens stand, as the last look found them.
    """

    def __init__(self, compiled: Compiled, host: Host, case: SpiffCase | None = None) -> None:
        self.compiled = compiled
        self.host = host
        self.case = case or SpiffCase(compiled, host)
        self._alive: dict[Any, Task] = {}
        self._leaving: set[Any] = set()
        self._look()

    # -- looking ---------------------------------------------------------------------

    def tasks(self) -> Iterator[Task]:
        """Every task of every level, from the dictionaries, whatever the depth."""
        yield from list(self.case.tasks.values())
        for sub in list(self.case.subprocesses.values()):
            yield from list(sub.tasks.values())

    def waits(self) -> list[Wait]:
        """Where tokens stand, in order of entry."""
        return [wait for task in self._alive.values() if (wait := _wait_of(task)) is not None]

    @property
    def ended(self) -> bool:
        """An end event was reached and nothing unfinished is left on any level."""
        if self._alive:
            return False
        reached = any(
            isinstance(task.task_spec, EndEventMixin) and task._state == TaskState.COMPLETED
            for task in self.case.tasks.values()
        )
        return reached and not any(task.has_state(TaskState.NOT_FINISHED_MASK) for task in self.tasks())

    def check(self) -> None:
        """The engine's invariants on the tree; raises InvariantBroken."""
        for task in self.tasks():
            name = task.task_spec.name
            if task._state == TaskState.ERROR:
                raise InvariantBroken(f"element {name} failed", element=name)
            parent = task.parent if task._state == TaskState.FUTURE else None
            if parent is not None and parent._state == TaskState.COMPLETED:
                raise InvariantBroken(f"the token before {name} is lost", element=name)
        known = {task.id for task in self.tasks()}
        if not known.issuperset(self.case.subprocesses):
            raise InvariantBroken("a sub-process has lost its parent")

    # -- moving ----------------------------------------------------------------------

    def start(self) -> None:
        """Run from the start event to the first waits."""
        self._settle()

    def complete(self, element: str, occurrence: int) -> None:
        """Leave a person's step; the engine has checked that it may be left."""
        self._run(self._find(element, occurrence, ("person",)))
        self._settle()

    def fire(self, element: str, occurrence: int, firing: dict[str, Any]) -> None:
        """Let one waiting event go: a timer, a message or a condition."""
        task = self._find(element, occurrence, EVENTS)
        spec = task.task_spec
        if isinstance(spec, RowBoundaryEvent):
            spec.fire(task, firing)
        else:
            if isinstance(task.parent.task_spec, EventGateway):
                task.parent.task_spec.withdraw_others(task.parent, task)
            task.internal_data.update(event_fired=True, firing=firing)
            spec._update(task)
        self._look()
        self._settle()

    def cancel(self) -> None:
        """Withdraw every token."""
        self.case.cancel()
        self._look()

    def _find(self, element: str, occurrence: int, kinds: Collection[str]) -> Task:
        for task in self._alive.values():
            wait = _wait_of(task)
            if wait is None or wait.kind not in kinds:
                continue
            if (wait.element, wait.occurrence) == (element, occurrence):
                return task
        raise Conflict(f"expected {element} to be waiting, found it is not", element=element, occurrence=occurrence)

    def _run(self, task: Task) -> None:
        name, occurrence = _name_of(task)
        if isinstance(task.task_spec, SubWorkflowTaskMixin):
            # Its data checkpoints fire, and their branches run, before it is left.
            self._leaving.add(task.id)
            self.host.leaving_subprocess(name, occurrence)
            self._leaving.discard(task.id)
        task.run()
        self._alive.pop(task.id, None)
        if isinstance(task.task_spec, BpmnSpecMixin):
            self.host.left(name, occurrence, "completed")
        self._finish_subprocesses()
        self._look()

    def _settle(self) -> None:
        """Run everything that needs no person or event, deepest level first."""
        budget = STEP_BUDGET
        while (task := self._next_ready()) is not None:
            budget -= 1
            if budget < 0:
                raise LimitExceeded(f"expected at most {STEP_BUDGET} steps in one command", element=task.task_spec.name)
            self._run(task)
        self.case.bpmn_events.clear()

    def _next_ready(self) -> Task | None:
        ready = [
            task
            for task in self._alive.values()
            if task._state == TaskState.READY and not task.task_spec.manual and task.id not in self._leaving
        ]
        return max(ready, key=lambda task: task.workflow.depth, default=None)

    def _finish_subprocesses(self) -> None:
        for parent_id, sub in list(self.case.subprocesses.items()):
            if sub.completed:
                parent = self.case.get_task_from_id(parent_id)
                if parent._state == TaskState.STARTED:
                    parent.task_spec._update(parent)

    # -- history ---------------------------------------------------------------------

    def _look(self) -> None:
        """One pass over all tasks: who is alive, who is new, and who was withdrawn."""
        before, self._alive = self._alive, {}
        entered = []
        for task in self.tasks():
            if task._state & _ALIVE:
                self._alive[task.id] = task
                if "occ" not in task.internal_data:
                    entered.append(task)
        gone = [task for task_id, task in before.items() if task_id not in self._alive]
        for task in sorted(gone, key=_name_of):
            if isinstance(task.task_spec, BpmnSpecMixin):
                done = task._state == TaskState.COMPLETED
                self.host.left(*_name_of(task), "completed" if done else "cancelled")
        for task in entered:
            self._enter(task)

    def _enter(self, task: Task) -> None:
        name = task.task_spec.name
        number = self.case.occurrences[name] = self.case.occurrences.get(name, 0) + 1
        task.internal_data["occ"] = number
        if isinstance(task.task_spec, BpmnSpecMixin):
            self.host.entered(name, number)


def _name_of(task: Task) -> tuple[str, int]:
    """A passage's element and number: the same order before and after a case was read back."""
    return task.task_spec.name, int(task.internal_data["occ"])


def _wait_of(task: Task) -> Wait | None:
    spec = task.task_spec
    name, occurrence = spec.name, task.internal_data.get("occ", 0)
    if task._state == TaskState.READY and spec.manual:
        return Wait(name, "person", occurrence)
    if task._state == TaskState.STARTED and isinstance(spec, SubWorkflowTaskMixin):
        return Wait(name, "subprocess", occurrence)
    if task._state != TaskState.WAITING or not isinstance(spec, CatchingEvent):
        return None
    if not isinstance(spec.event_definition, RowEvent):
        return None
    host = _host_of(task)
    if host is None:
        return Wait(name, spec.event_definition.kind, occurrence)
    return Wait(
        name,
        spec.event_definition.kind,
        occurrence,
        host.task_spec.name,
        host.internal_data.get("occ", 0),
    )


def _host_of(task: Task) -> Task | None:
    split = task.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    for sibling in split.children:
        if not isinstance(sibling.task_spec, RowBoundaryEvent):
            return sibling
    return None
