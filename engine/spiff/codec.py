"""A case's state as compact JSON: the definition by reference, parents as integers.

Predicted tasks are not stored; they are predicted anew on load. Version 1 holds, per
level, ``[spec, state, parent, internal, triggered]`` rows in an order in which a parent
comes before its children, and ``subs``: the sub-processes by the row of their parent.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import NotFound
from engine.spiff.parser import Compiled
from engine.spiff.workflow import Host, SpiffCase, SpiffLevel, Workflow

VERSION = 1
_PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE
_KEPT = ("occ", "firing", "event_fired")


def dump(workflow: Workflow) -> bytes:
    """The state of a workflow at rest."""
    case = workflow.case
    return orjson.dumps(
        {"v": VERSION, "occ": case.occurrences, **_level(case, case.subprocesses)},
        option=orjson.OPT_SORT_KEYS,
    )


def load(blob: bytes, compiled: Compiled, host: Host) -> Workflow:
    """The workflow that was dumped; raises NotFound for a version this release cannot read."""
    state = orjson.loads(blob)
    if state.get("v") != VERSION:
        raise NotFound(f"expected a state of version {VERSION}, found {state.get('v')}")
    case = SpiffCase(compiled, host, deserializing=True)
    case.occurrences = state["occ"]
    _restore(case, state, case)
    workflow = Workflow(compiled, host, case)
    _predict_anew(workflow)
    return workflow


def _level(level: Any, subprocesses: dict[UUID, Any]) -> dict[str, Any]:
    rows: list[list[Any]] = []
    index: dict[UUID, int] = {}
    subs: list[list[Any]] = []
    waiting = [level.task_tree]
    while waiting:
        task = waiting.pop()
        if task.has_state(_PREDICTED):
            continue
        index[task.id] = len(rows)
        rows.append(_row(task, index.get(task._parent, -1)))
        if task.id in subprocesses:
            sub = _level(subprocesses[task.id], subprocesses)
            subs.append([index[task.id], sub])
        waiting.extend(reversed(task.children))
    return {"t": rows, "s": subs, "c": level.completed, "ok": level.success}


def _row(task: Task, parent: int) -> list[Any]:
    kept = {key: task.internal_data[key] for key in _KEPT if task.internal_data.get(key)}
    return [task.task_spec.name, task._state, parent, kept or None, 1 if task.triggered else 0]


def _restore(level: Any, state: dict[str, Any], top: SpiffCase) -> None:
    tasks: list[Task] = []
    for name, task_state, parent, internal, triggered in state["t"]:
        task = Task(level, level.spec.task_specs[name], state=task_state, id=uuid4())
        task.triggered = bool(triggered)
        task.internal_data = internal or {}
        task.last_state_change = 0.0
        if parent >= 0:
            task._parent = tasks[parent].id
            tasks[parent]._children.append(task.id)
        tasks.append(task)
    level.task_tree = tasks[0]
    level.completed, level.success = state["c"], state["ok"]
    level.last_task = tasks[-1]
    for row, sub in state["s"]:
        _restore_sub(tasks[row], sub, top)


def _restore_sub(parent: Task, state: dict[str, Any], top: SpiffCase) -> None:
    spec = top.subprocess_specs[parent.task_spec.spec]
    sub = SpiffLevel(spec, parent.id, top, deserializing=True)
    top.subprocesses[parent.id] = sub
    sub.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    _restore(sub, state, top)


def _predict_anew(workflow: Workflow) -> None:
    unfinished = TaskState.READY | TaskState.WAITING | TaskState.STARTED
    for task in workflow.tasks():
        if task.has_state(unfinished):
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
