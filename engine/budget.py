"""Counting a budget along time, with standstills left out; the arithmetic under :mod:`engine.limits`.

A *scale* numbers positions with integers (a day's ordinal, or microseconds since 1970) and has a measure
``at(p)`` that never falls: the units up to and including p. By day the measure jumps at 00:00 of a counted
day, by instant it grows evenly through the day. Everything else is the same for all units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Protocol

from engine.calendar import CalendarError, WorkingCalendar, to_date, utc
from engine.ledger import Interval

Units = int | Fraction
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_HOUR = 3_600_000_000


class Scale(Protocol):
    """Where an instant lies, how many units are counted there, and where a count is first reached."""

    def position(self, instant: datetime) -> int: ...

    def at(self, position: int) -> Units: ...

    def first(self, units: Units) -> int: ...


@dataclass(frozen=True, slots=True)
class ByDay:
    """Whole days: positions are ordinals of local dates, a counted day counts from its 00:00."""

    calendar: WorkingCalendar
    working: bool

    def position(self, instant: datetime) -> int:
        return self.calendar.local_date(instant).toordinal()

    def at(self, position: int) -> int:
        return self.calendar.index(position) if self.working else position

    def first(self, units: Units) -> int:
        return self.calendar.nth(ceil(units)) if self.working else ceil(units)


@dataclass(frozen=True, slots=True)
class WithinDays:
    """Parts of days: positions are microseconds; a counted day of 23, 24 or 25 hours is one unit."""

    calendar: WorkingCalendar
    working: bool

    def position(self, instant: datetime) -> int:
        return ticks(instant)

    def at(self, position: int) -> Fraction:
        day = self.calendar.local_date(from_ticks(position)).toordinal()
        days = ByDay(self.calendar, self.working)
        before = days.at(day - 1)
        begin, end = self._bounds(day)
        return Fraction(before) + (days.at(day) - before) * Fraction(position - begin, end - begin)

    def first(self, units: Units) -> int:
        whole = ceil(units)
        begin, end = self._bounds(ByDay(self.calendar, self.working).first(whole))
        return begin + ceil((units - whole + 1) * (end - begin))

    def _bounds(self, day: int) -> tuple[int, int]:
        return (
            ticks(self.calendar.start_of_day(to_date(day))),
            ticks(self.calendar.start_of_day(to_date(day + 1))),
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """Clock hours, no calendar (生产安全事故报告和调查处理条例 Arts 9, 11)."""

    def position(self, instant: datetime) -> int:
        return ticks(instant)

    def at(self, position: int) -> Fraction:
        return Fraction(position, _HOUR)

    def first(self, units: Units) -> int:
        return ceil(units * _HOUR)


@dataclass(frozen=True, slots=True)
class Budget:
    """A scale with the standstills (start, end] on it, in order and apart; an end of ``None`` is open."""

    scale: Scale
    stops: tuple[tuple[int, int | None], ...]

    @classmethod
    def of(cls, scale: Scale, intervals: Iterable[Interval]) -> Budget:
        stops = tuple((scale.position(a), None if b is None else scale.position(b)) for a, b in intervals)
        return cls(scale, stops)

    def gross(self, a: int, b: int) -> Units:
        """The units in (a, b], standstills included; 0 when b is not after a."""
        return self.scale.at(b) - self.scale.at(a) if b > a else 0

    def stopped(self, a: int, b: int) -> Units:
        """The units in (a, b] during which the clock stood."""
        total: Units = 0
        for start, end in self.stops:
            total += self.gross(max(start, a), b if end is None else min(end, b))
        return total

    def net(self, a: int, b: int) -> Units:
        """The units used in (a, b]."""
        return self.gross(a, b) - self.stopped(a, b)

    def reach(self, a: int, units: Units) -> int | None:
        """The first position p >= a with net(a, p) >= units; ``None`` when an open standstill comes first."""
        if units <= 0:
            return a
        need, here = units, a
        for start, end in self.stops:
            if end is not None and end <= here:
                continue
            gain = self.gross(here, start)
            if gain >= need:
                break
            need -= gain
            if end is None:
                return None
            here = end
        return self.scale.first(self.scale.at(here) + need)

    def released(self, position: int) -> int | None:
        """Where a period that would end with ``position`` ends, given that the clock may stand just then."""
        for start, end in self.stops:
            if start <= position and (end is None or position < end):
                if end is None:
                    return None
                position = end
        return position


def ticks(instant: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (utc(instant) - _EPOCH) // _TICK


def from_ticks(position: int) -> datetime:
    """The instant so many microseconds after 1970, in UTC."""
    try:
        return _EPOCH + timedelta(microseconds=position)
    except OverflowError:
        raise CalendarError("expected an instant of the years 1 to 9999, found one beyond", ticks=position) from None
