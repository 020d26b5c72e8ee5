"""How every command runs: one transaction, one key, what is due first, invariants last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine import definitions, incidents, store
from engine.clock import Clock
from engine.db import Database
from engine.definitions import Definitions
from engine.errors import Conflict, EngineError, InvalidData, InvariantBroken, NotAllowed, NotFound
from engine.handlers import Handlers
from engine.instances.execution import Execution, Records
from engine.instances.outcomes import command_row, outcome_of, stored_outcome
from engine.instances.views import instance_of
from engine.instances.waits import can_be_moved, sync_waits
from engine.journal import Chain
from engine.model import Actor, Definition, Instance, Outcome
from engine.sealing.states import States, Unchecked
from engine.tables import command as command_table
from engine.tables import instance as instance_table
from engine.witness import digest

ATTEMPTS = 3
Work = Callable[[Execution], Mapping[str, Any] | None]
_ASKED_WRONGLY = (NotAllowed, NotFound, InvalidData)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: by whom, of which kind, at which event time, under which key."""

    kind: str
    key: str | None
    actor: Actor
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs orders against instances; nothing else writes the engine's tables."""

    database: Database
    clock: Clock
    handlers: Handlers
    definitions: Definitions
    states: States = field(default_factory=Unchecked)

    def create(
        self,
        order: Order,
        name: str,
        version: int | None,
        make: Callable[[Definition], Instance],
        work: Work,
    ) -> Outcome:
        """Start a new instance of a model and work on it."""

        def run(connection: Connection) -> Outcome:
            model = self.definitions.newest(connection, name, version)
            execution = self._execution(connection, order, model, make(model))
            return self._finish(execution, order, work(execution), new=True)

        return self._once(order, None, run)

    def change(self, order: Order, instance_id: str, work: Work) -> Outcome:
        """Load an instance, fire what is due at the event time, then work on it."""

        def run(connection: Connection) -> Outcome:
            row = store.read_instance(connection, instance_id, lock=True)
            if row["state"] != "open":
                return _closed(row, order.kind)
            instance = instance_of(row)
            model = self.definitions.get(connection, instance.definition, instance.version)
            execution = self._execution(connection, order, model, instance, row)
            execution.advance()
            return self._finish(execution, order, work(execution), new=False)

        return self._once(order, instance_id, run)

    def _once(self, order: Order, instance_id: str | None, run: Callable[[Connection], Outcome]) -> Outcome:
        """One transaction; repeated with the same key it gives the first outcome."""
        try:
            return self._undisturbed(order, run)
        except Conflict:
            # The same key may have been served while we waited for the row.
            served = self._served(order)
            if served is None:
                raise
            return served
        except (*_ASKED_WRONGLY, SQLAlchemyError):
            raise
        except Exception as error:
            # Nothing is stored; whoever keeps the models must see why.
            self._incident(error, instance_id, order.kind)
            raise

    def _undisturbed(self, order: Order, run: Callable[[Connection], Outcome]) -> Outcome:
        for _ in range(ATTEMPTS):
            try:
                with self.database.begin() as connection:
                    earlier = store.earlier_outcome(connection, order.key) if order.key else None
                    return stored_outcome(earlier) if earlier is not None else run(connection)
            except store.LOST_RACE as error:
                lost = error
        raise Conflict(f"expected to be alone at this case, lost {ATTEMPTS} races") from lost

    def _execution(
        self,
        connection: Connection,
        order: Order,
        model: Definition,
        instance: Instance,
        row: Mapping[str, Any] | None = None,
    ) -> Execution:
        now = self.clock.now()
        chain = Chain(instance.district_code, instance.id)
        if row is not None:
            chain.seq, chain.hash, chain.read = row["journal_seq"], row["journal_hash"], digest(instance_table, row)
            self.states.demand(row, chain.read)
        return Execution(
            definitions.compiled(model.xml),
            self.handlers,
            connection,
            instance,
            Records() if row is None else store.read_records(connection, instance.id),
            chain,
            actor=order.actor,
            at=order.at or now,
            recorded_at=now,
            blob=None if row is None else row["blob"],
        )

    def _finish(self, execution: Execution, order: Order, result: Mapping[str, Any] | None, *, new: bool) -> Outcome:
        revision, connection = execution.instance.revision, execution.connection
        if execution.dirty or new:
            execution.workflow.check()
            gone = sync_waits(execution)
            if execution.instance.state == "open" and not can_be_moved(execution):
                raise InvariantBroken("the case would stand still: nothing outside can move it")
            revision = store.save(connection, execution, gone, self.states, new=new)
        outcome = outcome_of(execution, revision, result)
        if order.key is not None:
            row = command_row(execution, order.kind, order.key, outcome)
            store.insert_many(connection, command_table, [row])
        return outcome

    def _served(self, order: Order) -> Outcome | None:
        if order.key is None:
            return None
        with self.database.read() as connection:
            found = store.earlier_outcome(connection, order.key)
        return stored_outcome(found) if found is not None else None

    def _incident(self, error: Exception, instance_id: str | None, kind: str) -> None:
        named = error if isinstance(error, EngineError) else EngineError(f"{type(error).__name__}: {error}")
        with self.database.begin() as connection:
            incidents.record(connection, incidents.incident_row(named, instance_id, kind, self.clock.now()))


def _closed(row: Mapping[str, Any], kind: str) -> Outcome:
    if kind == "fire":
        return Outcome(row["id"], row["revision"], row["state"])
    raise Conflict(f"expected an open case, found it {row['state']}", instance=row["id"])
