"""Dates that Python's calendar does not reach: years -999,999,999 to 0 and 10,000 to 999,999,999.

They are read, written, compared and have their parts; what would be added to them gives null.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LAST_YEAR = 999_999_999


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date of the proleptic Gregorian calendar outside the years 1 to 9999."""

    year: int
    month: int
    day: int

    @property
    def near(self) -> date:
        """The date of a near year with the same calendar: it repeats every 400 years."""
        return date(2000 + self.year % 400, self.month, self.day)

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A far date with a time of it."""

    day: FarDate
    clock: time

    @property
    def near(self) -> datetime:
        """The moment of a near year with the same calendar."""
        return datetime.combine(self.day.near, self.clock)


def any_date(year: int, month: int, day: int) -> date | FarDate:
    """A date, near or far. Raises ValueError where there is none."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    if abs(year) > LAST_YEAR:
        raise ValueError(f"expected a year of at most nine digits, found {year}")
    found = FarDate(year, month, day)
    found.near.isoformat()
    return found


def parts(value: date | FarDate | FarMoment) -> tuple[int, int, int]:
    """Year, month and day."""
    day = value.day if isinstance(value, FarMoment) else value
    return day.year, day.month, day.day


_CYCLE = 146_097 * 86_400 * 1_000_000


def position(value: date | FarDate | FarMoment) -> tuple[int, bool]:
    """Microseconds since the year 0 (of UTC where there is a zone), and whether there is a zone."""
    year = parts(value)[0]
    near = value.near if isinstance(value, FarDate | FarMoment) else value.replace(year=2000 + year % 400)
    if not isinstance(near, datetime):
        near = datetime.combine(near, time())
    offset = near.utcoffset()
    since = near.replace(tzinfo=None) - datetime(2000, 1, 1) - (offset or timedelta())  # noqa: DTZ001
    return year // 400 * _CYCLE + since // timedelta(microseconds=1), offset is not None
