"""Between what is stored and what a page shows: rows become values that a template only has to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from engine.calendar import WorkingCalendar
from engine.linking import path_of
from engine.model import Step, Task, Timer

SOON = 1  # working days left
PAGE = 50
Row = TypeVar("Row", Step, Timer)


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much time is left: ``state`` is none, calm, soon or overdue; ``days`` are working days, >= 0."""

    state: str
    due: datetime | None
    days: int = 0


def remaining(due: datetime | None, now: datetime, calendar: WorkingCalendar) -> Remaining:
    """What is left of a limit whose last instant in time is ``due``."""
    if due is None:
        return Remaining("none", None)
    if now > due:
        return Remaining("overdue", due, calendar.working_days(due, now))
    days = calendar.working_days(now, due)
    return Remaining("soon" if days <= SOON else "calm", due, days)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``more`` when another follows."""

    rows: tuple[Any, ...]
    number: int
    more: bool

    @classmethod
    def of(cls, rows: Iterable[Any], number: int, size: int = PAGE) -> Page:
        """From up to ``size + 1`` rows: the one too many only tells that there are more."""
        found = tuple(rows)
        return cls(found[:size], number, len(found) > size)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A line of the inbox."""

    task: Task
    subject: str
    subject_en: str
    remaining: Remaining
    department: Any


def subject(data: Mapping[str, Any], title: str, title_en: str) -> tuple[str, str]:
    """What a case is about, in both languages: its item, or for a violation the message of the warning."""
    item = data.get("item")
    if isinstance(item, Mapping) and item.get("name"):
        return str(item["name"]), str(item.get("name_en") or item["name"])
    if data.get("message"):
        return str(data["message"]), str(data.get("message_en") or data["message"])
    return title, title_en or title


def drawn_alone(row: Row, *names: str) -> Row:
    """A step or timer with the ids that its own diagram gives its elements."""
    found = {name: getattr(row, name) for name in names}
    return replace(row, **{name: one and one.removeprefix(path_of(one)) for name, one in found.items()})


def diagram_state(steps: Iterable[Step], timers: Iterable[Timer], now: datetime, inside: str = "") -> dict[str, Any]:
    """What the viewer marks: where the case stands, what it has passed, what is late, which checkpoints fired.

    ``inside``: what stands before the ids of the diagram shown, one that the case calls; there they stand without it.
    """
    steps = tuple(drawn_alone(step, "element") for step in steps if path_of(step.element) == inside)
    timers = tuple(drawn_alone(timer, "element", "host") for timer in timers if path_of(timer.element) == inside)
    # An event on a step waits as long as the step; it is marked when it fires, not while it waits.
    active = {step.element for step in steps if step.outcome == "open" and step.kind != "boundaryEvent"}
    fired = {timer.element for timer in timers if timer.state == "fired"}
    late = {timer.host for timer in timers if timer.host in active and timer.deadline and now > timer.deadline}
    notes = {t.element: f"{t.checkpoint or ''} {t.rung}".strip() for t in timers if t.state == "fired"}
    return {
        "active": sorted(active),
        "completed": sorted({step.element for step in steps if step.outcome == "completed"} - active),
        "overdue": sorted(element for element in late if element),
        "fired": sorted(fired),
        "notes": notes,
    }
