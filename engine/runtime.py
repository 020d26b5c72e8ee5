"""The engine as its users see it: commands here, reading in ``query``.

Each command is one transaction, carries a key, and fires what is due before it acts.
``at`` is the event time; None means now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from engine import definitions, entries, messages, store
from engine.casedata import checked
from engine.clock import Clock
from engine.commands import Commands, Seen
from engine.db import Database
from engine.definitions import Definitions
from engine.errors import EngineError, Unanchored
from engine.handlers import Handlers
from engine.incidents import Place
from engine.instances.folding import Act, Fold
from engine.instances.works import work_of
from engine.jobs import run_waiting
from engine.letters import Letter, kept_until
from engine.mending import Mending
from engine.migration import Migrations
from engine.model import SYSTEM, Actor, Definition, Incident, Instance, Outcome, Task
from engine.orders import CREATING, TIMER, Order
from engine.queries import Queries
from engine.recounting import Recounts
from engine.sealing.states import States, Unchecked
from engine.timers import Alone, Foreman, Lease, fire_claimed
from engine.versions import Versions


class Runtime:
    """One engine over one database, with one clock and one set of handlers."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Handlers | None = None,
        new_id: Callable[[], str] = lambda: uuid4().hex,
        states: States | None = None,
        permit: Callable[[], None] = lambda: None,
    ) -> None:
        self.database, self.clock = database, clock
        self.handlers = handlers or Handlers()
        known = Definitions()
        self.query = Queries(database, known)
        self.versions = Versions(database, clock, self.handlers)
        self._commands = Commands(database, clock, self.handlers, known, states or Unchecked(), permit)
        self.recounts = Recounts(database, self._commands)
        self.migrations = Migrations(database, clock, known, self._commands, new_id)
        self._mending = Mending(database, clock, self.query, self._commands, self.give)
        self._new_id, self._permit = new_id, permit

    def deploy(self, xml: bytes, *, by: str, decisions: Iterable[bytes] = ()) -> Definition:
        """Deploy a model that comes with the product, with those of the DMN files beside it that it uses.

        Raises ModelRefused and stores nothing. What people draw goes through ``versions``, where a second person reviews it.
        """
        with self.database.begin() as connection:
            now, names = self.clock.now(), self.handlers.known()
            return definitions.ship(connection, xml, by=by, at=now, names=names, decisions=decisions)

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
        """Start an instance of the version in force at ``at``, or of the one named."""
        given = {
            "definition": name,
            "business_key": business_key,
            "district_code": district_code,
            "scope": scope,
            "data": data,
            "version": version,
            "parent_id": parent_id,
        }
        return self.give(Order("start", key, actor, at, given))

    def complete(
        self,
        task_id: str,
        *,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        at: datetime | None = None,
        reason: str = "",
        over: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Complete a person's step: it must be open, and theirs to do, and is done once.

        ``reason`` is why somebody goes on who was told what the entry breaks (``rehearse``); it is kept in the journal
        and told to whoever looks at the step's checkpoints. Raises Overwritten where ``data`` would replace what was
        written beside it since it was opened; ``over`` are the values, by field, that the person has been shown and
        replaces knowingly.
        """
        given = {"task_id": task_id, "data": data}
        given |= ({"reason": reason} if reason else {}) | ({"over": over} if over else {})
        return self.give(Order("complete", key, actor, at, given))

    def rehearse(
        self,
        task: Task,
        *,
        data: Mapping[str, Any],
        actor: Actor,
        look: Callable[[Connection], Seen],
        over: Mapping[str, Any] | None = None,
    ) -> Seen:
        """What ``look`` sees if that step were completed so; nothing is stored. Raises what ``complete`` raises."""
        order = Order("complete", None, actor, None, {"task_id": task.id, "data": data, "over": over or {}})
        work = work_of(order.kind, order.arguments or {})
        return self._commands.rehearse(order, task.instance_id, work, lambda connection, _: look(connection))

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
        given = {"instance_id": instance_id, "message": message, "payload": payload}
        return self.give(Order("deliver", key, actor, at, given))

    def enter(
        self, instance_id: str, *, data: Mapping[str, Any], actor: Actor, key: str, at: datetime | None = None
    ) -> Outcome:
        """Fields of the case become known outside of its steps; whatever waits for such data goes on."""
        return self.give(Order("enter", key, actor, at, {"instance_id": instance_id, "data": data}))

    def publish(
        self,
        message: str,
        *,
        correlation: str,
        payload: Mapping[str, Any],
        actor: Actor,
        key: str,
        keep: str | None = None,
        district_code: str | None = None,
        scope: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """A message to the one case that waits for it with that key, else to the model that it starts.

        While there is neither it is kept, for ``keep`` (ISO 8601, 30 days where None): the outcome's state is then
        ``kept``. Raises Conflict where two cases wait for it.
        """
        letter = Letter(
            key, message, correlation, checked(payload), kept_until(self.clock.now(), keep), None, district_code, scope
        )
        return self.give(Order("publish", key, actor, at, letter.arguments))

    def broadcast(
        self,
        name: str,
        *,
        payload: Mapping[str, Any],
        actor: Actor,
        key: str,
        district_code: str | None = None,
        scope: str | None = None,
        at: datetime | None = None,
    ) -> int:
        """A signal to every open instance that waits for it and to every model that it starts; how many.

        Each is told in a command of its own. A case that it starts belongs to the place given, unless the model
        names another.

        One that fails keeps it from nobody: its error is raised when all the others have been told.
        """
        instances, failed = self.query.waiting_for("signal", name), list[Exception]()
        for instance_id in instances:
            given = {"instance_id": instance_id, "name": name, "payload": payload}
            try:
                self.give(Order("signal", f"{key}:{instance_id}", actor, at, given))
            except Exception as error:
                failed.append(error)
        with self.database.read() as connection:
            starting = entries.of(connection, "signal", name, at or self.clock.now())
        for one in starting:
            begun = entries.Begun(one["definition"], one["element"], payload, None, district_code, scope)
            try:
                self.give(Order("begin", f"{key}:{one['definition']}", actor, at, begun.arguments))
            except Exception as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return len(instances) + len(starting)

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
        notice: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """Stop the clock: an entry in the ledger, nothing else; raises Conflict while one of this kind runs."""
        given = {"instance_id": instance_id, "kind": kind, "approver": approver, "reason": reason}
        given |= {"notice": notice} if notice else {}
        return self.give(Order("suspend", key, actor, at, {**given, "own_limit": own_limit}))

    def resume(
        self,
        instance_id: str,
        *,
        reason: str,
        actor: Actor,
        key: str,
        kind: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        """End the stop of that kind, or the only one; raises Conflict when there is none, or more than one."""
        given = {"instance_id": instance_id, "reason": reason} | ({"kind": kind} if kind else {})
        return self.give(Order("resume", key, actor, at, given))

    def correct(
        self,
        instance_id: str,
        *,
        fact: Mapping[str, Any],
        to: datetime,
        reason: str,
        actor: Actor,
        key: str,
        at: datetime | None = None,
    ) -> Outcome:
        """Put a time right that was recorded wrongly; every limit is derived anew, the old time stays in the journal.

        ``fact`` is a passage's (``element``, ``occurrence``, ``what``: entered_at or completed_at), a stop's
        (``suspension``: its id, ``what``: start or end) or one of the case's data (``field``). What moved is in the
        outcome's result.
        """
        given = {"instance_id": instance_id, "fact": dict(fact), "to": to.isoformat(), "reason": reason}
        return self.give(Order("correct", key, actor, at, given))

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
        given = {"instance_id": instance_id, "amount": amount, "unit": unit, "approver": approver, "reason": reason}
        return self.give(Order("extend", key, actor, at, given))

    def cancel(self, instance_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Withdraw an instance with every token in it."""
        return self.give(Order("cancel", key, actor, at, {"instance_id": instance_id, "reason": reason}))

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
        given = {
            "definition": name,
            "business_key": business_key,
            "district_code": district_code,
            "scope": scope,
            "data": data,
            "version": version,
            "acts": acts,
        }
        outcome = self.give(Order("fold", key, actor, at, given))
        return Fold(outcome, tuple(outcome.result["strays"]))

    def change_timer(
        self, timer_id: str, *, due: datetime, reason: str, actor: Actor, key: str, at: datetime | None = None
    ) -> Outcome:
        """Let a timer fire at another instant than its rule says, until ``restore_timer``."""
        given = {"timer_id": timer_id, "due": due, "reason": reason}
        return self.give(Order("change_timer", key, actor, at, given))

    def restore_timer(
        self, timer_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None
    ) -> Outcome:
        """Give a changed timer back to its rule; raises Conflict when it was not changed."""
        return self.give(Order("restore_timer", key, actor, at, {"timer_id": timer_id, "reason": reason}))

    def pause_timer(self, timer_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None) -> Outcome:
        """Hold a timer, whatever its rule derives, until ``resume_timer``."""
        return self.give(Order("pause_timer", key, actor, at, {"timer_id": timer_id, "reason": reason}))

    def resume_timer(
        self, timer_id: str, *, reason: str, actor: Actor, key: str, at: datetime | None = None
    ) -> Outcome:
        """Let a held timer run again; raises Conflict when it was not held."""
        return self.give(Order("resume_timer", key, actor, at, {"timer_id": timer_id, "reason": reason}))

    def fire_due(self, instance_id: str, *, at: datetime | None = None, lease: Lease | None = None) -> Outcome:
        """Fire whatever of this instance is due; nothing due changes nothing.

        With a lease it is stored only while that stands; raises StaleLease.
        """
        confirm = None if lease is None else lambda connection: lease.confirm(connection, self.clock)
        order = Order("fire", None, SYSTEM, at, {"instance_id": instance_id}, TIMER, confirm=confirm)
        return self.give(order)

    def give(self, order: Order) -> Outcome:
        """Give an order, its arguments as the methods above take them; raises what the command raises."""
        given = order.arguments or {}
        if order.kind == "publish":
            return messages.publish(self, order)
        if order.kind == "begin":
            return entries.begin(self, order)
        work = work_of(order.kind, given)
        if order.kind in CREATING:
            return self._commands.create(order, given["definition"], given.get("version"), self._maker(order), work)
        if "task_id" in given:
            return self._commands.change(
                order, lambda connection: store.instance_of_task(connection, given["task_id"]), work
            )
        if "timer_id" in given:
            return self._commands.change(
                order, lambda connection: store.instance_of_timer(connection, given["timer_id"]), work
            )
        return self._commands.change(order, given["instance_id"], work)

    def served(self, key: str) -> Outcome | None:
        """The outcome of the command that had this key, if there was one."""
        return self._commands.served(key)

    def refuse(self, order: Order, error: EngineError, *place: str | None) -> Outcome:
        """Raise the error of an order that finds no case to act on; an incident where nobody waits for the answer."""
        return self._commands.refuse(order, error, Place(*place))

    # -- acts on an incident -------------------------------------------------------------

    def retry_incident(
        self, incident_id: str, *, actor: Actor, key: str, reason: str = "", data: Mapping[str, Any] | None = None
    ) -> Incident:
        """Give the command that failed again, with these fields of the case corrected before; raises what it raises."""
        return self._mending.retry(incident_id, actor, key, reason, data or {})

    def propose_skip(self, incident_id: str, *, actor: Actor, key: str, reason: str) -> Incident:
        """Propose to go on without what failed; NotAllowed with the reason where that has no meaning."""
        return self._mending.propose_skip(incident_id, actor, key, reason)

    def confirm_skip(self, incident_id: str, *, actor: Actor, key: str, reason: str = "") -> Incident:
        """Skip what was proposed to be skipped; NotAllowed for the one who proposed it."""
        return self._mending.confirm_skip(incident_id, actor, key, reason)

    def tick(self, limit: int = 100, foreman: Foreman | None = None) -> int:
        """Fire due timers and run waiting jobs, each as a command of its own; how many (none while nothing may be)."""
        try:
            self._permit()
        except Unanchored:
            return 0
        foreman = foreman or Alone()
        fired = entries.fire_due(self) + fire_claimed(self, limit, foreman)
        return fired + (run_waiting(self, limit, foreman) if foreman.go_on() else 0)

    def _maker(self, order: Order) -> Callable[[Definition], Instance]:
        given = order.arguments or {}

        def make(model: Definition) -> Instance:
            return Instance(
                id=self._new_id(),
                district_code=given["district_code"],
                scope=given["scope"],
                definition=model.name,
                version=model.version,
                business_key=given["business_key"],
                state="open",
                revision=0,
                data=checked(given["data"]),
                started_at=order.at or self.clock.now(),
                ended_at=None,
                parent_id=given.get("parent_id"),
            )

        return make
