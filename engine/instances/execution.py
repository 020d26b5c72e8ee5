"""One instance in memory while a command runs: it acts, the store writes what came of it.

Every act happens at an event time. ``advance`` first fires what is due by then, in due
order; then the act. Nothing here reads a clock or commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.casedata import checked
from engine.catchup import late_ms
from engine.diagrams import Element
from engine.errors import Conflict, EngineError, InvariantBroken, LimitExceeded, at_element
from engine.handlers import CaseView, Handlers
from engine.instances.beside import Beside
from engine.instances.checking import look_on_completion
from engine.instances.conditions import Conditions
from engine.instances.firings import timer_firing, to_json
from engine.instances.hosting import Hosting
from engine.instances.letting_go import let_go
from engine.instances.past import Steps
from engine.instances.payloads import key_of
from engine.instances.rows import Row, RowSet
from engine.instances.states import FIRED
from engine.instances.timing import Timing
from engine.instances.views import extension_of, suspension_of
from engine.journal import Chain
from engine.lint.names import CALLABLE, MIRROR
from engine.model import SYSTEM, Actor, Instance
from engine.orders import Order
from engine.spiff import Compiled, Wait, Workflow, load

ROUNDS = 20
MOST_DUE = 10_000  # firings in one command
_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Records:
    """The rows of the instance that a command may read or write; ``past`` reads the history of what is over."""

    tasks: RowSet = field(default_factory=lambda: RowSet(("id",)))
    timers: RowSet = field(default_factory=lambda: RowSet(("id",)))
    subscriptions: RowSet = field(default_factory=lambda: RowSet(("id",)))
    history: RowSet = field(default_factory=lambda: RowSet(("element", "occurrence")))
    suspensions: RowSet = field(default_factory=lambda: RowSet(("id",)))
    extensions: RowSet = field(default_factory=lambda: RowSet(("instance_id",)))
    past: Callable[[], dict[tuple[str, int], Row]] = dict
    troubled: bool = False  # an incident of the case stands
    failures: list[tuple[Order, EngineError]] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)
    last: dict[str, Callable[[], None]] = field(default_factory=dict)  # done when all else is written


class Execution:
    """The engine's side of a running workflow: the acts; what the workflow asks meanwhile is its ``host``'s."""

    def __init__(
        self,
        compiled: Compiled,
        handlers: Handlers,
        connection: Connection,
        instance: Instance,
        records: Records,
        chain: Chain,
        *,
        actor: Actor,
        at: datetime,
        recorded_at: datetime,
        blob: bytes | None = None,
    ) -> None:
        self.compiled, self.handlers, self.connection = compiled, handlers, connection
        self.before, self.data = instance.data, dict(instance.data)
        self.instance, self.records, self.chain = replace(instance, data=self.data), records, chain
        self.actor, self.at, self.recorded_at = actor, at, recorded_at
        self.completed: list[str] = []
        self.fired: list[str] = []
        self.dirty = self.gone_over = False
        self.passed_over: str | None = None
        self.renewed: list[Mapping[str, Any]] = []  # limits that moved because what they count by has changed
        self.reason = ""  # why somebody goes on who was told what the entry breaks
        self.timing = Timing(compiled.diagram, handlers, records.timers, records.history)
        self.conditions = Conditions(self)
        self._view: CaseView | None = None
        self.host = Hosting(self)
        self.workflow = Workflow(compiled, self.host) if blob is None else load(blob, compiled, self.host)
        # Loading changes nothing, whatever the workflow noted while it came to be.
        self.dirty = blob is None
        self.beside = Beside(self)

    # -- looking ---------------------------------------------------------------------

    @property
    def view(self) -> CaseView:
        """One immutable look, made anew only after something changed."""
        if self._view is None:
            self._view = CaseView(
                self.instance,
                self.data,
                Steps(self.records.history, self.records.past),
                tuple(suspension_of(row) for row in self.records.suspensions),
                extension_of(next(iter(self.records.extensions), None)),
                self.at,
                self.connection,
            )
        return self._view

    def looked_at_anew(self) -> CaseView:
        """A look at the end of a command, which may have ended the case."""
        self._view = None
        return self.view

    def touch(self) -> None:
        self._view = None
        self.dirty = True

    @property
    def watches(self) -> bool:
        """Whether anything in the model may wait for a condition over the data."""
        return self.compiled.watches

    def go_over(self, compiled: Compiled, blob: bytes, instance: Instance) -> None:
        """Go on with another version's graph, at this state."""
        self.compiled, self.instance = compiled, instance
        self.workflow = load(blob, compiled, self.host)
        self.timing = Timing(compiled.diagram, self.handlers, self.records.timers, self.records.history)
        self.gone_over = True
        self.touch()

    def element(self, name: str) -> Element:
        return self.compiled.diagram.elements[name]

    def note(self, kind: str, body: Mapping[str, Any]) -> None:
        """Append one fact to the case's journal."""
        self.chain.append(kind, self.actor.id, self.at, self.recorded_at, body)

    def move_to(self, at: datetime) -> None:
        self.at = at
        self._view = None

    # -- acts ------------------------------------------------------------------------

    def start(self, element: str | None = None, payload: Mapping[str, Any] = _NOTHING) -> None:
        """Begin at the start event that a message, a signal or a time chose, else where people begin."""
        instance = self.instance
        told = {"definition": instance.definition, "version": instance.version, "data": self.data}
        if element is None:
            if self.compiled.diagram.kind == CALLABLE:
                raise Conflict(f"expected a model that people start, found that only calls start {told['definition']}")
            self.note("started", told)
            element, payload = self._followed_from(), self.data
        else:
            self.note("started", {**told, "element": element, "payload": payload})
        if element is None:
            self.workflow.start()
        else:
            event = self.element(element).event
            wait = Wait(element, event.kind if event is not None else "none", 1)
            self.workflow.start(element, self.host.caught(wait, payload))
        self.settle()

    def _followed_from(self) -> str | None:
        """Where a mirrored case begins whose model has one start event: whatever that waits for has happened.

        What is known of the case then is what that carried.
        """
        diagram = self.compiled.diagram
        if diagram.kind != MIRROR:
            return None
        starts = [node for node in diagram.elements.values() if node.tag == "startEvent" and node.parent is None]
        return starts[0].id if len(starts) == 1 and starts[0].event is not None else None

    def advance(self, most: int | None = None) -> None:
        """Fire this instance's timers due at or before the event time, in due order; at most so many."""
        rounds: Counter[str] = Counter()
        fired = 0
        while fired != most and (row := self.timing.next_due(self.at)) is not None:
            fired += 1
            if fired > MOST_DUE:
                raise LimitExceeded(
                    f"expected at most {MOST_DUE} timers due at once, found more", element=row["element"]
                )
            before = set(self.records.timers.new)
            with at_element(row["element"], timer=row["id"]):
                if not let_go(self, row):
                    self._fire_timer(row)
                self.settle()
            self._count_rounds(row, before, rounds)

    def _count_rounds(self, row: Row, before: set[str], rounds: Counter[str]) -> None:
        """A timer armed by a firing and due at the same instant, and so on, would never come to an end."""
        for name in self.records.timers.new - before:
            if self.records.timers.rows[name]["due"] == row["due"]:
                rounds[name] = rounds[row["id"]] + 1
                if rounds[name] > ROUNDS:
                    raise LimitExceeded(
                        f"expected at most {ROUNDS} rounds of timers due at one instant", element=row["element"]
                    )

    def complete(
        self,
        element: str,
        occurrence: int,
        data: Mapping[str, Any],
        reason: str = "",
        replaced: Mapping[str, Any] = _NOTHING,
    ) -> None:
        """A person's step: the data go in, checkpoints see them, then the step is left.

        ``replaced`` is what others had written beside it, by field, and the person has replaced knowingly.
        """
        self.reason = reason
        said = ({"reason": reason} if reason else {}) | ({"over": replaced} if replaced else {})
        self.note("completed", {"element": element, "occurrence": occurrence, "data": data, **said})
        if data:
            # What was entered may move a limit, and so make a rung due before the step is left.
            self.enter_data(self._collected(element, occurrence, data), element)
            self.settle()
            self.advance()
            if not self.workflow.waits_at(element, occurrence, "person"):
                return  # what was entered let an event go that took the step away
        look_on_completion(self, element, occurrence)
        self.workflow.complete(element, occurrence)
        self.timing.act_done()
        self.completed.append(element)
        self.settle()

    def _collected(self, element: str, occurrence: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The result of one instance of a step goes to its place in the list of all results."""
        loop = self.element(element).loop
        if loop is None or loop.results is None or loop.result is None or loop.result not in data:
            return data
        place = self.workflow.local(element, occurrence)["loopCounter"] - 1
        results = list(self.data.get(loop.results) or ())
        results += [None] * (place + 1 - len(results))
        results[place] = data[loop.result]
        return {**{name: value for name, value in data.items() if name != loop.result}, loop.results: results}

    def deliver(self, message: str, payload: Mapping[str, Any], correlation: str | None = None) -> None:
        """A message for this instance; raises Conflict when nothing waits for it (with that key)."""
        for wait in self.workflow.waits():
            if wait.kind == "message" and self._is(wait, message) and correlation in (None, self.key_of(wait)):
                self.note("message", {"message": message, "element": wait.element, "payload": payload})
                self.workflow.fire(wait.element, wait.occurrence, self.host.caught(wait, payload))
                self.settle()
                return
        raise Conflict(f"expected a step that waits for {message}, found none", message=message)

    def enter(self, data: Mapping[str, Any]) -> None:
        """Data that come from outside and not with a step."""
        self.note("entered", {"data": data})
        self.enter_data(data)
        self.settle()

    def signal(self, name: str, payload: Mapping[str, Any]) -> None:
        """A signal from outside: everyone here who waits for it goes on; nobody is no error."""
        waiting = [wait.element for wait in self.workflow.waits() if wait.kind == "signal" and self._is(wait, name)]
        if not waiting:
            return
        self.note("signal", {"name": name, "elements": waiting, "payload": payload})
        self.workflow.broadcast(name, payload)
        self.settle()

    def key_of(self, wait: Wait) -> str:
        """The key by which a message finds what waits here."""
        return key_of(self, wait.element, self.element(wait.element).receive.correlation, wait.names)

    def _is(self, wait: Wait, name: str) -> bool:
        event = self.element(wait.element).event
        return event is not None and event.ref == name

    def let_condition_go(self, wait: Wait) -> None:
        self.note("condition", {"element": wait.element, "occurrence": wait.occurrence})
        self.workflow.let_go(wait.element, wait.occurrence, self.host.caught(wait, {}))

    def cancel(self, reason: str) -> None:
        self.note("cancelled", {"reason": reason})
        self.workflow.cancel()
        self.instance = replace(self.instance, state="cancelled", ended_at=self.at)
        self.settle()

    def enter_data(self, data: Mapping[str, Any], element: str | None = None) -> None:
        """Write fields of the case; ``element`` is the one that states them."""
        data = checked(data)
        self.beside.note(data, element)
        self.data.update(data)
        self.timing.forget()
        self.touch()

    def ledger_changed(self) -> None:
        """A stop, a resumption or an extension moves limits, never tokens."""
        self.timing.forget()
        self.settle()

    def derive_anew(self, because: Mapping[str, Any]) -> list[tuple[Row, datetime | None]]:
        """Derive every limit again, ``because`` what they count by has changed; gives what moved, with the old due."""
        self.timing.forget()
        self.touch()
        return self._keep_time(because=because)

    def settle(self) -> None:
        """After every act: re-derive the timers, note what moved, see whether it ended."""
        self.touch()
        if self.instance.state == "open" and self.watches:
            self.workflow.settle()
        if self.instance.state == "open" and self.workflow.ended:
            self.instance = replace(self.instance, state="ended", ended_at=self.at)
            self.note("ended", {})
        self._keep_time()

    def _keep_time(self, **because: Mapping[str, Any]) -> list[tuple[Row, datetime | None]]:
        waits = self.workflow.waits() if self.instance.state == "open" else []
        moved = self.timing.sync(waits, self.view, self.connection, anew=bool(because))
        for row, before in moved:
            self.note(
                "due_moved",
                {
                    "element": row["element"],
                    "rule": row["rule"],
                    "rung": row["rung"],
                    "from": before,
                    "to": row["due"],
                    "reason": row["reason"],
                    **because,
                },
            )
        return moved

    def _fire_timer(self, row: Row) -> None:
        firing = timer_firing(row, self.at)
        self.records.timers.update(row, state=FIRED, fired_at=self.at, late_ms=late_ms(row["due"], self.at))
        self.fired.append(row["id"])
        # Whoever's command meets it first: a timer is nobody's act.
        actor, self.actor = self.actor, SYSTEM
        try:
            self.note(
                "timer_fired",
                {key: row[key] for key in ("id", "element", "rule", "rung", "occurrence", "due", "late_ms")},
            )
            self.workflow.fire(row["element"], self._wait_of(row).occurrence, to_json(firing))
            self.timing.over(row)
        finally:
            self.actor = actor

    def _wait_of(self, row: Row) -> Wait:
        for wait in self.workflow.waits():
            occurrence = wait.host_occurrence or wait.occurrence
            if wait.element == row["element"] and occurrence == row["occurrence"]:
                return wait
        raise InvariantBroken(f"timer row {row['id']} has no event that waits", element=row["element"])
