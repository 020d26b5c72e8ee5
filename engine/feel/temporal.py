"""Dates, times and durations: reading their literals and adding to them.

Fractions of a second have six digits; of dates outside the years 1 to 9999 see `fardates`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .fardates import FarDate, FarMoment, any_date
from .values import Value, YearsMonths

_DATE = r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d{2})-(\d{2})"
_TIME = r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z][\w+/-]{0,40})?"
DATE = re.compile(_DATE, re.ASCII)
TIME = re.compile(f"T?{_TIME}", re.ASCII)
DATE_TIME = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
DAYS = re.compile(
    r"(-?)P(?:(\d{1,10})D)?(T(?:(\d{1,12})H)?(?:(\d{1,14})M)?(?:(\d{1,16})(?:\.(\d{0,9}))?S)?)?", re.ASCII
)
MONTHS = re.compile(r"(-?)P(?:(\d{1,10})Y)?(?:(\d{1,11})M)?", re.ASCII)


def parse_date(text: str) -> date | FarDate | None:
    """`2026-01-31`, or null."""
    found = DATE.fullmatch(text)
    return _date(found.groups()) if found else None


def _date(parts: tuple[str, ...]) -> date | FarDate | None:
    try:
        return any_date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """`08:30:00`, with `Z`, `+08:00` or `@Asia/Shanghai` behind it, or null."""
    found = TIME.fullmatch(text)
    return _time(found.groups()) if found else None


def _time(parts: tuple[str | None, ...]) -> time | None:
    hour, minute, second, fraction, zone = parts
    try:
        micro = int((fraction or "0").ljust(6, "0")[:6])
        return time(int(hour or 0), int(minute or 0), int(second or 0), micro, parse_zone(zone))
    except (ValueError, OSError, KeyError):
        return None


def parse_zone(text: str | None) -> tzinfo | None:
    """The zone behind a time; raises ValueError, KeyError or OSError where there is no such zone."""
    if not text:
        return None
    if text in ("Z", "z"):
        return UTC
    if text[0] == "@":
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59 or any(second > 59 for second in seconds):
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-offset if text[0] == "-" else offset)


def parse_date_time(text: str) -> datetime | FarMoment | None:
    """`2026-01-31T08:30:00+08:00` (the zone may be missing, the time too: midnight), or null."""
    found = DATE_TIME.fullmatch(text)
    if not found:
        day = parse_date(text)
        return combined(day, time()) if day is not None else None
    day, clock = _date(found.groups()[:3]), _time(found.groups()[3:])
    return combined(day, clock) if day is not None and clock is not None else None


def combined(day: date | FarDate, clock: time) -> datetime | FarMoment:
    """A day and a time of it."""
    return FarMoment(day, clock) if isinstance(day, FarDate) else datetime.combine(day, clock)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """`P1DT2H` or `P1Y2M`, or null."""
    return parse_days(text) if parse_months(text) is None else parse_months(text)


def parse_days(text: str) -> timedelta | None:
    """A days and time duration: `-P3DT4H5M6.7S`, or null."""
    found = DAYS.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    sign, days, _, hours, minutes, seconds, fraction = found.groups()
    try:
        length = timedelta(
            days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0),
            microseconds=int((fraction or "0").ljust(6, "0")[:6]),
        )  # fmt: skip
    except OverflowError:
        return None
    return -length if sign else length


def parse_months(text: str) -> YearsMonths | None:
    """A years and months duration: `P1Y6M`, or null."""
    found = MONTHS.fullmatch(text)
    if not found or text.endswith("P"):
        return None
    total = int(found[2] or 0) * 12 + int(found[3] or 0)
    return YearsMonths(-total if found[1] else total)


def parse_literal(text: str) -> Value:
    """What `@"..."` stands for, or null if it is no date, time or duration."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def first_instant(day: date) -> datetime:
    """A date as a date and time: midnight UTC (DMN 1.5, 10.3.2.3.5)."""
    return datetime.combine(day, time(), UTC)


def add_months(day: date, months: int) -> date | None:
    """The same day that many months on, or the last of that month (keeps the time of a date-time)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def shift(moment: date, length: timedelta) -> date | None:
    """A date or date-time moved by a duration. With a zone it moves along real time, as instants do."""
    try:
        if not isinstance(moment, datetime):
            return (datetime.combine(moment, time()) + length).date()
        if moment.tzinfo is None:
            return moment + length
        return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
    except OverflowError:
        return None


def shift_time(clock: time, length: timedelta) -> time:
    """A time moved by a duration, round the clock."""
    moved = datetime.combine(date(2000, 1, 3), clock.replace(tzinfo=None)) + timedelta(
        seconds=length.seconds, microseconds=length.microseconds
    )
    return moved.time().replace(tzinfo=clock.tzinfo)


def seconds_of(clock: time) -> timedelta:
    """How far a time is from midnight UTC (or from local midnight if it has no zone).

    A time in a zone with summer time has no day that would tell the offset: that of 1 January counts.
    """
    offset = clock.utcoffset()
    if offset is None:
        offset = (clock.tzinfo and clock.tzinfo.utcoffset(datetime(2000, 1, 1))) or timedelta()  # noqa: DTZ001
    return timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    ) - offset  # fmt: skip


def between(later: date, earlier: date) -> timedelta | None:
    """later - earlier, both dates or both date-times; null if only one has a zone."""
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        if (later.tzinfo is None) != (earlier.tzinfo is None):
            return None
        if later.tzinfo is not None:
            return later.astimezone(UTC) - earlier.astimezone(UTC)
    return later - earlier
