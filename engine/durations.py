"""ISO 8601 text: durations, instants and repeating intervals; bounded, ASCII only, aware of zones.

Our own parser, because the stock one accepts ``P``, Arabic digits and negative or fractional amounts, and
moves a daily cycle by an hour when summer time ends (shared notes on SpiffWorkflow, 5). What it takes:

* durations ``PnYnMnDTnHnMnS`` and ``PnW``: whole numbers, seconds with up to 6 decimals, together at most
  100 years, never negative, never empty;
* instants ``YYYY-MM-DDThh:mm[:ss[.ffffff]]`` with ``Z`` or ``±hh[:mm]``; local times and plain dates where
  the caller names a zone;
* ``R[n]/[start/]duration`` with 1 <= n <= 1,000,000 and a duration above zero.

Anything else raises :class:`DurationError` with the position and what was expected there.
Timer text that parses here is ISO 8601, anything else is FEEL (design, law 4).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.calendar import utc
from engine.errors import EngineError

_T = TypeVar("_T")

_LONGEST = 128
_MOST_REPEATS = 1_000_000
_MICROS = {"D": 86_400_000_000, "H": 3_600_000_000, "M": 60_000_000, "S": 1_000_000}
_CENTURY = 36_525 * _MICROS["D"]  # 1,200 months
_NUMBER = re.compile(r"[0-9]{1,18}")
_DURATION = re.compile(
    r"P(?:(?P<W>[0-9]{1,18})W|(?:(?P<Y>[0-9]{1,18})Y)?(?:(?P<m>[0-9]{1,18})M)?(?:(?P<D>[0-9]{1,18})D)?"
    r"(?:T(?:(?P<H>[0-9]{1,18})H)?(?:(?P<M>[0-9]{1,18})M)?(?:(?P<S>[0-9]{1,18})(?:[.,](?P<f>[0-9]{1,6}))?S)?)?)"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6}))?)?")
_OFFSET = re.compile(r"Z|([+-])([0-9]{2})(?::([0-9]{2}))?")


class DurationError(EngineError):
    """Text that is not the ISO 8601 form asked for: ``text``, ``position`` (0-based), ``expected``."""

    code = "duration_error"

    def __init__(self, text: str, position: int, expected: str) -> None:
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        super().__init__(
            f"{shown!r}, character {position + 1}: expected {expected}",
            text=shown,
            position=position,
            expected=expected,
        )
        self.text = shown
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, calendar days, and microseconds of the clock; each added in its own way."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @property
    def zero(self) -> bool:
        return not (self.months or self.days or self.microseconds)

    def after(self, start: datetime, zone: str | tzinfo = "UTC", times: int = 1) -> datetime:
        """``start`` plus ``times`` this duration, in UTC.

        Months and days move the local date in ``zone`` and keep the local time, a day that the month lacks
        becomes its last (31 January + P1M = 28 or 29 February); hours, minutes and seconds then run on the
        clock. A local time that summer time skips is moved on by the gap; of two the first is taken.
        Multiples are counted from ``start``, so that they do not drift. Raises :class:`DurationError` beyond
        the year 9999.
        """
        begin = utc(start)
        try:
            if self.months or self.days:
                local = begin.astimezone(_zone(zone))
                day = _add_months(local.date(), self.months * times) + timedelta(days=self.days * times)
                if day != local.date():
                    begin = datetime.combine(day, local.time().replace(fold=0), local.tzinfo).astimezone(UTC)
            return begin + timedelta(microseconds=self.microseconds * times)
        except (OverflowError, ValueError):
            raise DurationError(str(self), 0, "an end before the year 10000") from None

    def __str__(self) -> str:
        """The ISO 8601 text, in days at most (weeks and years are not restored)."""
        seconds, micros = divmod(self.microseconds, 1_000_000)
        fraction = f".{micros:06d}".rstrip("0") if micros else ""
        day = (f"{self.months}M" if self.months else "") + (f"{self.days}D" if self.days else "")
        clock = f"T{seconds}{fraction}S" if self.microseconds else ""
        return f"P{day}{clock}" if day or clock else "PT0S"


@dataclass(frozen=True, slots=True)
class Repeat:
    """``R[count]/[start/]every``; a count of ``None`` has no end."""

    count: int | None
    start: datetime | None
    every: Duration

    def firing(self, n: int, armed_at: datetime, zone: str | tzinfo = "UTC") -> datetime | None:
        """The n-th firing (n >= 1), in UTC; ``None`` when there are fewer.

        With a start the first firing is at the start, without one a duration after ``armed_at``. Local time
        of day is kept across summer time.
        """
        if n < 1 or (self.count is not None and n > self.count):
            return None
        if self.start is not None:
            return self.every.after(self.start, zone, n - 1)
        return self.every.after(armed_at, zone, n)

    def __str__(self) -> str:
        """The ISO 8601 text."""
        start = "" if self.start is None else f"{self.start.isoformat()}/"
        return f"R{'' if self.count is None else self.count}/{start}{self.every}"


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """``P3M``, ``P2W``, ``P1DT12H30M``, ``PT0.5S``. Raises :class:`DurationError`."""
    _bounded(text)
    end, found = _duration(text, 0)
    _ended(text, end)
    return found


def parse_instant(text: str, zone: str | tzinfo | None = None) -> datetime:
    """An instant in UTC. Without an offset in the text ``zone`` says whose local time it is; a plain date
    is its first instant there. Raises :class:`DurationError`."""
    _bounded(text)
    end, found = _instant(text, 0, zone)
    _ended(text, end)
    return found


def parse_repeat(text: str, zone: str | tzinfo | None = None) -> Repeat:
    """``R5/PT1H``, ``R/2026-10-23T09:00:00+02:00/P1D``. Raises :class:`DurationError`."""
    _bounded(text)
    if not text.startswith("R"):
        raise DurationError(text, 0, "R")
    number = _NUMBER.match(text, 1)
    count = int(number.group()) if number else None
    at = number.end() if number else 1
    if count is not None and not 1 <= count <= _MOST_REPEATS:
        raise DurationError(text, 1, f"a count of 1 to {_MOST_REPEATS}, or none")
    at = _expect(text, at, "/")
    start = None
    if text[at : at + 1] != "P":
        at, start = _instant(text, at, zone)
        at = _expect(text, at, "/")
    end, every = _duration(text, at)
    _ended(text, end)
    if every.zero:
        raise DurationError(text, at, "a duration above zero")
    return Repeat(count, start, every)


@lru_cache(maxsize=1024)
def is_iso8601(text: str) -> bool:
    """Whether the text is a duration, an instant (also a local one or a date) or a repeating interval."""
    kinds: tuple[Callable[[str], object], ...] = (
        parse_duration,
        lambda t: parse_instant(t, UTC),
        lambda t: parse_repeat(t, UTC),
    )
    return any(_parses(parse, text) for parse in kinds)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except DurationError:
        return False
    return True


def _duration(text: str, at: int) -> tuple[int, Duration]:
    found = _DURATION.match(text, at)
    if found is None:
        raise DurationError(text, at, "P")
    end, part = found.end(), found.groupdict()
    if found.group() == "P" or found.group().endswith("T"):
        raise DurationError(text, end, "a whole number with its unit (Y M D, after T: H M S; or W alone)")
    months = _whole(part["Y"]) * 12 + _whole(part["m"])
    days = _whole(part["W"]) * 7 + _whole(part["D"])
    micros = sum(_whole(part[unit]) * _MICROS[unit] for unit in "HMS") + _whole((part["f"] or "").ljust(6, "0"))
    if months * _CENTURY + (days * _MICROS["D"] + micros) * 1200 > 1200 * _CENTURY:
        raise DurationError(text, at, "at most 100 years")
    return end, Duration(months, days, micros)


def _instant(text: str, at: int, zone: str | tzinfo | None) -> tuple[int, datetime]:
    begin = at
    found = _match(_DATE, text, at, "a date YYYY-MM-DD")
    at = found.end()
    day = _made(text, begin, "a date that exists", date, *map(int, found.groups()))
    clock = _TIME.match(text, at)
    local = time.min
    if clock is not None:
        hour, minute, second = (_whole(part) for part in clock.groups()[:3])
        micro = _whole((clock.group(4) or "").ljust(6, "0"))
        local = _made(text, at + 1, "a time of day 00:00 to 23:59:59", time, hour, minute, second, micro)
        at = clock.end()
        offset = _OFFSET.match(text, at)
        if offset is not None:
            shift = _offset(text, at, offset)
            at = offset.end()
            return at, _in_utc(text, begin, day, local, timezone(shift))
    if zone is None:
        raise DurationError(text, at, "Z or an offset such as +08:00" if clock else "a time Thh:mm with Z or an offset")
    return at, _in_utc(text, begin, day, local, _zone(zone))


def _in_utc(text: str, at: int, day: date, local: time, zone: tzinfo) -> datetime:
    try:
        return datetime.combine(day, local, zone).astimezone(UTC)
    except OverflowError:
        raise DurationError(text, at, "an instant of the years 1 to 9999") from None


def _offset(text: str, at: int, found: re.Match[str]) -> timedelta:
    hours, minutes = _whole(found.group(2)), _whole(found.group(3))
    if hours > 18 or minutes > 59:
        raise DurationError(text, at, "an offset of at most 18 hours")
    return timedelta(hours=hours, minutes=minutes) * (-1 if found.group(1) == "-" else 1)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _zone(zone: str | tzinfo) -> tzinfo:
    if not isinstance(zone, str):
        return zone
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise DurationError(zone, 0, "the name of a time zone") from None


def _made(text: str, at: int, expected: str, make: Callable[..., _T], *parts: int) -> _T:
    try:
        return make(*parts)
    except ValueError:
        raise DurationError(text, at, expected) from None


def _match(pattern: re.Pattern[str], text: str, at: int, expected: str) -> re.Match[str]:
    found = pattern.match(text, at)
    if found is None:
        raise DurationError(text, at, expected)
    return found


def _expect(text: str, at: int, mark: str) -> int:
    if not text.startswith(mark, at):
        raise DurationError(text, at, mark)
    return at + len(mark)


def _ended(text: str, at: int) -> None:
    if at < len(text):
        raise DurationError(text, at, "the end of the text")


def _bounded(text: str) -> None:
    if len(text) > _LONGEST:
        raise DurationError(text, _LONGEST, f"at most {_LONGEST} characters")


def _whole(digits: str | None) -> int:
    return int(digits) if digits else 0
