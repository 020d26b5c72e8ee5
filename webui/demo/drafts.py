"""A case of one of the example processes before it is written down: what is done when, with what data.

A variant changes a draft in one place and says which rule that breaks, or that it just does not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from webui.demo.days import Days
from webui.demo.plan import Row


@dataclass(slots=True)
class Event:
    """Something done at an instant; ``step`` is empty for a stop of the clock and its end."""

    at: datetime
    do: str  # complete suspend resume
    role: str
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A case that begins at ``day``. ``start`` is what it begins with, ``rows`` what other departments recorded."""

    number: str
    day: date
    days: Days
    rng: random.Random
    people: Mapping[str, str]  # by role
    start: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    late: timedelta = timedelta()  # how long after its last event a case that ran elsewhere is told of

    def at(self, working_days: int, hour: int, minute: int = 0) -> datetime:
        """An instant on the so-many-th working day after the first."""
        return datetime.combine(self.days.add(self.day, working_days), time(hour, minute), self.days.zone)

    def do(self, at: datetime, step: str, role: str = "clerk", **data: Any) -> Event:
        event = Event(at, "complete", role, step, data)
        self.events.append(event)
        return event

    def of(self, step: str) -> Event:
        """The last time that the step is done."""
        return next(event for event in reversed(self.events) if event.step == step)

    def stop(self, begin: datetime, end: datetime, own_limit: int = 5) -> None:
        """The clock stands from ``begin`` to ``end``; the applicant was told of so many working days."""
        told = {"kind": "检测", "approver": self.people["dept_head"], "reason": "组织检测", "own_limit": own_limit}
        self.events += [Event(begin, "suspend", "dept_head", data=told)]
        self.events += [Event(end, "resume", "dept_head", data={"reason": "检测完毕"})]

    def row(self, name: str, key: str, day: date, recorded: datetime, amount: Any = None) -> None:
        """A row of a data set; ``recorded`` is when the other department told of it."""
        number = f"{self.number}-{len(self.rows)}"
        told = {"set": name, "id": number, "key": key, "day": day, "recorded_at": recorded, "amount": amount}
        self.rows.append(told)

    def over(self, working_days: int, since: datetime) -> datetime:
        """The first instant at which so many working days after ``since`` are over."""
        last = self.days.add(self.days.day_of(since), working_days)
        return self.days.midnight(last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Breach:
    """What a variant breaks: the rule, its level, since when, in which passage of its step."""

    rule: str
    level: str
    due: datetime
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class Variant:
    """``change`` bends an ordinary draft and gives the breach; of a near miss None."""

    name: str
    change: Callable[[Draft], Breach | None]


def at_step(rule: str, level: str, step: str, change: Callable[[Draft], None]) -> Callable[[Draft], Breach]:
    """A change that is noticed when that step is done."""

    def changed(draft: Draft) -> Breach:
        change(draft)
        return Breach(rule, level, draft.of(step).at)

    return changed


def enters(step: str, **data: Any) -> Callable[[Draft], None]:
    """A change of what is entered at a step."""

    def change(draft: Draft) -> None:
        draft.of(step).data.update(data)

    return change


def quiet(change: Callable[[Draft], Any]) -> Callable[[Draft], None]:
    """A near miss: the change breaks nothing."""

    def changed(draft: Draft) -> None:
        change(draft)

    return changed
