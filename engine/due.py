"""A derived deadline and the steps that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.calendar import utc

_BASIS = {
    "given": "",
    "start_moved": "",
    "start": "民法典 Art 201",
    "budget": "",
    "extended": "行政许可法 Art 42",
    "suspended": "行政许可法 Art 45",
    "counted": "行政许可法 Art 82; 民法典 Art 201",
    "suspended_at_end": "行政许可法 Art 45",
    "rolled": "民法典 Art 203",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the derivation.

    ``rule``: given, start_moved, start, budget, extended, suspended, counted, suspended_at_end or rolled.
    ``day`` is the day it starts from or names, ``to_day`` the day it leads to, ``units`` the units concerned,
    ``note`` the facts in words, ``basis`` law and article. Where a day off is why (rolled, start_moved), ``name`` is
    that of the day (国庆节/National Day) and ``source`` the decree that made it one.
    """

    rule: str
    day: date | None = None
    to_day: date | None = None
    units: Decimal | None = None
    note: str = ""
    name: str = ""
    source: str = ""

    @property
    def basis(self) -> str:
        return _BASIS[self.rule]

    def as_dict(self) -> dict[str, str | None]:
        """For evidence: strings and nulls only."""
        return {
            "rule": self.rule,
            "day": self.day.isoformat() if self.day else None,
            "to_day": self.to_day.isoformat() if self.to_day else None,
            "units": None if self.units is None else format(self.units, "f"),
            "note": self.note,
            "basis": self.basis,
            **({"name": self.name, "source": self.source} if self.name else {}),
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A derived deadline.

    ``last_day``: the last permitted day (of a deadline by instant: its local date). ``last_day_start``: its
    00:00. ``deadline``: the last instant in time. ``first_late``: the first instant that is late. ``provisional``:
    a day it rests on is not yet decreed. Instants are in UTC.
    """

    last_day: date
    last_day_start: datetime
    deadline: datetime
    first_late: datetime
    reason: tuple[Step, ...]
    calendar_version: str
    provisional: bool

    def in_time(self, at: datetime) -> bool:
        """Whether an act at ``at`` keeps the limit."""
        return utc(at) < self.first_late

    def as_dict(self) -> dict[str, Any]:
        """For evidence: JSON types only."""
        return {
            "last_day": self.last_day.isoformat(),
            "deadline": self.deadline.isoformat(),
            "first_late": self.first_late.isoformat(),
            "reason": [step.as_dict() for step in self.reason],
            "calendar_version": self.calendar_version,
            "provisional": self.provisional,
        }
