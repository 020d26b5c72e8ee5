"""Until when a step is to be done: the first deadline of the limits that run on it or around it.

The engine's ``task.due`` is the next one ahead; a promised limit that has passed still makes the step late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import Task
from engine.diagrams import Diagram
from engine.tables import timer
from webui.wiring import Application

RUNNING = ("armed", "fired")


def deadlines(app: Application, tasks: Iterable[Task]) -> dict[str, datetime]:
    """Task id -> its first deadline, of the open ones that have any."""
    open_tasks = [task for task in tasks if task.state == "open"]
    rows = _timers(app, {task.instance_id for task in open_tasks})
    found: dict[str, datetime] = {}
    for task in open_tasks:
        diagram = app.runtime.query.diagram(task.definition, task.version)
        instants = list(_of_task(task, diagram, rows[task.instance_id]))
        if instants:
            found[task.id] = min(instants)
    return found


def _timers(app: Application, ids: set[str]) -> Mapping[str, list[Any]]:
    columns = (timer.c.instance_id, timer.c.host, timer.c.occurrence, timer.c.due, timer.c.deadline)
    query = select(*columns).where(timer.c.instance_id.in_(ids), timer.c.state.in_(RUNNING))
    rows: dict[str, list[Any]] = defaultdict(list)
    with app.database.read() as connection:
        for row in connection.execute(query):
            rows[row.instance_id].append(row)
    return rows


def _of_task(task: Task, diagram: Diagram, rows: list[Any]) -> Iterator[datetime]:
    around = set(_ancestors(diagram, task.element))
    for row in rows:
        own = row.host == task.element and row.occurrence == task.occurrence
        if own or row.host in around:
            instant = _last_in_time(row)
            if instant is not None:
                yield instant


def _last_in_time(row: Any) -> datetime | None:
    """A plain timer has no deadline: what comes before it fires is in time."""
    if row.deadline is not None:
        return row.deadline
    return row.due - timedelta(microseconds=1) if row.due is not None else None


def _ancestors(diagram: Diagram, element: str) -> Iterator[str]:
    """The sub-processes around an element, from the inside out."""
    known = diagram.elements.get(element)
    while known is not None and known.parent is not None:
        yield known.parent
        known = diagram.elements.get(known.parent)
