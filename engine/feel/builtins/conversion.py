"""number, string, date, time, date and time, the durations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from .. import temporal
from ..bounds import Meter
from ..fardates import FarDate, FarMoment, any_date, parts
from ..numbers import number
from ..numbers import whole as whole_number
from ..text import to_text
from ..values import Value, YearsMonths
from .registry import as_int, builtin

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)


@builtin("number(from: string)")
def number_of(meter: Meter, text: str) -> Value:
    """The number a string holds, null if it holds none."""
    meter.text(len(text))
    return number(text) if len(text) <= 7000 and _NUMBER.fullmatch(text) else None


@builtin("number(from: string, grouping separator: string?, decimal separator: string?)")
def number_with_separators(meter: Meter, text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """The number in a string written with its own separators."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return None
    text = text.replace(grouping, "") if grouping else text
    return number_of(meter, text.replace(point, ".") if point else text)


@builtin("string(from: any)")
def string_of(meter: Meter, value: Value) -> Value:
    """The text of a value; null stays null."""
    return None if value is None else to_text(value, meter)


@builtin("date(from: string)")
def date_of_text(meter: Meter, text: str) -> Value:
    """`2026-01-31` as a date."""
    return temporal.parse_date(text)


@builtin("date(from: date)")
@builtin("date(from: far date)")
def date_of_date(meter: Meter, value: Value) -> Value:
    """The date itself."""
    return value


@builtin("date(from: date and time)")
def date_of_moment(meter: Meter, value: datetime) -> Value:
    """The date of a date and time, as it is in its own zone."""
    return value.date()


@builtin("date(from: far date and time)")
def date_of_far_moment(meter: Meter, value: FarMoment) -> Value:
    """The date of a far date and time."""
    return value.day


@builtin("date(year: number, month: number, day: number)")
def date_of_parts(meter: Meter, year: Decimal, month: Decimal, day: Decimal) -> Value:
    """A date of its parts."""
    whole = [as_int(part) for part in (year, month, day) if whole_number(part) is not None]
    return _built(any_date, *whole) if len(whole) == 3 else None


def _built(make: Any, *parts: Any) -> Value:
    try:
        return make(*parts)
    except (ValueError, TypeError, OverflowError):
        return None


@builtin("time(from: string)")
def time_of_text(meter: Meter, text: str) -> Value:
    """`08:30:00`, with or without a zone, as a time."""
    return temporal.parse_time(text)


@builtin("time(from: clock)")
def time_of_moment(meter: Meter, value: time | datetime) -> Value:
    """The time of a date and time, with its zone."""
    return value.timetz() if isinstance(value, datetime) else value


@builtin("time(from: far date and time)")
def time_of_far_moment(meter: Meter, value: FarMoment) -> Value:
    """The time of a far date and time, with its zone."""
    return value.clock


@builtin("time(from: date)")
def time_of_date(meter: Meter, value: date) -> Value:
    """Midnight UTC."""
    return time(tzinfo=UTC)


@builtin("time(hour: number, minute: number, second: number, offset: days and time duration?)")
def time_of_parts(
    meter: Meter, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> Value:
    """A time of its parts, the offset from UTC being a duration."""
    hours, minutes, micro = as_int(hour, 0, 23), as_int(minute, 0, 59), as_int(second * 1_000_000, 0, 59_999_999)
    if hours is None or minutes is None or micro is None:
        return None
    zone = None if offset is None else _built(timezone, offset)
    if offset is not None and zone is None:
        return None
    return time(hours, minutes, micro // 1_000_000, micro % 1_000_000, zone)


@builtin("date and time(from: string)")
def moment_of_text(meter: Meter, text: str) -> Value:
    """`2026-01-31T08:30:00+08:00` as a date and time; without an offset it has no zone."""
    return temporal.parse_date_time(text)


@builtin("date and time(from: date and time)")
@builtin("date and time(from: far date and time)")
def moment_of_moment(meter: Meter, value: Value) -> Value:
    """The date and time itself."""
    return value


@builtin("date and time(date: any moment, time: time)")
def moment_of_parts(meter: Meter, day: date | FarDate | FarMoment, clock: time) -> Value:
    """A day and a time of it."""
    return temporal.combined(any_date(*parts(day)), clock)


@builtin("duration(from: string)")
def duration_of_text(meter: Meter, text: str) -> Value:
    """`P1DT2H` or `P1Y2M` as a duration."""
    return temporal.parse_duration(text)


@builtin("duration(from: duration)")
def duration_of_duration(meter: Meter, value: Value) -> Value:
    """The duration itself."""
    return value


@builtin("years and months duration(from: any moment, to: any moment)")
def months_between(meter: Meter, start: date | FarDate | FarMoment, end: date | FarDate | FarMoment) -> Value:
    """The whole months from one date to another."""
    first, last = parts(start), parts(end)
    if last < first:
        return YearsMonths(-months_between(meter, end, start).total)
    months = (last[0] - first[0]) * 12 + last[1] - first[1]
    return YearsMonths(months - (last[2] < first[2]))
