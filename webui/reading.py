"""What the pages read, in one place: engine and supervision rows, filtered by what the visitor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine import Instance, Task
from engine.queries import within
from engine.tables import instance, suspension, task
from monitors.model import ANY, District, Person
from monitors.scope import Scope
from webui.access import Visitor
from webui.deadlines import deadlines
from webui.presenters import PAGE, Page, TaskRow, remaining, subject
from webui.wiring import Application

MOST_TASKS = 500


def inbox(app: Application, visitor: Visitor, *, mine: bool) -> tuple[TaskRow, ...]:
    """The open steps of the visitor's roles where they hold them; those due first come first.

    ``mine``: only those that the visitor has taken, or that nobody else has.
    """
    tasks: dict[str, Task] = {}
    for role in sorted(visitor.roles):
        scope = visitor.scope(frozenset({role}))
        found = app.runtime.query.tasks(roles=(role,), scope=scope.pairs, limit=MOST_TASKS)
        tasks.update((one.id, one) for one in found)
    wanted = [one for one in tasks.values() if not mine or one.claimed_by in (None, visitor.id)]
    return tuple(sorted(task_rows(app, wanted), key=_urgency))


def _urgency(row: TaskRow) -> tuple[bool, float, float]:
    due = row.remaining.due
    return due is None, due.timestamp() if due else 0.0, row.task.created_at.timestamp()


def task_rows(app: Application, tasks: list[Task]) -> tuple[TaskRow, ...]:
    """The lines of a list of steps."""
    now = app.clock.now()
    dues = deadlines(app, tasks)
    subjects = _subjects(app, {one.instance_id for one in tasks})
    with app.database.read() as connection:
        places = {
            key: app.directory.department(connection, *key) for key in {(one.district_code, one.scope) for one in tasks}
        }
        calendars = {
            key: app.calendars.for_case(*key, connection)
            for key in {(one.definition, one.district_code) for one in tasks}
        }
    return tuple(
        TaskRow(
            one,
            *subjects.get(one.instance_id, (one.definition, one.definition)),
            remaining(dues.get(one.id), now, calendars[one.definition, one.district_code]),
            places[one.district_code, one.scope],
        )
        for one in tasks
    )


def _subjects(app: Application, ids: set[str]) -> dict[str, tuple[str, str]]:
    columns = (instance.c.id, instance.c.data, instance.c.definition)
    with app.database.read() as connection:
        rows = connection.execute(select(*columns).where(instance.c.id.in_(ids))).all()
    return {row.id: subject(row.data, row.definition, row.definition) for row in rows}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a case list is narrowed to. ``text`` is the beginning of a case number."""

    state: str = "open"
    text: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the case list."""

    id: str
    number: str
    subject: str
    subject_en: str
    applicant: str
    district: Any
    department: Any
    state: str
    started_at: datetime
    ended_at: datetime | None
    remaining: Any


def cases(app: Application, scope: Scope, wanted: CaseFilter, page: int) -> Page:
    """Cases, the newest first; the processes that handle violations are not cases."""
    columns = (
        *(instance.c.id, instance.c.business_key, instance.c.data, instance.c.definition, instance.c.district_code),
        *(instance.c.scope, instance.c.state, instance.c.started_at, instance.c.ended_at),
        _stopped().label("stopped"),
    )
    query = _narrowed(within(select(*columns), instance, scope.pairs), wanted)
    query = query.order_by(instance.c.started_at.desc(), instance.c.id).limit(PAGE + 1).offset((page - 1) * PAGE)
    with app.database.read() as connection:
        rows = connection.execute(query).all()
    dues = _first_dues(app, {row.id for row in rows if row.state == "open" and not row.stopped})
    with app.database.read() as connection:
        return Page.of([_case_row(app, connection, row, dues.get(row.id)) for row in rows], page)


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    query = query.where(instance.c.parent_id.is_(None))
    if wanted.state in ("open", "ended", "cancelled"):
        query = query.where(instance.c.state == wanted.state)
    elif wanted.state == "suspended":
        query = query.where(instance.c.state == "open", _stopped())
    if wanted.text:
        query = query.where(instance.c.business_key.startswith(wanted.text, autoescape=True))
    if wanted.district:
        query = query.where(instance.c.district_code == wanted.district)
    return query


def _stopped() -> Any:
    return select(suspension.c.id).where(suspension.c.instance_id == instance.c.id, suspension.c.end.is_(None)).exists()


def _first_dues(app: Application, ids: set[str]) -> dict[str, datetime]:
    """Case -> the first deadline of its open steps."""
    query = select(task).where(task.c.instance_id.in_(ids), task.c.state == "open")
    with app.database.read() as connection:
        tasks = [Task(**row._mapping) for row in connection.execute(query)]
    dues = deadlines(app, tasks)
    found: dict[str, datetime] = {}
    for one in tasks:
        if one.id in dues:
            found[one.instance_id] = min(dues[one.id], found.get(one.instance_id, dues[one.id]))
    return found


def _case_row(app: Application, connection: Any, row: Any, due: datetime | None) -> CaseRow:
    calendar = app.calendars.for_case(row.definition, row.district_code, connection)
    return CaseRow(
        row.id,
        row.business_key,
        *subject(row.data, row.definition, row.definition),
        str(row.data.get("applicant_name_masked") or row.data.get("applicant_name") or ""),
        district(app, connection, row.district_code),
        app.directory.department(connection, row.district_code, row.scope),
        "suspended" if row.stopped and row.state == "open" else row.state,
        row.started_at,
        row.ended_at,
        remaining(due, app.clock.now(), calendar),
    )


def district(app: Application, connection: Any, code: str) -> Any:
    """That district by its code."""
    return next((one for one in app.directory.districts(connection) if one.code == code), None)


def people(app: Application, ids: set[str]) -> dict[str, Person]:
    """Those people by id; the system and people who are gone are missing."""
    with app.database.read() as connection:
        return {person.id: person for person in app.directory.people(connection) if person.id in ids}


def case_of(app: Application, found: Instance) -> Instance:
    """The case itself: a violation process leads to the case that it is about."""
    return app.runtime.query.instance(found.parent_id) if found.parent_id else found


def districts(app: Application, scope: Scope) -> tuple[District, ...]:
    """The districts that the scope reaches into, for a filter."""
    codes = {code for code, _department in scope.pairs}
    with app.database.read() as connection:
        found = app.directory.districts(connection)
    return tuple(one for one in found if ANY in codes or one.code in codes)
