"""Waits and rows match one to one: task and subscription rows follow the tokens."""

from __future__ import annotations

from engine.diagrams import waits_for_data
from engine.instances.execution import Execution
from engine.instances.keys import row_id
from engine.instances.rows import Row
from engine.instances.states import ARMED, SUSPENDED
from engine.spiff import Wait

OPEN, DONE, CANCELLED = "open", "done", "cancelled"
SUBSCRIBED = ("message", "condition", "signal")


def sync_waits(execution: Execution) -> list[Row]:
    """Bring task and subscription rows in line; gives the subscriptions to delete."""
    is_open = execution.instance.state == "open"
    waits = execution.workflow.waits() if is_open else []
    _sync_tasks(execution, [wait for wait in waits if wait.kind == "person"])
    execution.beside.forget()
    return _sync_subscriptions(execution, [wait for wait in waits if wait.kind in SUBSCRIBED])


def subscribed(execution: Execution) -> set[tuple[str, str]]:
    """The messages, with their keys, that the case has begun to wait for."""
    subscriptions = execution.records.subscriptions
    rows = [*subscriptions.inserts(), *(row for changed in subscriptions.updates().values() for row in changed)]
    return {(row["name"], row["correlation_key"]) for row in rows if row["kind"] == "message"}


def can_be_moved(execution: Execution) -> bool:
    """Whether something outside can still end a wait of this instance."""
    records = execution.records
    return (
        any(row["state"] == OPEN for row in records.tasks)
        or any(row["state"] in (ARMED, SUSPENDED) for row in records.timers)
        or any(_moved_from_outside(execution, wait) for wait in execution.workflow.waits())
    )


def _moved_from_outside(execution: Execution, wait: Wait) -> bool:
    """Whether a token stands there until a message, a signal or other data come."""
    if wait.listening:
        return False
    if wait.kind == "condition":
        return waits_for_data(execution.element(wait.element))
    return wait.kind in ("message", "signal")


def _sync_tasks(execution: Execution, waits: list[Wait]) -> None:
    tasks = execution.records.tasks
    wanted = set()
    for wait in waits:
        key = row_id(execution.instance.id, "task", wait.element, wait.occurrence)
        wanted.add(key)
        row = tasks.get(key)
        due = _deadline(execution, wait)
        if row is None:
            tasks.add(_new_task(execution, wait, key) | {"due": due})
        elif row["due"] != due:
            tasks.update(row, due=due)
    for row in tasks:
        if row["state"] == OPEN and row["id"] not in wanted:
            _close_task(execution, row)


def _close_task(execution: Execution, row: Row) -> None:
    step = execution.records.history.get(row["element"], row["occurrence"])
    done = step is not None and step["outcome"] == "completed"
    execution.records.tasks.update(
        row,
        state=DONE if done else CANCELLED,
        completed_at=execution.at,
        actor=step["actor"] if step is not None else None,
    )


def _new_task(execution: Execution, wait: Wait, key: str) -> Row:
    element, instance = execution.element(wait.element), execution.instance
    step = element.step
    return {
        "district_code": instance.district_code,
        "id": key,
        "instance_id": instance.id,
        "scope": instance.scope,
        "business_key": instance.business_key,
        "definition": instance.definition,
        "version": instance.version,
        "element": wait.element,
        "occurrence": wait.occurrence,
        "name": element.name,
        "name_en": element.name_en,
        "role": (step.role if step else None) or "",  # a mirrored step is done elsewhere
        "form": step.form if step else None,
        "state": OPEN,
        "created_at": execution.at,
        "completed_at": None,
        "actor": None,
        "claimed_by": None,
        "local": dict(wait.local),
    }


def _deadline(execution: Execution, wait: Wait) -> object:
    """The earliest deadline that runs on a step or on a sub-process or call around it."""
    around = {wait.element, *wait.around}
    deadlines = [
        row["deadline"]
        for row in execution.records.timers
        if row["state"] == ARMED and row["host"] in around and row["deadline"] is not None
    ]
    return min(deadlines, default=None)


def _sync_subscriptions(execution: Execution, waits: list[Wait]) -> list[Row]:
    rows, instance = execution.records.subscriptions, execution.instance
    wanted = set()
    for wait in waits:
        key = row_id(instance.id, wait.kind, wait.element, wait.occurrence)
        wanted.add(key)
        correlation = execution.key_of(wait) if wait.kind == "message" else instance.business_key
        row = rows.get(key)
        if row is not None and row["correlation_key"] != correlation:
            rows.update(row, correlation_key=correlation)
        if row is None:
            event = execution.element(wait.element).event
            rows.add(
                {
                    "district_code": instance.district_code,
                    "id": key,
                    "instance_id": instance.id,
                    "element": wait.element,
                    "occurrence": wait.occurrence,
                    "kind": wait.kind,
                    "name": event.ref if event and event.ref else wait.element,
                    "correlation_key": correlation,
                }
            )
    gone = [row for row in rows if row["id"] not in wanted]
    stored = [row for row in gone if row["id"] not in {r["id"] for r in rows.inserts()}]
    for row in gone:
        rows.drop(row)
    return stored
