"""Reading: what pages, reports and the worker ask of the engine."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select

from engine import messages
from engine.casedata import loads
from engine.db import Database
from engine.definitions import Definitions, find, version_in_force, versions
from engine.diagrams import Diagram
from engine.errors import NotFound
from engine.incidents import RESOLVED, SKIPPED, STANDING
from engine.instances.views import (
    extension_of,
    incident_of,
    instance_of,
    step_of,
    suspension_of,
    task_of,
    timer_of,
)
from engine.journal import WITNESS
from engine.model import (
    Definition,
    ExtensionEntry,
    Incident,
    Instance,
    JournalEntry,
    Step,
    SuspensionEntry,
    Task,
    Timer,
)
from engine.tables import (
    extension,
    history,
    incident,
    instance,
    journal,
    setting,
    subscription,
    suspension,
    task,
    timer,
)

Scope = Collection[tuple[str, str]]
_WITHOUT_BLOB = [column for column in instance.c if column.name != "blob"]


class Queries:
    """Each method is one reading transaction. A scope is (district, department) pairs, ``*`` for all."""

    def __init__(self, database: Database, definitions: Definitions) -> None:
        self._database = database
        self._definitions = definitions

    # -- models ------------------------------------------------------------------------

    def definitions(self, name: str | None = None) -> list[Definition]:
        """Every version of a model, or of every model, by name and number."""
        with self._database.read() as connection:
            return versions(connection, name)

    def definition(self, name: str, version: int) -> Definition:
        with self._database.read() as connection:
            return find(connection, name, version)

    def version_in_force(self, name: str, at: datetime) -> int:
        """The version that a case which starts then starts on; raises NotFound."""
        with self._database.read() as connection:
            return version_in_force(connection, name, at)

    def diagram(self, name: str, version: int) -> Diagram:
        with self._database.read() as connection:
            return self._definitions.diagram(connection, name, version)

    def parts(self, name: str, version: int) -> dict[str, Definition]:
        """The version and those that it calls, each by what stands before its ids in a case (``engine/linking.py``)."""
        with self._database.read() as connection:
            return dict(self._definitions.parts(connection, name, version))

    # -- instances ---------------------------------------------------------------------

    def instance(self, instance_id: str) -> Instance:
        row = self._one(select(*_WITHOUT_BLOB).where(instance.c.id == instance_id))
        if row is None:
            raise NotFound(f"expected a case {instance_id}, found none", instance=instance_id)
        return instance_of(row)

    def instances(
        self,
        *,
        definition: str | None = None,
        state: str | None = None,
        scope: Scope | None = None,
        parent_id: str | None = None,
        business_key: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Instance]:
        """Instances, the newest first."""
        query = select(*_WITHOUT_BLOB).order_by(instance.c.started_at.desc(), instance.c.id)
        for column, value in (
            (instance.c.definition, definition),
            (instance.c.state, state),
            (instance.c.parent_id, parent_id),
            (instance.c.business_key, business_key),
        ):
            if value is not None:
                query = query.where(column == value)
        query = within(query, instance, scope).limit(limit).offset(offset)
        return [instance_of(row) for row in self._all(query)]

    def waiting_for(self, kind: str, name: str) -> list[str]:
        """The open instances that wait for a message or signal of that name, in no order."""
        query = select(subscription.c.instance_id).where(subscription.c.kind == kind, subscription.c.name == name)
        return [row["instance_id"] for row in self._all(query.distinct())]

    def kept_messages(self, *, scope: Scope | None = None, limit: int = 200, offset: int = 0) -> list[dict[str, Any]]:
        """Messages that nobody has waited for yet: name, key, sender, since when and until when each is kept.

        Those that are given up first come first.
        """
        found = messages.kept()
        query = within(select(found).order_by(found.c.run_after, found.c.id), found, scope)
        return self._all(query.limit(limit).offset(offset))

    def count(self, *, definition: str | None = None, state: str | None = None) -> int:
        query = select(func.count()).select_from(instance)
        if definition is not None:
            query = query.where(instance.c.definition == definition)
        if state is not None:
            query = query.where(instance.c.state == state)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def steps(self, instance_id: str) -> list[Step]:
        query = (
            select(history).where(history.c.instance_id == instance_id).order_by(history.c.seq, history.c.entered_at)
        )
        return [step_of(row) for row in self._all(query)]

    def timers(self, instance_id: str, state: str | None = None) -> list[Timer]:
        query = select(timer).where(timer.c.instance_id == instance_id).order_by(timer.c.due)
        if state is not None:
            query = query.where(timer.c.state == state)
        return [timer_of(row) for row in self._all(query)]

    def timer(self, timer_id: str) -> Timer:
        row = self._one(select(timer).where(timer.c.id == timer_id))
        if row is None:
            raise NotFound(f"expected a timer {timer_id}, found none", timer=timer_id)
        return timer_of(row)

    def suspensions(self, instance_id: str) -> list[SuspensionEntry]:
        query = select(suspension).where(suspension.c.instance_id == instance_id)
        return [suspension_of(row) for row in self._all(query.order_by(suspension.c.start))]

    def extension(self, instance_id: str) -> ExtensionEntry | None:
        return extension_of(self._one(select(extension).where(extension.c.instance_id == instance_id)))

    def journal(self, instance_id: str) -> list[JournalEntry]:
        """The entries of a case, without the digests of the rows that each command wrote."""
        query = select(journal).where(journal.c.chain == instance_id).order_by(journal.c.seq)
        return [
            JournalEntry(
                **{k: row[k] for k in ("chain", "seq", "at", "recorded_at", "kind", "actor")},
                body={name: value for name, value in loads(row["body"]).items() if name != WITNESS},
                previous=row["previous"],
                hash=row["hash"],
            )
            for row in self._all(query)
        ]

    # -- work --------------------------------------------------------------------------

    def task(self, task_id: str) -> Task:
        row = self._one(select(task).where(task.c.id == task_id))
        if row is None:
            raise NotFound(f"expected a step {task_id}, found none", task=task_id)
        return task_of(row)

    def tasks(
        self,
        *,
        roles: Collection[str] | None = None,
        scope: Scope | None = None,
        instance_id: str | None = None,
        state: str | None = "open",
        limit: int = 200,
        offset: int = 0,
    ) -> list[Task]:
        """Steps that wait for people; those due first come first, those without due last."""
        query = select(task).order_by(task.c.due.is_(None), task.c.due, task.c.created_at)
        if roles is not None:
            query = query.where(task.c.role.in_(list(roles)))
        if instance_id is not None:
            query = query.where(task.c.instance_id == instance_id)
        if state is not None:
            query = query.where(task.c.state == state)
        return [task_of(row) for row in self._all(within(query, task, scope).limit(limit).offset(offset))]

    def next_timer(self, after: datetime | None = None) -> Timer | None:
        """The armed timer that is due first (after an instant)."""
        query = select(timer).where(timer.c.state == "armed").order_by(timer.c.due).limit(1)
        if after is not None:
            query = query.where(timer.c.due > after)
        row = self._one(query)
        return timer_of(row) if row is not None else None

    def incident(self, incident_id: str) -> Incident:
        row = self._one(select(incident).where(incident.c.id == incident_id))
        if row is None:
            raise NotFound(f"expected an incident {incident_id}, found none", incident=incident_id)
        return incident_of(row)

    def incidents(
        self,
        *,
        standing: bool | None = True,
        instance_id: str | None = None,
        scope: Scope | None = None,
        limit: int = 1000,
        offset: int = 0,
    ) -> list[Incident]:
        """Incidents, the latest first: those that stand, those that do not, or (None) all."""
        query = select(incident).order_by(incident.c.created_at.desc(), incident.c.id)
        if standing is not None:
            query = query.where(incident.c.state.in_(STANDING if standing else (RESOLVED, SKIPPED)))
        if instance_id is not None:
            query = query.where(incident.c.instance_id == instance_id)
        return [incident_of(row) for row in self._all(within(query, incident, scope).limit(limit).offset(offset))]

    def count_incidents(self, scope: Scope | None = None) -> int:
        """How many incidents stand."""
        query = select(func.count()).select_from(incident).where(incident.c.state.in_(STANDING))
        with self._database.read() as connection:
            return int(connection.execute(within(query, incident, scope)).scalar_one())

    # -- the product itself --------------------------------------------------------------

    def setting(self, name: str) -> Any:
        row = self._one(select(setting).where(setting.c.name == name))
        return row["value"] if row is not None else None

    def _one(self, query: Select[Any]) -> dict[str, Any] | None:
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            return dict(row) if row is not None else None

    def _all(self, query: Select[Any]) -> list[dict[str, Any]]:
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def within(query: Select[Any], table: Any, scope: Scope | None) -> Select[Any]:
    """Only rows inside the scope; None is everything, an empty scope is nothing."""
    if scope is None or ("*", "*") in scope:
        return query
    parts = [
        and_(
            *(
                column == value
                for column, value in ((table.c.district_code, district), (table.c.scope, department))
                if value != "*"
            )
        )
        for district, department in scope
    ]
    return query.where(or_(*parts)) if parts else query.where(false())
