"""Acts on an incident: retry, correct and retry, skip. Each is a command with a key and a line in the journal.

**What a skip means.** Two people are needed, one proposes and another confirms, and it is the least that lets
the case go on:

* a look at a checkpoint is not made up for;
* a job is given up: the other instance is not started, the message not delivered;
* a handler that fails is passed over: its step counts as run, its outputs stay as they were;
* a timer that fails is not fired; the step that it hangs on stays.

Everything else is refused: past a condition, a limit or a loop that fails, no way on is drawn that is not a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import incidents, jobs, store
from engine.clock import Clock
from engine.commands import Commands
from engine.db import Database
from engine.errors import Conflict, LostRaces, NotAllowed
from engine.incidents import Place
from engine.instances.works import is_known
from engine.model import Actor, Incident, Outcome
from engine.orders import FINDING, JOB, TIMER, Mend, Order
from engine.queries import Queries

STATING = {"data", "payload"}  # the arguments that hold fields of a case
LOOK, GIVE_UP, PASS_OVER, NOT_FIRED = "look", "job", "handler", "timer"


def way_to_skip(one: Incident) -> str:
    """What skipping it would mean: look, job, handler or timer; raises NotAllowed with the reason where nothing."""
    if one.kind == LOOK:
        return LOOK
    if one.origin == JOB:
        return GIVE_UP
    if "handler" in one.facts and _can_be_given(one):
        return PASS_OVER
    if one.origin == TIMER and "timer" in one.facts:
        return NOT_FIRED
    raise NotAllowed(
        "expected a look, a job, a handler or a timer to skip, found that the way on is not decided; "
        "correct the data and retry",
        element=one.element,
    )


def _can_be_given(one: Incident) -> bool:
    return one.arguments is not None and is_known(one.kind)


@dataclass(frozen=True, slots=True)
class Mending:
    """Carries the acts out; ``give`` gives an order."""

    database: Database
    clock: Clock
    query: Queries
    commands: Commands
    give: Callable[[Order], Outcome]

    def retry(self, incident_id: str, actor: Actor, key: str, reason: str, data: Mapping[str, Any]) -> Incident:
        one = self.query.incident(incident_id)
        if not self._was_served(key):
            _refuse_closed(one)
            act = "corrected" if data else "retried"
            self._again(one, Mend(one.id, act, key, actor, reason, data))
        return self.query.incident(incident_id)

    def propose_skip(self, incident_id: str, actor: Actor, key: str, reason: str) -> Incident:
        one = self.query.incident(incident_id)
        if not self._was_served(key):
            _refuse_closed(one)
            way_to_skip(one)
            self._aside(one, Mend(one.id, "skip_proposed", key, actor, reason))
        return self.query.incident(incident_id)

    def confirm_skip(self, incident_id: str, actor: Actor, key: str, reason: str) -> Incident:
        one = self.query.incident(incident_id)
        if not self._was_served(key):
            _refuse_closed(one)
            self._skip(one, Mend(one.id, "skipped", key, actor, reason, proposed_by=_proposer(one, actor)))
        return self.query.incident(incident_id)

    def _skip(self, one: Incident, mend: Mend) -> None:
        way = way_to_skip(one)
        if way == PASS_OVER:
            self._again(one, replace(mend, passed_over=one.element))
        elif way == NOT_FIRED:
            self._again(one, replace(mend, timer=one.facts["timer"]))
        elif way == GIVE_UP:
            self._aside(one, mend, lambda connection, at: jobs.finish(connection, str(one.key), jobs.SKIPPED, at))
        else:
            self._aside(one, mend)

    def _again(self, one: Incident, mend: Mend) -> None:
        """Give the command again; where nothing is left to do, the incident is closed all the same."""
        state = ""
        try:
            state = self.give(_order_of(one, mend)).state
        except LostRaces:
            raise
        except Conflict as error:
            if "element" in error.facts:
                raise  # a handler of the model refuses
            # Else whoever acted meanwhile has done it, or made it needless.
        if one.origin == JOB and state != jobs.KEPT:
            with self.database.begin() as connection:
                jobs.finish(connection, str(one.key), jobs.DONE, self.clock.now())
        if self.query.incident(one.id).standing:
            self._aside(one, replace(mend, act="overtaken", data={}))

    def _aside(
        self, one: Incident, mend: Mend, also: Callable[[Connection, datetime], None] = lambda connection, at: None
    ) -> None:
        def act(connection: Connection) -> None:
            now = self.clock.now()
            also(connection, now)
            incidents.close_mended(connection, mend, now)

        order = Order("mend", mend.key, mend.actor, mend=mend)
        self.commands.aside(order, Place(one.instance_id, one.district_code, one.scope), act)

    def _was_served(self, key: str) -> bool:
        with self.database.read() as connection:
            return store.earlier_outcome(connection, key) is not None


def _order_of(one: Incident, mend: Mend) -> Order:
    """The command that failed, at its own event time; what was due then is fired at today's.

    A corrected field that the command itself had stated is corrected there: else it would be overwritten.
    """
    if one.arguments is None or one.actor is None or not is_known(one.kind):
        raise NotAllowed("expected a command that can be given again, found one that was not kept", incident=one.id)
    place = {} if one.kind in FINDING else {"instance_id": one.instance_id}
    arguments = {**place, **one.arguments}
    for part in STATING & arguments.keys():
        stated = {name: value for name, value in arguments[part].items() if name in mend.data}
        arguments[part] = {**arguments[part], **{name: mend.data[name] for name in stated}}
        carried = frozenset(stated) if part == "payload" else mend.carried
        mend = replace(mend, stated={**mend.stated, **stated}, carried=carried)
    actor = Actor(one.actor["id"], one.actor["name"], frozenset(one.actor["roles"]))
    at = None if one.origin == TIMER else one.at
    return Order(one.kind, one.key, actor, at, arguments, one.origin, mend)


def _refuse_closed(one: Incident) -> None:
    if not one.standing:
        raise Conflict(f"expected an incident that stands, found it {one.state}", incident=one.id)


def _proposer(one: Incident, actor: Actor) -> str:
    if one.proposal is None:
        raise Conflict("expected a proposal to skip, found none", incident=one.id)
    proposer = str(one.proposal["by"])
    if proposer == actor.id:
        raise NotAllowed("expected another person than the one who proposed it", person=actor.id)
    return proposer
