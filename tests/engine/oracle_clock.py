"""A slow second opinion on the legal clock, written from the law text, sharing no code with the product.

It walks day by day (by instant: quarter hour by quarter hour) and knows nothing of cumulative counts.
A suspension is a pair (start, end or None); ``off`` says of a date whether nobody works on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

Stop = tuple[datetime, datetime | None]
Off = Callable[[date], bool]
Span = tuple[time, time]
Office = Callable[[date], Sequence[Span]]
DAY, QUARTER, MICRO = timedelta(days=1), timedelta(minutes=15), timedelta(microseconds=1)


def local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


@cache
def midnight(day: date, zone: str) -> datetime:
    """The first quarter of an hour at which the clock on the wall shows ``day`` or a later day."""
    t = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=20)
    while local_day(t, zone) < day:
        t += QUARTER
    return t


def hours(span: Span) -> Fraction:
    """The length of a span by the clock on the wall."""
    begin, end = (moment.hour * 60 + moment.minute for moment in span)
    return Fraction(end - begin, 60)


class DayOracle:
    """Limits by day."""

    def __init__(self, zone: str, off: Off, working: bool, stops: Sequence[Stop]) -> None:
        self.zone, self.off, self.working = zone, off, working
        self.stops = [(local_day(s, zone), None if e is None else local_day(e, zone)) for s, e in stops]

    def stopped(self, d: date) -> bool:
        return any(s < d and (e is None or d <= e) for s, e in self.stops)

    def stopped_for_good(self, d: date) -> bool:
        return any(e is None and s < d for s, e in self.stops)

    def counts(self, d: date) -> bool:
        return not self.stopped(d) and not (self.working and self.off(d))

    def counted_day(self, a: date, amount: Fraction | int) -> date | None:
        """The first day on which ``amount`` days after ``a`` have been counted."""
        n, d = 0, a
        while n < amount:
            d += DAY
            if self.stopped_for_good(d):
                return None
            n += self.counts(d)
        return d

    def released(self, d: date) -> date | None:
        """A day that ends during a suspension gives way to the day on which that ends."""
        while True:
            running = [e for s, e in self.stops if s <= d and (e is None or d < e)]
            if not running:
                return d
            if None in running:
                return None
            d = max(e for e in running if e is not None)

    def last_permitted(self, a: date, amount: Fraction | int, roll: bool) -> date | None:
        counted = self.counted_day(a, amount)
        if counted is None:
            return None
        d: date | None = counted
        while True:
            assert d is not None
            after = self.released(d)
            if after is None:
                return None
            if roll and (not self.working or after != counted):
                while self.off(after):
                    after += DAY
            if after == d:
                return d
            d = after

    def used(self, a: date, b: date) -> int:
        n, d = 0, a
        while d < b:
            d += DAY
            n += self.counts(d)
        return n

    def overdue(self, last: date, d: date) -> int:
        """0 up to the last permitted day; else the least n with d <= the day that ends n overdue days."""
        n = 0
        while True:
            counted = self.counted_day(last, n)
            end = None if counted is None else self.released(counted)
            if end is None or d <= end:
                return n
            n += 1


class InstantOracle:
    """Limits by instant: how much of each quarter of an hour counts."""

    def __init__(self, zone: str, off: Off, unit: str, stops: Sequence[Stop], office: Office | None = None) -> None:
        self.zone, self.off, self.unit, self.stops = zone, off, unit, stops
        self.office: Office = office or (lambda day: ())
        self.length: dict[date, int] = {}

    def rate(self, t: datetime) -> Fraction:
        """Units counted in the quarter of an hour that begins at ``t``."""
        if any(s <= t and (e is None or t < e) for s, e in self.stops):
            return Fraction(0)
        if self.unit == "hour":
            return Fraction(1, 4)
        d = local_day(t, self.zone)
        if self.unit.startswith("working") and self.off(d):
            return Fraction(0)
        if self.unit == "working_hour":
            wall = t.astimezone(ZoneInfo(self.zone)).time()
            return Fraction(any(begin <= wall < end for begin, end in self.office(d)), 4)
        if d not in self.length:
            self.length[d] = (midnight(d + DAY, self.zone) - midnight(d, self.zone)) // QUARTER
        return Fraction(1, self.length[d])

    def jumped(self, t: datetime) -> Fraction:
        """Units that fall on ``t`` at once: whole dates that the zone left out just then (Apia in 2011).

        Dates are counted as the calendar has them, so such a day is used up the moment it is passed over.
        """
        if self.unit == "hour" or any(s < t and (e is None or t <= e) for s, e in self.stops):
            return Fraction(0)
        day, now, n = local_day(t - QUARTER, self.zone) + DAY, local_day(t, self.zone), Fraction(0)
        while day < now:
            if self.unit == "calendar_day" or not self.off(day):
                n += sum(map(hours, self.office(day)), Fraction(0)) if self.unit == "working_hour" else 1
            day += DAY
        return n

    def deadline(self, origin: datetime, amount: Fraction) -> datetime | None:
        """The first microsecond at which ``amount`` is used, or the end of a suspension beginning there."""
        t, need = origin, amount
        while need > 0:
            if any(e is None and s <= t for s, e in self.stops):
                return None
            rate = self.rate(t)
            if rate >= need:
                micros = need / rate * (QUARTER // MICRO)
                t, need = t + -(-micros.numerator // micros.denominator) * MICRO, Fraction(0)
            else:
                t, need = t + QUARTER, need - rate
                need -= self.jumped(t)
        while running := [e for s, e in self.stops if s <= t and (e is None or t < e)]:
            if None in running:
                return None
            t = max(e for e in running if e is not None)
        return t

    def used(self, origin: datetime, at: datetime) -> Fraction:
        n, t = Fraction(0), origin
        while t < at:
            n += self.rate(t)
            t += QUARTER
            n += self.jumped(t)
        return n
