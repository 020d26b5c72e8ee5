"""The commands: each is one transaction, carries a key, and fires what is due before it acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine import definitions, incidents, store
from engine.casedata import checked
from engine.clock import Clock
from engine.db import Database
from engine.definitions import Definitions
from engine.errors import (
    Conflict,
    EngineError,
    InvariantBroken,
    NotAllowed,
    NotFound,
)
from engine.handlers import Handlers
from engine.instances import ledger as ledger_acts
from engine.instances.execution import Execution, Records
from engine.instances.folding import Act, Fold, fold
from engine.instances.views import instance_of, task_of
from engine.instances.waits import can_be_moved, sync_waits
from engine.jobs import run_waiting
from engine.journal import Chain
from engine.model import SYSTEM, Actor, Definition, Instance, Outcome
from engine.queries import Queries
from engine.tables import command as command_table
from engine.timers import fire_claimed

ATTEMPTS = 3
Work = Callable[[Execution], Mapping[str, Any] | None]


class Runtime:
    """The engine as its users see it: commands here, reading in ``query``."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Handlers | None = None,
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self.database, self.clock = database, clock
        self.handlers = handlers or Handlers()
        self.definitions = Definitions()
        self.query = Queries(database, self.definitions)
        self._new_id = new_id

    # -- models ------------------------------------------------------------------------

    def deploy(self, xml: bytes, *, by: str) -> Definition:
        """Check and store a model; raises ModelRefused and stores nothing."""
        with self.database.begin() as connection:
            return definitions.deploy(connection, xml, by=by, at=self.clock.now())

    # -- commands ----------------------------------------------------------------------

    def start(
        self,
        name: str,
        *,
        business_key: str,
        district_code: str,
        scope: str,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        at: datetime | None = None,
        version: int | None = None,
        parent_id: str | None = None,
    ) -> Outcome:
        """Start an instance of the newest version, or of the one named."""

        def run(connection: Connection) -> Outcome:
            model = self.definitions.newest(connection, name, version)
            instance = self._new_instance(model, business_key, district_code, scope, data, at, parent_id)
            execution = self._begin(connection, model, instance, actor, at)
            execution.start()
            return self._finish(connection, execution, "start", key, new=True)

        return self._command(key, run, instance_id=None, kind="start")

    def complete(
        self,
        task_id: str,
        *,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        at: datetime | None = None,
    ) -> Outcome:
        """Complete a person's step: it must be open, and theirs to do, and is done once."""
        instance_id = self.query.task(task_id).instance_id

        def work(execution: Execution) -> None:
            row = execution.records.tasks.get(task_id)
            if row is None or row["state"] != "open" or not _is_waiting(execution, row):
                raise Conflict("expected an open step, found it is already done or withdrawn", task=task_id)
            task = task_of(row)
            self.handlers.authorize(execution.connection, actor, task)
            _refuse_excluded(execution, task.element, actor)
            execution.complete(task.element, task.occurrence, checked(data))

        return self._act(instance_id, "complete", key, actor, at, work)

    def deliver(
        self,
        instance_id: str,
        message: str,
        *,
        payload: Mapping[str, Any],
        actor: Actor,
        key: str,
        at: datetime | None = None,
    ) -> Outcome:
        """Deliver a message; raises Conflict when nothing waits for it."""
        return self._act(instance_id, "deliver", key, actor, at, lambda e: e.deliver(message, checked(payload)))

    def suspend(
        self,
        instance_id: str,
        *,
        kind: str,
        approver: str,
        reason: str,
        actor: Actor,
        key: str,
        own_limit: int | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """Stop the clock: an entry in the ledger, nothing else."""
        return self._act(
            instance_id,
            "suspend",
            key,
            actor,
            at,
            lambda e: ledger_acts.suspend(e, kind, approver, reason, own_limit),
        )

    def resume(self, instance_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Let the clock run again; raises Conflict when it was not stopped."""
        return self._act(instance_id, "resume", key, actor, at, lambda e: ledger_acts.resume(e, reason))

    def extend(
        self,
        instance_id: str,
        *,
        amount: int,
        unit: str,
        approver: str,
        reason: str,
        actor: Actor,
        key: str,
        at: datetime | None = None,
    ) -> Outcome:
        """Extend the limit, once."""
        return self._act(
            instance_id,
            "extend",
            key,
            actor,
            at,
            lambda e: ledger_acts.extend(e, amount, unit, approver, reason),
        )

    def cancel(self, instance_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Withdraw an instance with every token in it."""
        return self._act(instance_id, "cancel", key, actor, at, lambda e: e.cancel(reason))

    def fold(
        self,
        name: str,
        *,
        business_key: str,
        district_code: str,
        scope: str,
        data: Mapping[str, Any],
        at: datetime,
        acts: Sequence[Act],
        actor: Actor,
        key: str,
        version: int | None = None,
    ) -> Fold:
        """Replay a case that ran elsewhere: its events in event-time order, one transaction."""

        def run(connection: Connection) -> Outcome:
            model = self.definitions.newest(connection, name, version)
            instance = self._new_instance(model, business_key, district_code, scope, data, at, None)
            execution = self._begin(connection, model, instance, actor, at)
            execution.start()
            strays = fold(execution, acts)
            return self._finish(connection, execution, "fold", key, new=True, result={"strays": strays})

        outcome = self._command(key, run, instance_id=None, kind="fold")
        return Fold(outcome, tuple(outcome.result["strays"]))

    def fire_due(self, instance_id: str, *, at: datetime | None = None) -> Outcome:
        """Fire whatever of this instance is due; nothing due changes nothing."""
        return self._act(instance_id, "fire", None, SYSTEM, at, lambda e: None)

    def tick(self, limit: int = 100) -> int:
        """Fire due timers and run waiting jobs, each as a command of its own; how many."""
        return fire_claimed(self, limit) + run_waiting(self, limit)

    # -- how a command runs --------------------------------------------------------------

    def _act(
        self,
        instance_id: str,
        kind: str,
        key: str | None,
        actor: Actor,
        at: datetime | None,
        work: Work,
    ) -> Outcome:
        def run(connection: Connection) -> Outcome:
            row = store.read_instance(connection, instance_id, lock=True)
            if row["state"] != "open":
                return _refuse_closed(row, kind)
            instance = instance_of(row)
            model = self.definitions.get(connection, instance.definition, instance.version)
            records = store.read_records(connection, instance_id)
            chain = Chain(instance.district_code, instance_id, row["journal_seq"], row["journal_hash"])
            execution = self._begin(
                connection, model, instance, actor, at, records=records, chain=chain, blob=row["blob"]
            )
            execution.dirty = False
            execution.advance()
            result = work(execution)
            return self._finish(connection, execution, kind, key, new=False, result=result)

        return self._command(key, run, instance_id=instance_id, kind=kind)

    def _command(
        self,
        key: str | None,
        run: Callable[[Connection], Outcome],
        *,
        instance_id: str | None,
        kind: str,
    ) -> Outcome:
        """One transaction; repeated with the same key it gives the first outcome."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.database.begin() as connection:
                    earlier = store.earlier_outcome(connection, key) if key else None
                    return _outcome(earlier) if earlier is not None else run(connection)
            except store.LOST_RACE as error:
                if attempt == ATTEMPTS:
                    raise Conflict("expected to be alone at this case, lost three races") from error
            except Conflict:
                # The same key may have been served while we waited for the row.
                served = self._earlier(key)
                if served is None:
                    raise
                return served
            except (NotAllowed, NotFound, SQLAlchemyError):
                raise
            except EngineError as error:
                self._incident(error, instance_id, kind)
                raise
            except Exception as error:
                # A fault of ours or of a handler: nothing is stored, and somebody must see it.
                cause = EngineError(f"{type(error).__name__}: {error}")
                self._incident(cause, instance_id, kind)
                raise
        raise AssertionError("unreachable")

    def _begin(
        self,
        connection: Connection,
        model: Definition,
        instance: Instance,
        actor: Actor,
        at: datetime | None,
        *,
        records: Records | None = None,
        chain: Chain | None = None,
        blob: bytes | None = None,
    ) -> Execution:
        now = self.clock.now()
        return Execution(
            definitions.compiled(model.xml),
            self.handlers,
            connection,
            instance,
            records or Records(),
            chain or Chain(instance.district_code, instance.id),
            actor=actor,
            at=at or now,
            recorded_at=now,
            blob=blob,
        )

    def _finish(
        self,
        connection: Connection,
        execution: Execution,
        kind: str,
        key: str | None,
        *,
        new: bool,
        result: Mapping[str, Any] | None = None,
    ) -> Outcome:
        revision = execution.instance.revision
        if execution.dirty or new:
            execution.workflow.check()
            gone = sync_waits(execution)
            if execution.instance.state == "open" and not can_be_moved(execution):
                raise InvariantBroken("the case would stand still: nothing outside can move it")
            store.delete_subscriptions(connection, gone)
            revision = store.save(connection, execution, new=new)
        outcome = _of(execution, revision, result)
        if key is not None:
            store.insert_many(connection, command_table, [_command_row(execution, kind, key, outcome)])
        return outcome

    def _new_instance(
        self,
        model: Definition,
        business_key: str,
        district_code: str,
        scope: str,
        data: Mapping[str, Any],
        at: datetime | None,
        parent_id: str | None,
    ) -> Instance:
        return Instance(
            self._new_id(),
            district_code,
            scope,
            model.name,
            model.version,
            business_key,
            "open",
            0,
            checked(data),
            at or self.clock.now(),
            None,
            parent_id,
        )

    def _earlier(self, key: str | None) -> Outcome | None:
        if key is None:
            return None
        with self.database.read() as connection:
            found = store.earlier_outcome(connection, key)
        return _outcome(found) if found is not None else None

    def _incident(self, error: EngineError, instance_id: str | None, kind: str) -> None:
        with self.database.begin() as connection:
            row = incidents.incident_row(error, instance_id, kind, self.clock.now())
            incidents.record(connection, row)


def _is_waiting(execution: Execution, row: Mapping[str, Any]) -> bool:
    """A timer that was due may just have withdrawn the step."""
    return any(
        wait.kind == "person" and (wait.element, wait.occurrence) == (row["element"], row["occurrence"])
        for wait in execution.workflow.waits()
    )


def _refuse_excluded(execution: Execution, element: str, actor: Actor) -> None:
    step = execution.element(element).step
    for other in step.exclude if step else ():
        if any(s.element == other and s.actor == actor.id for s in execution.view.steps):
            raise NotAllowed(f"expected another person than the one who did {other}", element=element, other=other)


def _refuse_closed(row: Mapping[str, Any], kind: str) -> Outcome:
    if kind == "fire":
        return Outcome(row["id"], row["revision"], row["state"])
    raise Conflict(f"expected an open case, found it {row['state']}", instance=row["id"])


def _of(execution: Execution, revision: int, result: Mapping[str, Any] | None) -> Outcome:
    open_tasks = tuple(r["id"] for r in execution.records.tasks if r["state"] == "open")
    return Outcome(
        execution.instance.id,
        revision,
        execution.instance.state,
        tuple(execution.completed),
        tuple(execution.fired),
        open_tasks,
        dict(result or {}),
    )


def _command_row(execution: Execution, kind: str, key: str, outcome: Outcome) -> dict[str, Any]:
    return {
        "key": key,
        "instance_id": execution.instance.id,
        "kind": kind,
        "outcome": asdict(outcome),
        "at": execution.at,
    }


def _outcome(stored: Mapping[str, Any]) -> Outcome:
    lists = {name: tuple(stored[name]) for name in ("completed", "fired", "tasks")}
    return Outcome(**{**stored, **lists})
