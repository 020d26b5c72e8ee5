"""The engine as its users see it: commands here, reading in ``query``.

Each command is one transaction, carries a key, and fires what is due before it acts.
``at`` is the event time; None means now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from engine import definitions
from engine.casedata import checked
from engine.clock import Clock
from engine.commands import Commands, Order
from engine.db import Database
from engine.definitions import Definitions
from engine.handlers import Handlers
from engine.instances import ledger
from engine.instances.completing import complete_task
from engine.instances.execution import Execution
from engine.instances.folding import Act, Fold, fold
from engine.jobs import run_waiting
from engine.model import SYSTEM, Actor, Definition, Instance, Outcome
from engine.queries import Queries
from engine.sealing.states import States, Unchecked
from engine.timers import fire_claimed


class Runtime:
    """One engine over one database, with one clock and one set of handlers."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Handlers | None = None,
        new_id: Callable[[], str] = lambda: uuid4().hex,
        states: States | None = None,
    ) -> None:
        self.database, self.clock = database, clock
        self.handlers = handlers or Handlers()
        known = Definitions()
        self.query = Queries(database, known)
        self._commands = Commands(database, clock, self.handlers, known, states or Unchecked())
        self._new_id = new_id

    def deploy(self, xml: bytes, *, by: str) -> Definition:
        """Check and store a model; raises ModelRefused and stores nothing."""
        with self.database.begin() as connection:
            names = {"handlers": frozenset(self.handlers.calls), **self.handlers.names}
            return definitions.deploy(connection, xml, by=by, at=self.clock.now(), names=names)

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
        make = self._maker(business_key, district_code, scope, data, at, parent_id)
        return self._commands.create(
            Order("start", key, actor, at), name, version, make, lambda execution: execution.start()
        )

    def complete(
        self, task_id: str, *, data: Mapping[str, Any], actor: Actor, key: str, at: datetime | None = None
    ) -> Outcome:
        """Complete a person's step: it must be open, and theirs to do, and is done once."""
        instance_id = self.query.task(task_id).instance_id
        return self._commands.change(
            Order("complete", key, actor, at),
            instance_id,
            lambda execution: complete_task(execution, task_id, data, actor),
        )

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
        return self._commands.change(
            Order("deliver", key, actor, at),
            instance_id,
            lambda execution: execution.deliver(message, checked(payload)),
        )

    def broadcast(
        self, name: str, *, payload: Mapping[str, Any], actor: Actor, key: str, at: datetime | None = None
    ) -> int:
        """A signal to every open instance that waits for it, each in a command of its own; how many."""
        instances = self.query.waiting_for("signal", name)
        for instance_id in instances:
            self._commands.change(
                Order("signal", f"{key}:{instance_id}", actor, at),
                instance_id,
                lambda execution: execution.signal(name, checked(payload)),
            )
        return len(instances)

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
        return self._commands.change(
            Order("suspend", key, actor, at),
            instance_id,
            lambda execution: ledger.suspend(execution, kind, approver, reason, own_limit),
        )

    def resume(self, instance_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Let the clock run again; raises Conflict when it was not stopped."""
        return self._commands.change(
            Order("resume", key, actor, at), instance_id, lambda execution: ledger.resume(execution, reason)
        )

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
        return self._commands.change(
            Order("extend", key, actor, at),
            instance_id,
            lambda execution: ledger.extend(execution, amount, unit, approver, reason),
        )

    def cancel(self, instance_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Withdraw an instance with every token in it."""
        return self._commands.change(
            Order("cancel", key, actor, at), instance_id, lambda execution: execution.cancel(reason)
        )

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

        def work(execution: Execution) -> Mapping[str, Any]:
            execution.start()
            return {"strays": fold(execution, acts)}

        make = self._maker(business_key, district_code, scope, data, at, None)
        outcome = self._commands.create(Order("fold", key, actor, at), name, version, make, work)
        return Fold(outcome, tuple(outcome.result["strays"]))

    def fire_due(self, instance_id: str, *, at: datetime | None = None) -> Outcome:
        """Fire whatever of this instance is due; nothing due changes nothing."""
        return self._commands.change(Order("fire", None, SYSTEM, at), instance_id, lambda execution: None)

    def tick(self, limit: int = 100) -> int:
        """Fire due timers and run waiting jobs, each as a command of its own; how many."""
        return fire_claimed(self, limit) + run_waiting(self, limit)

    def _maker(
        self,
        business_key: str,
        district_code: str,
        scope: str,
        data: Mapping[str, Any],
        at: datetime | None,
        parent_id: str | None,
    ) -> Callable[[Definition], Instance]:
        def make(model: Definition) -> Instance:
            return Instance(
                id=self._new_id(),
                district_code=district_code,
                scope=scope,
                definition=model.name,
                version=model.version,
                business_key=business_key,
                state="open",
                revision=0,
                data=checked(data),
                started_at=at or self.clock.now(),
                ended_at=None,
                parent_id=parent_id,
            )

        return make
