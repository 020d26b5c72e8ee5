"""Plain timers: due once, or again and again (``timeCycle``) while their event goes on waiting.

Each firing of a cycle is a row of its own, its ``rung`` the number of the firing; the next is armed
when the one before is over. The cycle is fixed when its first firing is armed: ``reason`` holds
``cycle`` (the text), ``armed`` (the instant it counts from) and, on a row that was let go, ``next``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.catchup import COALESCED, GRACE
from engine.diagrams import Element
from engine.durations import Repeat, parse_repeat
from engine.expressions import timer_due
from engine.handlers import CaseView, Handlers
from engine.instances.by_hand import derived_due
from engine.instances.keys import timer_id
from engine.instances.rows import Row
from engine.instances.states import ARMED, SUSPENDED
from engine.model import Rung
from engine.spiff import Wait

ARMED_AT = "armed"
ONCE = "due"  # the rung of a timer that is due once


def text_of(element: Element) -> str:
    """The timer's text; empty where the drawing has none."""
    return element.event.text or "" if element.event is not None else ""


def repeats(element: Element) -> bool:
    """Whether the event goes on waiting after it went off; any other takes the first firing of a cycle."""
    if element.tag == "boundaryEvent":
        return not element.cancel_activity
    return element.tag == "startEvent" and not element.interrupting


def next_firing(
    known: list[Row],
    stored: Callable[[str], Row | None],
    element: Element,
    wait: Wait,
    view: CaseView,
    handlers: Handlers,
    connection: Any,
    *,
    anew: bool,
) -> list[Rung]:
    """What a plain timer waits for now; nothing where its cycle is through.

    ``known`` are the rows of this event that the command holds, ``stored`` finds any by its key. ``anew``: one that
    rests on what may have changed is evaluated again.
    """

    def row_of(rung: str) -> Row | None:
        occurrence = wait.host_occurrence or wait.occurrence
        return stored(timer_id(view.instance.id, wait.element, "", rung, occurrence))

    once = row_of(ONCE)
    if once is not None and not (anew and ARMED_AT in once["reason"]):
        return [Rung("", ONCE, derived_due(once), reason=once["reason"])]
    if once is not None:  # what it rests on has changed: the same again, as of when it was armed
        view = replace(view, at=datetime.fromisoformat(once["reason"][ARMED_AT]))
    first = row_of("1") if repeats(element) else None
    if first is not None:
        return _next_of(first, known, row_of)
    due = timer_due(text_of(element), view, wait.names, handlers, wait.element)
    if not isinstance(due, Repeat):
        basis = handlers.basis(connection, view, text_of(element))
        return [Rung("", ONCE, due, reason={**basis, ARMED_AT: view.at.isoformat()} if basis else {})]
    if not repeats(element):
        return [Rung("", ONCE, due.firing(1, view.at))]
    return [Rung("", "1", due.firing(1, view.at), reason={"cycle": str(due), "armed": view.at.isoformat()})]


def _next_of(first: Row, known: list[Row], row_of: Callable[[str], Row | None]) -> list[Rung]:
    standing = next((row for row in known if row["state"] in (ARMED, SUSPENDED)), None)
    if standing is not None:
        return [Rung("", standing["rung"], derived_due(standing), reason=standing["reason"])]
    cycle = parse_repeat(first["reason"]["cycle"])
    if cycle.count is not None and row_of(str(cycle.count)) is not None:
        return []
    last = max(known, key=lambda row: int(row["rung"]))
    number = last["reason"].get("next", int(last["rung"]) + 1)
    due = _due(first, number)
    reason = {name: first["reason"][name] for name in ("cycle", "armed")}
    return [] if due is None else [Rung("", str(number), due, reason=reason)]


def is_of_cycle(row: Row) -> bool:
    return "cycle" in row["reason"]


def first_kept(row: Row, policy: str, at: datetime) -> int:
    """The number of the firing that goes off next, where those missed before it are let go.

    Coalesced: the last that is due. Skip: the first that is late by the grace at most.
    """
    number = int(row["rung"])
    if policy == COALESCED:
        return max(number, _last_due(row, at))
    return max(number, _last_due(row, at - GRACE - timedelta(microseconds=1)) + 1)


def _last_due(row: Row, at: datetime) -> int:
    """The number of the last firing due at or before ``at``; 0 for none."""

    def is_due(number: int) -> bool:
        due = _due(row, number)
        return due is not None and due <= at

    below, above = 0, 1
    while is_due(above):
        below, above = above, above * 2
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if is_due(middle) else (below, middle)
    return below


def _due(row: Row, number: int) -> datetime | None:
    reason: dict[str, Any] = row["reason"]
    return parse_repeat(reason["cycle"]).firing(number, datetime.fromisoformat(reason["armed"]))
