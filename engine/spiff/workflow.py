"""One running workflow: a thin face over Spiff that steps, finds waits and lets them go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin, SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, EvaluationFailed, InvariantBroken, LimitExceeded
from engine.spiff.parser import Compiled
from engine.spiff.specs import RowBoundaryEvent, RowEvent

STEP_BUDGET = 500
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


class _Environment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """No Python is ever evaluated: the routes that bypass the engine end here."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no Python expression, found {expression!r}")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no script, found {script!r}")

    def call_service(self, *args: Any, **kwargs: Any) -> Any:
        raise EvaluationFailed("expected no Python service")


class _ScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(_Environment())

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return bool(task.workflow.top_workflow.host.condition(task.task_spec.name, expression))

    def execute(self, task: Task, script: str, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no script, found {script!r}")


_SCRIPT_ENGINE = _ScriptEngine()


class SpiffCase(BpmnWorkflow):  # type: ignore[misc]
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


class Workflow:
    """Steps one case; every method leaves it at rest or raises, then it is thrown away."""

    def __init__(self, compiled: Compiled, host: Host, case: SpiffCase | None = None) -> None:
        self.compiled = compiled
        self.host = host
        self.case = case or SpiffCase(compiled, host)
        self._leaving: set[Any] = set()

    # -- looking ---------------------------------------------------------------------

    def tasks(self) -> Iterator[Task]:
        """Every task of every level, from the dictionaries, whatever the depth."""
        yield from list(self.case.tasks.values())
        for sub in list(self.case.subprocesses.values()):
            yield from list(sub.tasks.values())

    def waits(self) -> list[Wait]:
        """Where tokens stand, in order of entry."""
        return [wait for task in self.tasks() if (wait := _wait_of(task)) is not None]

    @property
    def ended(self) -> bool:
        """An end event was reached and nothing unfinished is left on any level."""
        reached = any(
            isinstance(task.task_spec, EndEventMixin) and task.state == TaskState.COMPLETED
            for task in self.case.tasks.values()
        )
        return reached and not any(
            task.has_state(TaskState.NOT_FINISHED_MASK) for task in self.tasks()
        )

    def check(self) -> None:
        """The engine's invariants on the tree; raises InvariantBroken."""
        for task in self.tasks():
            if task.state == TaskState.ERROR:
                raise InvariantBroken(f"element {task.task_spec.name} failed", element=task.task_spec.name)
            lost = task.state == TaskState.FUTURE and task.parent is not None
            if lost and task.parent.state == TaskState.COMPLETED:
                raise InvariantBroken(
                    f"the token before {task.task_spec.name} is lost", element=task.task_spec.name
                )
        for parent_id in self.case.subprocesses:
            if not any(task.id == parent_id for task in self.tasks()):
                raise InvariantBroken("a sub-process has lost its parent")

    # -- moving ----------------------------------------------------------------------

    def start(self) -> None:
        """Run from the start event to the first waits."""
        self._settle()

    def complete(self, element: str, occurrence: int) -> None:
        """Leave a person's step; the engine has checked that it may be left."""
        task = self._find(element, occurrence, "person")
        self._run(task)
        self._settle()

    def fire(self, element: str, occurrence: int, firing: dict[str, Any]) -> None:
        """Let one waiting event go: a timer, a message or a condition."""
        task = self._find(element, occurrence, None)
        spec = task.task_spec
        if isinstance(spec, RowBoundaryEvent):
            spec.fire(task, firing)
        else:
            task.internal_data.update(event_fired=True, firing=firing)
            spec._update(task)
        self._settle()

    def cancel(self) -> None:
        """Withdraw every token."""
        open_before = self._open_elements()
        self.case.cancel()
        self._report_cancelled(open_before)

    def _find(self, element: str, occurrence: int, kind: str | None) -> Task:
        for task in self.tasks():
            wait = _wait_of(task)
            if wait is None or wait.element != element or wait.occurrence != occurrence:
                continue
            if kind is None and wait.kind not in ("person", "subprocess") or wait.kind == kind:
                return task
        raise Conflict(
            f"expected {element} to be waiting, found it is not", element=element, occurrence=occurrence
        )

    def _run(self, task: Task) -> None:
        occurrence = self._occurrence(task)
        before = self._open_elements()
        if isinstance(task.task_spec, SubWorkflowTaskMixin):
            # Its data checkpoints fire, and their branches run, before it is left.
            self._leaving.add(task.id)
            self.host.leaving_subprocess(task.task_spec.name, occurrence)
            self._leaving.discard(task.id)
        task.run()
        if isinstance(task.task_spec, BpmnSpecMixin):
            self.host.left(task.task_spec.name, occurrence, "completed")
        before.pop(task.id, None)
        self._report_cancelled(before)

    def _settle(self) -> None:
        """Run everything that needs no person or event, deepest level first."""
        budget = STEP_BUDGET
        self._mark_entered()
        while (task := self._next_ready()) is not None:
            budget -= 1
            if budget < 0:
                raise LimitExceeded(
                    f"expected at most {STEP_BUDGET} steps in one command", element=task.task_spec.name
                )
            self._run(task)
            self._finish_subprocesses()
            self._mark_entered()
        self.case.bpmn_events.clear()

    def _next_ready(self) -> Task | None:
        levels = sorted(self.case.subprocesses.values(), key=lambda sub: -sub.depth)
        for level in [*levels, self.case]:
            for task in level.tasks.values():
                ready = task.state == TaskState.READY and not task.task_spec.manual
                if ready and task.id not in self._leaving:
                    return task
        return None

    def _finish_subprocesses(self) -> None:
        for parent_id, sub in list(self.case.subprocesses.items()):
            parent = self.case.get_task_from_id(parent_id)
            if sub.completed and parent.state == TaskState.STARTED:
                parent.task_spec._update(parent)

    # -- history ---------------------------------------------------------------------

    def _occurrence(self, task: Task) -> int:
        known = task.internal_data.get("occ")
        if known is None:
            name = task.task_spec.name
            known = self.case.occurrences[name] = self.case.occurrences.get(name, 0) + 1
            task.internal_data["occ"] = known
            if isinstance(task.task_spec, BpmnSpecMixin):
                self.host.entered(name, known)
        return int(known)

    def _mark_entered(self) -> None:
        for task in self.tasks():
            if task.has_state(_ALIVE) and "occ" not in task.internal_data:
                self._occurrence(task)

    def _open_elements(self) -> dict[Any, tuple[str, int]]:
        return {
            task.id: (task.task_spec.name, task.internal_data["occ"])
            for task in self.tasks()
            if task.has_state(_ALIVE) and "occ" in task.internal_data
        }

    def _report_cancelled(self, before: dict[Any, tuple[str, int]]) -> None:
        states = {task.id: task.state for task in self.tasks()}
        for task_id, (name, occurrence) in before.items():
            if states.get(task_id, TaskState.CANCELLED) == TaskState.CANCELLED:
                self.host.left(name, occurrence, "cancelled")


def _wait_of(task: Task) -> Wait | None:
    spec = task.task_spec
    name, occurrence = spec.name, task.internal_data.get("occ", 0)
    if task.state == TaskState.READY and spec.manual:
        return Wait(name, "person", occurrence)
    if task.state == TaskState.STARTED and isinstance(spec, SubWorkflowTaskMixin):
        return Wait(name, "subprocess", occurrence)
    if task.state != TaskState.WAITING or not isinstance(spec, CatchingEvent):
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
