"""Plans that take running cases from one version of a model to another, one command for each case.

A plan that was cut off goes on where it stopped when the same is asked again; one that was carried out can be undone
for every case in which nothing has happened since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from engine.chains import append_act
from engine.clock import Clock
from engine.commands import Commands
from engine.db import Database
from engine.definitions import Definitions
from engine.errors import Conflict, MigrationRefused, NotAllowed, NotFound
from engine.instances.execution import Execution
from engine.instances.migrating import KEEP, LET_GO, Going, come_back, go_over
from engine.model import SYSTEM, Actor, Definition
from engine.orders import Order
from engine.spiff import Compiled
from engine.tables import instance, migrated_case, migration_plan

DRAWN, APPLYING, APPLIED, UNDONE = "drawn", "applying", "applied", "undone"
MIGRATED = "migrated"
PAGE = 200
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go where. ``mapping``: element -> what it is called there, ``-`` lets an event's clock end.

    ``clocks``: keep (running limits stay as they began) or derive (the new version decides).
    """

    id: str
    definition: str
    from_version: int
    to_version: int
    instance_id: str | None
    mapping: Mapping[str, str]
    clocks: str
    state: str = DRAWN


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """What became, or would become, of one case: ``moved`` (``engine/instances/migrating.py``) or ``reasons``."""

    instance_id: str
    business_key: str
    moved: Mapping[str, Any] | None
    reasons: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Migrated:
    """A plan's cases, whether it was carried out or only looked at."""

    plan: Plan
    cases: list[CaseMoved] = field(default_factory=list)

    @property
    def refused(self) -> list[CaseMoved]:
        return [case for case in self.cases if case.moved is None]


class Migrations:
    """Draws plans, shows what they would do, carries them out and undoes them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        definitions: Definitions,
        commands: Commands,
        new_id: Callable[[], str],
    ) -> None:
        self._database, self._clock, self._definitions = database, clock, definitions
        self._commands, self._new_id = commands, new_id

    def draw(
        self,
        name: str,
        from_version: int,
        to_version: int,
        *,
        by: str,
        instance_id: str | None = None,
        mapping: Mapping[str, str] | None = None,
        clocks: str = KEEP,
    ) -> Plan:
        """The plan that was drawn with the same words and is not carried out yet, else a new one.

        Raises NotFound for what is not there, NotAllowed for who drew the version that cases are to go to.
        """
        wanted: dict[str, Any] = {
            "definition": name,
            "from_version": from_version,
            "to_version": to_version,
            "instance_id": instance_id,
            "mapping": dict(mapping or {}),
            "clocks": clocks,
        }
        with self._database.begin() as connection:
            self._check(connection, wanted, by)
            query = select(migration_plan).where(
                migration_plan.c.definition == name, migration_plan.c.state.in_((DRAWN, APPLYING))
            )
            for row in connection.execute(query).mappings():
                if all(row[key] == value for key, value in wanted.items()):
                    return _plan(row)
            plan = Plan(id=self._new_id(), **wanted)
            new = {**wanted, "id": plan.id, "state": DRAWN, "created_at": self._clock.now(), "created_by": by}
            connection.execute(insert(migration_plan).values(new))
        return plan

    def preview(self, plan: Plan, told: Told = lambda done: None) -> Migrated:
        """What would become of each case that is still on the old version; nothing is stored."""

        def look(one: str) -> Mapping[str, Any]:
            order = Order("migrate", None, SYSTEM)
            return self._commands.rehearse(order, one, self._work(plan), lambda _, outcome: outcome.result)

        found = Migrated(plan)
        for instance_id, business_key in self._cases(plan):
            found.cases.append(self._one(instance_id, business_key, look))
            told(len(found.cases))
        return found

    def apply(self, plan: Plan, *, actor: Actor, told: Told = lambda done: None) -> Migrated:
        """Take every case that can go; those that cannot stay as they are, with the reasons."""

        def go(one: str) -> Mapping[str, Any]:
            order = Order("migrate", f"migrate:{plan.id}:{one}", actor)
            return self._commands.change(order, one, self._work(plan)).result

        self._say(plan, APPLYING, actor)
        found = Migrated(plan)
        for instance_id, business_key in self._cases(plan):
            found.cases.append(self._one(instance_id, business_key, go))
            told(len(found.cases))
        self._say(plan, APPLIED, actor)
        return found

    def undo(self, plan_id: str, *, actor: Actor, told: Told = lambda done: None) -> Migrated:
        """Bring back every case in which nothing has happened since; the others stay where they are."""
        plan = self.plan(plan_id)
        if plan.state not in (APPLYING, APPLIED):
            raise Conflict(f"expected a plan that was carried out, found it {plan.state}", plan=plan_id)
        found = Migrated(plan)
        for row in self._gone(plan):
            found.cases.append(self._one(row["instance_id"], row["business_key"], self._back(plan, row, actor)))
            told(len(found.cases))
        self._say(plan, UNDONE, actor)
        return found

    def plan(self, plan_id: str) -> Plan:
        """A plan by its id, or by the beginning of it; raises NotFound."""
        query = select(migration_plan).where(migration_plan.c.id.startswith(plan_id, autoescape=True))
        with self._database.read() as connection:
            rows = connection.execute(query.limit(2)).mappings().all()
        if len(rows) != 1 or not plan_id:
            raise NotFound(f"expected one plan {plan_id}, found {len(rows) or 'none'}", plan=plan_id)
        return _plan(rows[0])

    # -- one case ----------------------------------------------------------------------

    def _one(self, instance_id: str, business_key: str, act: Callable[[str], Mapping[str, Any]]) -> CaseMoved:
        try:
            return CaseMoved(instance_id, business_key, act(instance_id))
        except MigrationRefused as error:
            return CaseMoved(instance_id, business_key, None, error.facts["reasons"])
        except Conflict as error:
            reason = {"element": error.facts.get("element", ""), "why": "busy", "message": error.message}
            return CaseMoved(instance_id, business_key, None, [reason])

    def _work(self, plan: Plan) -> Callable[[Execution], Mapping[str, Any]]:
        def work(execution: Execution) -> Mapping[str, Any]:
            there = self._definitions.get(execution.connection, plan.definition, plan.to_version)
            going = Going(
                plan.id, plan.to_version, self._compiled(execution.connection, there), plan.mapping, plan.clocks
            )
            result, blob, before = go_over(execution, going)
            row = {
                "district_code": execution.instance.district_code,
                "plan": plan.id,
                "instance_id": execution.instance.id,
                "state": MIGRATED,
                "revision": execution.instance.revision + 1,
                "blob": blob,
                "before": before,
            }
            execution.connection.execute(insert(migrated_case).values(row))
            return result

        return work

    def _back(self, plan: Plan, row: Mapping[str, Any], actor: Actor) -> Callable[[str], Mapping[str, Any]]:
        def work(execution: Execution) -> Mapping[str, Any]:
            there = self._definitions.get(execution.connection, plan.definition, row["before"]["version"])
            come_back(
                execution,
                plan.id,
                row["revision"],
                self._compiled(execution.connection, there),
                row["blob"],
                row["before"],
            )
            of_case = (migrated_case.c.plan == plan.id, migrated_case.c.instance_id == row["instance_id"])
            execution.connection.execute(update(migrated_case).where(*of_case).values(state=UNDONE))
            return {"version": there.version}

        def back(instance_id: str) -> Mapping[str, Any]:
            order = Order("undo_migration", f"undo:{plan.id}:{instance_id}", actor)
            return self._commands.change(order, instance_id, work).result

        return back

    def _compiled(self, connection: Connection, one: Definition) -> Compiled:
        return self._definitions.compiled(connection, one.name, one.version)

    # -- which cases -------------------------------------------------------------------

    def _cases(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """The open cases on the old version, in the order of their ids."""
        key = instance.c.id
        query = select(key.label("instance_id"), instance.c.business_key).where(
            instance.c.definition == plan.definition,
            instance.c.version == plan.from_version,
            instance.c.state == "open",
        )
        if plan.instance_id is not None:
            query = query.where(key == plan.instance_id)
        yield from ((row["instance_id"], row["business_key"]) for row in self._paged(query, key))

    def _gone(self, plan: Plan) -> Iterator[dict[str, Any]]:
        """The cases that the plan took, each with what it was before."""
        key = migrated_case.c.instance_id
        query = (
            select(migrated_case, instance.c.business_key)
            .join(instance, instance.c.id == key)
            .where(migrated_case.c.plan == plan.id, migrated_case.c.state == MIGRATED)
        )
        yield from self._paged(query, key)

    def _paged(self, query: Select[Any], key: Any) -> Iterator[dict[str, Any]]:
        """Page by page, so that no transaction is open while cases go; one that has gone is not met again."""
        after = ""
        while True:
            with self._database.read() as connection:
                rows = connection.execute(query.where(key > after).order_by(key).limit(PAGE)).mappings().all()
            yield from map(dict, rows)
            if len(rows) < PAGE:
                return
            after = rows[-1]["instance_id"]

    # -- plans -------------------------------------------------------------------------

    def _check(self, connection: Connection, wanted: Mapping[str, Any], by: str) -> None:
        name = wanted["definition"]
        here = self._definitions.to_start(connection, name, self._clock.now(), wanted["from_version"])
        there = self._definitions.to_start(connection, name, self._clock.now(), wanted["to_version"])
        if by in (there.created_by, there.submitted_by):
            raise NotAllowed(f"expected another person than the one who drew {name}@{there.version}", model=name)
        elements, others = (
            self._compiled(connection, here).diagram.elements,
            self._compiled(connection, there).diagram.elements,
        )
        for one, other in wanted["mapping"].items():
            for element, known in ((one, elements), (other, others)):
                if element not in known and element != LET_GO:
                    raise NotFound(f"expected an element {element} to map, found none", element=element)

    def _say(self, plan: Plan, state: str, actor: Actor) -> None:
        """What is done about a plan is in the journal, and in its row."""
        now = self._clock.now()
        dates = {APPLIED: {"applied_at": now}, UNDONE: {"undone_at": now}}.get(state, {})
        with self._database.begin() as connection:
            row = migration_plan.c.id == plan.id
            before = connection.execute(select(migration_plan.c.state).where(row)).scalar()
            connection.execute(update(migration_plan).where(row).values(state=state, **dates))
            if before != state:
                told: dict[str, Any] = {"plan": plan.id, "definition": plan.definition, "clocks": plan.clocks}
                told |= {"from": plan.from_version, "to": plan.to_version, "mapping": dict(plan.mapping)}
                append_act(connection, f"migration_{state}", actor.id, now, told)


def _plan(row: RowMapping) -> Plan:
    return Plan(**{name: row[name] for name in Plan.__slots__})
