"""Working hours on the scale of instants: what a limit in working hours counts along.

A span of a day counts its nominal length, however long it lasts where the clocks are changed inside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil

from engine.budget import from_ticks, ticks
from engine.calendar import CalendarError, WorkingCalendar, to_date
from engine.worktimes import Span, WorkTime, length


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """A scale of working hours: positions are microseconds since 1970, as :mod:`engine.budget` has them.

    Before the first table nothing counts; :meth:`of` refuses a count that would begin there.
    """

    calendar: WorkingCalendar
    tables: tuple[WorkTime, ...]
    _since: list[int] = field(init=False, repr=False, compare=False)
    _upto: list[Fraction] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        since = [table.valid_from.toordinal() for table in self.tables]
        upto = [Fraction(0)]
        for table, begin, end in zip(self.tables, since, since[1:], strict=False):
            days = self.calendar.index(end - 1) - self.calendar.index(begin - 1)
            upto.append(upto[-1] + days * table.hours)
        object.__setattr__(self, "_since", since)
        object.__setattr__(self, "_upto", upto)

    @classmethod
    def of(cls, calendar: WorkingCalendar, start: datetime) -> OfficeHours:
        """The scale of that calendar; raises CalendarError where no hours are known at the start."""
        day = calendar.local_date(start)
        if not cls.known(calendar, start):
            raise CalendarError(f"expected office hours of {day} in calendar {calendar.code}, found none", day=day)
        return cls(calendar, calendar.hours)

    @staticmethod
    def known(calendar: WorkingCalendar, start: datetime) -> bool:
        """Whether that calendar tells the office hours of that day."""
        return bool(calendar.hours) and calendar.hours[0].valid_from <= calendar.local_date(start)

    def position(self, instant: datetime) -> int:
        return ticks(instant)

    def at(self, position: int) -> Fraction:
        day = self.calendar.local_date(from_ticks(position)).toordinal()
        which = bisect_right(self._since, day) - 1
        if which < 0:
            return Fraction(0)
        index = self.calendar.index
        whole = index(day - 1) - index(self._since[which] - 1)
        before = self._upto[which] + whole * self.tables[which].hours
        return before + (self._within(day, which, position) if index(day) > index(day - 1) else 0)

    def first(self, units: int | Fraction) -> int:
        which = max(0, bisect_left(self._upto, units) - 1)
        table = self.tables[which]
        whole = max(1, ceil((units - self._upto[which]) / table.hours))
        day = self.calendar.nth(self.calendar.index(self._since[which] - 1) + whole)
        need = units - self._upto[which] - (whole - 1) * table.hours
        for span in table.spans:
            if need <= length(span):
                a, b = self._bounds(day, span)
                return a + ceil(need / length(span) * (b - a))
            need -= length(span)
        raise CalendarError(f"expected {units} working hours, found more than a day holds", day=to_date(day))

    def _within(self, day: int, which: int, position: int) -> Fraction:
        """The hours of that day up to and including a position."""
        total = Fraction(0)
        for span in self.tables[which].spans:
            a, b = self._bounds(day, span)
            total += length(span) * (Fraction(min(max(position - a, 0), b - a), b - a) if b > a else position >= a)
        return total

    def _bounds(self, day: int, span: Span) -> tuple[int, int]:
        """Where a span lies inside its day; on a date that the zone left out it is no longer than the day."""
        date = to_date(day)
        first, last = (ticks(self.calendar.start_of_day(one)) for one in (date, to_date(day + 1)))
        a, b = (ticks(datetime.combine(date, moment, self.calendar.tz).astimezone(UTC)) for moment in span)
        return min(max(a, first), last), min(max(b, first), last)


def standard_days(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """The time between two instants in standard days: partial days summed, begun days rounded up, 1 at least
    (practice of a provincial product). The standard day is that of the start."""
    scale = OfficeHours.of(calendar, start)
    table = [one for one in calendar.hours if one.valid_from <= calendar.local_date(start)][-1]
    return max(1, ceil((scale.at(ticks(end)) - scale.at(ticks(start))) / table.hours))
