"""What follows from a count (B.4, escalation rules): numbers are a city's, so they are data.

``bpmn/supervision/escalation.toml``::

    [[rule]]
    code = "ESC-01"
    counts = "yellow_cards"          # yellow_cards | unanswered_notices | same_rule
    times = 3
    within = "quarter"               # quarter | year (of the calendar) | a number of months back
    level = "red"                    # of the finding that is raised about the department
    mark = "P"
    message = "…"  message_en = "…"

    [[person]]
    colour = "red"  times = 1  months = 12  measure = "talk"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import InvalidData

COUNTED = ("yellow_cards", "unanswered_notices", "same_rule")
MEASURES = ("talk", "transfer")
_MONTHS = {"quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a kind on one department make a new finding."""

    code: str
    counts: str
    times: int
    within: str | int
    level: str
    mark: str
    message: str
    message_en: str

    def since(self, day: date) -> date:
        """The first day that counts with ``day``: of its quarter or year, or so many months back, the day after."""
        if isinstance(self.within, str):
            months = _MONTHS[self.within]
            return date(day.year, (day.month - 1) // months * months + 1, 1)
        return months_back(day, self.within)


@dataclass(frozen=True, slots=True)
class PersonCount:
    """So many cards on one person within so many months make a proposal about him."""

    colour: str
    times: int
    months: int
    measure: str


@dataclass(frozen=True, slots=True)
class Escalations:
    """All of a city's; none by default."""

    departments: tuple[Count, ...] = ()
    persons: tuple[PersonCount, ...] = ()

    def counting(self, what: str) -> tuple[Count, ...]:
        return tuple(one for one in self.departments if one.counts == what)


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier; the last of that month where it has no such day."""
    month = day.year * 12 + day.month - 1 - months
    year, index = divmod(month, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, index + 1, last)
        except ValueError:
            continue
    return date(year, index + 1, min(day.day, 28))


def escalations(source: Mapping[str, Any]) -> Escalations:
    """Read the file's content; raises InvalidData naming the rule that cannot be one."""
    return Escalations(
        tuple(_count(row) for row in source.get("rule", ())),
        tuple(_person(row) for row in source.get("person", ())),
    )


def _count(row: Mapping[str, Any]) -> Count:
    found = Count(**row)
    months = isinstance(found.within, int) and not isinstance(found.within, bool) and found.within > 0
    if found.counts not in COUNTED or not (months or found.within in _MONTHS) or found.times < 1:
        raise InvalidData(f"expected a count of {', '.join(COUNTED)} within a time, found {row}", rule=found.code)
    return found


def _person(row: Mapping[str, Any]) -> PersonCount:
    found = PersonCount(**row)
    if found.measure not in MEASURES or found.times < 1 or found.months < 1:
        raise InvalidData(
            f"expected one of {', '.join(MEASURES)} for a count of cards, found {row}", measure=found.measure
        )
    return found
