"""How every command runs: one transaction, one key, what is due first, invariants last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine import incidents, messages, store
from engine.clock import Clock
from engine.db import Database, unavailable
from engine.definitions import Definitions
from engine.errors import ASKED_WRONGLY, Conflict, EngineError, InvariantBroken, LostRaces, inside
from engine.handlers import Handlers
from engine.incidents import Place
from engine.instances.execution import Execution, Records
from engine.instances.mending import apply
from engine.instances.outcomes import command_rows, outcome_of, stored_outcome
from engine.instances.renewing import renew
from engine.instances.views import instance_of
from engine.instances.waits import can_be_moved, subscribed, sync_waits
from engine.instances.works import RECOUNT, Work
from engine.journal import Chain
from engine.model import Definition, Instance, Outcome
from engine.orders import Order
from engine.sealing.states import States
from engine.tables import command as command_table
from engine.tables import job

ATTEMPTS = 3
AT_A_TIME = 500  # timers that a worker fires in one command
Run = Callable[[Connection], Outcome]
Where = Callable[[Connection], Place]
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs orders against instances; nothing else writes the engine's tables."""

    database: Database
    clock: Clock
    handlers: Handlers
    definitions: Definitions
    states: States
    permit: Callable[[], None]  # raises where nothing may be done at present

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
            model = self.definitions.to_start(connection, name, order.at or self.clock.now(), version)
            execution = self._execution(connection, order, model, make(model))
            return self._worked(execution, order, work, new=True)

        return self._once(order, lambda connection: _place_of_new(order), run)

    def change(self, order: Order, instance_id: str | Callable[[Connection], str], work: Work) -> Outcome:
        """Load an instance, fire what is due at the event time, then work on it.

        ``instance_id`` may be a way to find it in the command's own transaction.
        """

        def find(connection: Connection) -> str:
            return instance_id if isinstance(instance_id, str) else instance_id(connection)

        def run(connection: Connection) -> Outcome:
            return self._changed(connection, order, find(connection), work)

        return self._once(order, lambda connection: store.place_of(connection, find(connection)), run)

    def rehearse(self, order: Order, instance_id: str, work: Work, look: Callable[[Connection, Outcome], Seen]) -> Seen:
        """What ``look`` sees of a command: all of it is done, then nothing of it is stored.

        Raises what the command raises; an error is no incident, for nothing was asked for yet.
        """
        with self.database.begin() as connection:
            held = connection.begin_nested()
            seen = look(connection, self._changed(connection, order, instance_id, work))
            held.rollback()
            return seen

    def rehearsed(self, connection: Connection, order: Order, instance_id: str, work: Work) -> Outcome:
        """The same inside a transaction that goes on."""
        held = connection.begin_nested()
        outcome = self._changed(connection, order, instance_id, work)
        held.rollback()
        return outcome

    def _changed(self, connection: Connection, order: Order, instance_id: str, work: Work) -> Outcome:
        row = store.read_instance(connection, instance_id, lock=True)
        if row["state"] != "open" and order.kind != "look":
            return _closed(row, order.kind)
        with inside():
            execution = self._loaded(connection, order, row)
        return self._worked(execution, order, work, new=False)

    def aside(self, order: Order, place: Place, also: Callable[[Connection], None]) -> Outcome:
        """An act that moves no token: ``also``, and a line in the journal of the case, or in that of acts without one.

        Nothing is fired first: it is how a case whose timer fails is dealt with.
        """

        def run(connection: Connection) -> Outcome:
            assert order.mend is not None
            incidents.claim(connection, order.mend)
            now = self.clock.now()
            outcome = store.append_aside(connection, place, order, now, self.states)
            also(connection)
            store.insert_many(connection, command_table, command_rows(order, outcome, now))
            return outcome

        return self._once(order, lambda connection: place, run)

    def _loaded(self, connection: Connection, order: Order, row: dict[str, Any]) -> Execution:
        instance = instance_of(row)
        model = self.definitions.get(connection, instance.definition, instance.version)
        try:
            return self._execution(connection, order, model, instance, row)
        except (EngineError, SQLAlchemyError):
            raise
        except Exception as error:
            raise InvariantBroken(
                f"expected a stored state that can be read, found {type(error).__name__}: {error}"
            ) from error

    def _worked(self, execution: Execution, order: Order, work: Work, *, new: bool) -> Outcome:
        if order.mend is not None:
            incidents.claim(execution.connection, order.mend)
            apply(execution, order.mend, new=new)
        with inside():
            if not new:
                renew(execution, whole=order.kind == RECOUNT)
            # A worker that has nothing else to do comes again for what is left.
            execution.advance(AT_A_TIME if order.kind == "fire" else None)
        result = work(execution)
        with inside():
            return self._finish(execution, order, result, new=new)

    def _once(self, order: Order, where: Where, run: Run) -> Outcome:
        """One transaction; repeated with the same key it gives the first outcome."""
        self.permit()
        try:
            return self._undisturbed(order, run)
        except Conflict as error:
            # The same key may have been served while we waited for the row.
            served = self._served(order)
            if served is not None:
                return served
            if order.unattended and "element" in error.facts:
                self._incident(error, order, where)
            raise
        except ASKED_WRONGLY as error:
            if order.unattended:
                self._incident(error, order, where)
            raise
        except Exception as error:
            # Nothing is stored; whoever keeps the models must see why.
            self._incident(error, order, where)
            raise

    def _undisturbed(self, order: Order, run: Run) -> Outcome:
        for _ in range(ATTEMPTS):
            try:
                with self.database.begin() as connection:
                    earlier = store.earlier_outcome(connection, order.key) if order.key else None
                    if earlier is not None:
                        return stored_outcome(earlier)
                    outcome = run(connection)
                    if order.confirm is not None:
                        order.confirm(connection)
                    return outcome
            except store.LOST_RACE as error:
                lost = error
        raise LostRaces(f"expected to be alone at this case, lost {ATTEMPTS} races") from lost

    def _execution(
        self,
        connection: Connection,
        order: Order,
        model: Definition,
        instance: Instance,
        row: dict[str, Any] | None = None,
    ) -> Execution:
        now = self.clock.now()
        chain = Chain(instance.district_code, instance.id) if row is None else store.opened(row, self.states)
        return Execution(
            self.definitions.compiled(connection, model.name, model.version),
            self.handlers,
            connection,
            instance,
            Records() if row is None else store.read_records(connection, instance),
            chain,
            actor=order.actor,
            at=order.at or now,
            recorded_at=now,
            blob=None if row is None else row["blob"],
        )

    def _finish(self, execution: Execution, order: Order, result: Mapping[str, Any] | None, *, new: bool) -> Outcome:
        revision, connection, now = execution.instance.revision, execution.connection, execution.recorded_at
        if execution.dirty or new:
            execution.workflow.check()
            gone = sync_waits(execution)
            if execution.instance.state == "open" and not can_be_moved(execution):
                raise InvariantBroken("the case would stand still: nothing outside can move it")
            revision = store.save(connection, execution, gone, self.states, new=new)
            for message, key in sorted(subscribed(execution)):
                messages.wake(connection, message, key, now)
            execution.handlers.recorded(None if new else execution.before, execution.looked_at_anew())
        self._settle_incidents(execution, order, now, new=new)
        outcome = outcome_of(execution, revision, result)
        store.insert_many(connection, command_table, command_rows(order, outcome, execution.at))
        for act in execution.records.last.values():
            act()
        store.insert_new(connection, job, execution.records.jobs)
        return outcome

    def _settle_incidents(self, execution: Execution, order: Order, now: datetime, *, new: bool) -> None:
        """Those that this success makes good are closed; looks that failed on the way are written."""
        connection, instance = execution.connection, execution.instance
        if order.mend is not None:
            incidents.close_mended(connection, order.mend, now)
        if new and order.key is not None:
            incidents.close_of_key(connection, order, now)
        if execution.records.troubled:
            incidents.close_over(connection, order, execution, now)
        place = Place(instance.id, instance.district_code, instance.scope)
        for failed, error in (*execution.records.failures, *execution.conditions.failed.values()):
            incidents.record(connection, failed, error, place, now)

    def served(self, key: str) -> Outcome | None:
        """The outcome of the command that had this key, if there was one."""
        with self.database.read() as connection:
            found = store.earlier_outcome(connection, key)
        return stored_outcome(found) if found is not None else None

    def refuse(self, order: Order, error: EngineError, place: Place) -> Outcome:
        """An order that finds no case to act on: an incident where nobody waits for the answer; raises the error."""
        if order.unattended:
            with self.database.begin() as connection:
                where = place if place.instance_id is None else store.place_of(connection, place.instance_id)
                incidents.record(connection, order, error, where, self.clock.now())
        raise error

    def _served(self, order: Order) -> Outcome | None:
        return None if order.key is None else self.served(order.key)

    def _incident(self, error: Exception, order: Order, where: Where) -> None:
        if unavailable(error):
            return  # nothing is wrong with the case, and what was due is still due
        try:
            with self.database.begin() as connection:
                incidents.record(connection, order, error, where(connection), self.clock.now())
        except SQLAlchemyError:
            # The database is away; what was due is still due, and whoever asked is told.
            return


def _place_of_new(order: Order) -> Place:
    given = order.arguments or {}
    return Place(given.get("parent_id"), given.get("district_code"), given.get("scope"))


def _closed(row: Mapping[str, Any], kind: str) -> Outcome:
    if kind in ("fire", RECOUNT):
        return Outcome(row["id"], row["revision"], row["state"])
    raise Conflict(f"expected an open case, found it {row['state']}", instance=row["id"])
