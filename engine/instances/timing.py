"""Timer rows: one per rung not yet fired, derived again whenever the facts change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from engine.diagrams import Diagram, Element
from engine.errors import at_element
from engine.handlers import CaseView, Handlers, RungRequest
from engine.instances.by_hand import DERIVED, steered
from engine.instances.cycles import next_firing, text_of
from engine.instances.keys import timer_id
from engine.instances.pins import as_it_began
from engine.instances.rows import Row, RowSet
from engine.instances.states import ARMED, CANCELLED, FIRED, SKIPPED, SUSPENDED
from engine.model import Rung
from engine.spiff import Wait

CHECKPOINT_TEXT = "checkpoint"


def is_checkpoint_timer(element: Element) -> bool:
    """Whether the rungs of the checkpoint's rules say when this timer is due."""
    return element.checkpoint is not None and text_of(element).strip() == CHECKPOINT_TEXT


class Timing:
    """Keeps the timer rows of one execution in step with its waits; ``passages`` is its history."""

    def __init__(self, diagram: Diagram, handlers: Handlers, rows: RowSet, passages: RowSet) -> None:
        self._diagram = diagram
        self._handlers = handlers
        self._rows, self._passages = rows, passages
        self._derived: dict[tuple[str, int], list[Rung]] = {}
        self._anew = False

    def forget(self) -> None:
        """Data or ledger changed: what was derived from them must be derived anew."""
        self._derived.clear()

    def act_done(self) -> None:
        """A person's step is over: what counts from the last act must be derived anew."""
        counted = [key for key, rungs in self._derived.items() if any(rung.counts_from_acts for rung in rungs)]
        for key in counted:
            del self._derived[key]

    def next_due(self, at: datetime) -> Row | None:
        """The armed timer due first, at or before ``at``."""
        due = [row for row in self._rows if row["state"] == ARMED and row["due"] <= at]
        return min(due, key=lambda row: (row["due"], row["id"]), default=None)

    def series(self, row: Row) -> list[datetime]:
        """The dues of this row and of those that repeat it, of all that are armed."""
        return [other["due"] for other in self._rows if other["state"] == ARMED and _series(other) == _series(row)]

    def over(self, row: Row) -> None:
        """A firing is done or let go: what its event waits for next must be derived anew."""
        self._derived.pop((row["element"], row["occurrence"]), None)

    def lacks_due(self, element: str, occurrence: int) -> bool:
        """Whether a rung of this checkpoint never got a due: suspended, or its start is unknown."""
        return any(
            row["state"] == SUSPENDED and row["checkpoint"] is not None
            for row in self._rows
            if (row["element"], row["occurrence"]) == (element, occurrence)
        )

    def sync(
        self, waits: Iterable[Wait], view: CaseView, connection: Any, *, anew: bool = False
    ) -> list[tuple[Row, datetime | None]]:
        """Arm, re-derive and cancel; gives the rows whose due moved, with the old due.

        With ``anew`` plain timers that rest on what has changed are evaluated again, and a row whose due stands is
        given the reason why it does now.
        """
        self._anew = anew
        moved: list[tuple[Row, datetime | None]] = []
        wanted: set[str] = set()
        for wait in waits:
            if wait.kind != "timer":
                continue
            element = self._diagram.elements[wait.element]
            for rung in self._known(wait, element, view, connection):
                row_key, change = self._put(wait, element, rung, view)
                wanted.add(row_key)
                if change is not None:
                    moved.append(change)
                elif anew:
                    self._give_reason(row_key, rung)
        for row in self._rows:
            if row["state"] in (ARMED, SUSPENDED) and row["id"] not in wanted:
                self._rows.update(row, state=CANCELLED)
        return moved

    def _known(self, wait: Wait, element: Element, view: CaseView, connection: Any) -> list[Rung]:
        key = (wait.element, wait.host_occurrence or wait.occurrence)
        if key not in self._derived:
            self._derived[key] = list(self._rungs(wait, element, view, connection))
        return self._derived[key]

    def _rungs(self, wait: Wait, element: Element, view: CaseView, connection: Any) -> Iterable[Rung]:
        occurrence = wait.host_occurrence or wait.occurrence
        if is_checkpoint_timer(element):
            assert element.checkpoint is not None
            request = RungRequest(
                connection,
                as_it_began(view, element.checkpoint, wait.host or wait.element, occurrence),
                wait.element,
                element.checkpoint,
                wait.host,
                occurrence,
                self._entered_at(wait, view),
            )
            with at_element(wait.element):
                return self._handlers.rungs(request)
        known = [row for row in self._rows if (row["element"], row["occurrence"]) == (wait.element, occurrence)]
        stored = partial(self._row, wait)
        return next_firing(known, stored, element, wait, view, self._handlers, connection, anew=self._anew)

    def _entered_at(self, wait: Wait, view: CaseView) -> datetime:
        row = self._passages.get(*_passage(wait))
        return row["entered_at"] if row is not None else view.at

    def _row(self, wait: Wait, key: str) -> Row | None:
        """The row of a timer, looked up unless its passage began in this command: then none can be stored."""
        began_now = _passage(wait) in self._passages.new and not wait.listening
        return self._rows.rows.get(key) if began_now else self._rows.get(key)

    def _put(
        self, wait: Wait, element: Element, rung: Rung, view: CaseView
    ) -> tuple[str, tuple[Row, datetime | None] | None]:
        occurrence = wait.host_occurrence or wait.occurrence
        key = timer_id(view.instance.id, wait.element, rung.rule, rung.rung, occurrence)
        row = self._row(wait, key)
        if row is None:
            self._rows.add(_new_row(key, wait, element, rung, view, occurrence, _state(rung)))
            return key, None
        if self._anew and row["manual"]:
            self._rows.update(row, manual={**row["manual"], DERIVED: rung.due and rung.due.isoformat()})
        rung = steered(rung, row["manual"])
        if _is_over(row, rung) or (row["due"], row["state"]) == (rung.due, _state(rung)):
            return key, None
        before = row["due"]
        self._rows.update(
            row, due=rung.due, deadline=rung.deadline, level=rung.level, state=_state(rung), reason=dict(rung.reason)
        )
        return key, (row, before)

    def _give_reason(self, key: str, rung: Rung) -> None:
        row = self._rows.rows[key]
        reason = dict(steered(rung, row["manual"]).reason)
        if not _is_over(row, rung) and row["reason"] != reason:
            self._rows.update(row, reason=reason)


def _passage(wait: Wait) -> tuple[str, int]:
    """What the timer belongs to: the host of a boundary event, else the event itself."""
    return wait.host or wait.element, wait.host_occurrence or wait.occurrence


def _state(rung: Rung) -> str:
    return SUSPENDED if rung.due is None else ARMED


def _is_over(row: Row, rung: Rung) -> bool:
    """Fired, or skipped by people; one that was skipped for its lateness is none at another instant."""
    return row["state"] == FIRED or (row["state"] == SKIPPED and (row["late_ms"] is None or row["due"] == rung.due))


def _series(row: Row) -> tuple[str, str, str]:
    """A limit's rungs are each their own; the firings of a plain timer are one series."""
    return row["element"], row["rule"], row["rung"] if row["rule"] else ""


def _new_row(key: str, wait: Wait, element: Element, rung: Rung, view: CaseView, occurrence: int, state: str) -> Row:
    return {
        "district_code": view.instance.district_code,
        "id": key,
        "instance_id": view.instance.id,
        "element": wait.element,
        "host": wait.host,
        "checkpoint": element.checkpoint,
        "rule": rung.rule,
        "rung": rung.rung,
        "level": rung.level,
        "occurrence": occurrence,
        "due": rung.due,
        "deadline": rung.deadline,
        "state": state,
        "fired_at": None,
        "late_ms": None,
        "reason": dict(rung.reason),
        "manual": None,
        "lease_owner": None,
        "lease_until": None,
        "fence": 0,
    }
