"""Office hours as a table: the spans of a working day in which a limit in working hours counts (practice, not law).

A table holds from a day on until the next one's, as summer and winter hours do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from itertools import pairwise

from engine.errors import EngineError

Span = tuple[time, time]


class HoursError(EngineError):
    """A table of office hours that cannot be."""

    code = "calendar_error"


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The hours from ``valid_from`` on: spans (begin, end) of one day, by the clock on the wall, in order and apart."""

    valid_from: date
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        ends = [moment for span in self.spans for moment in span]
        if not ends or ends != sorted(set(ends)):
            raise HoursError(f"expected spans of one day in order and apart, found {self}", day=self.valid_from)

    def __str__(self) -> str:
        return f"{self.valid_from} " + " ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in self.spans)

    @property
    def hours(self) -> Fraction:
        """The standard day: its length in hours."""
        return sum(map(length, self.spans), Fraction(0))


def length(span: Span) -> Fraction:
    """The nominal length of a span, in hours."""
    begin, end = span
    seconds = (end.hour - begin.hour) * 3_600 + (end.minute - begin.minute) * 60 + end.second - begin.second
    return Fraction(seconds, 3_600)


def in_order(tables: Iterable[WorkTime]) -> tuple[WorkTime, ...]:
    """The tables by the day they hold from; raises HoursError where a day has two."""
    found = tuple(sorted(tables, key=lambda table: table.valid_from))
    for one, other in pairwise(found):
        if one.valid_from == other.valid_from:
            raise HoursError(f"expected one table of hours from {one.valid_from}, found two", day=one.valid_from)
    return found
