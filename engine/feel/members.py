"""`value.name`: entries of contexts, over lists too, and the parts of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .bounds import Meter
from .fardates import FarDate, FarMoment
from .values import Range, Value, YearsMonths

Parts = dict[str, Callable[[Value], Value]]


def _number(attribute: str) -> Callable[[Value], Value]:
    return lambda value: Decimal(getattr(value, attribute))


def _zone(value: Value) -> Value:
    zone = value.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _second(value: Value) -> Value:
    return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000


_DAY: Parts = {
    "year": _number("year"), "month": _number("month"), "day": _number("day"),
    "weekday": lambda value: Decimal(value.isoweekday()),
}  # fmt: skip
_CLOCK: Parts = {
    "hour": _number("hour"), "minute": _number("minute"), "second": _second,
    "time offset": lambda value: value.utcoffset(), "timezone": _zone,
}  # fmt: skip


def _part_of_length(unit: int, size: int | None) -> Callable[[timedelta], Value]:
    """Whole units in a duration, without the larger ones, with its sign."""

    def run(value: timedelta) -> Value:
        total = abs(value)
        count = (total.days * 86400 + total.seconds) // unit
        count = count if size is None else count % size
        return Decimal(count if value >= timedelta() else -count)

    return run


def _seconds(value: timedelta) -> Value:
    """The seconds beside the whole minutes, with their fraction."""
    rest = Decimal(abs(value) // timedelta(microseconds=1) % 60_000_000) / 1_000_000
    return rest if value >= timedelta() else -rest


def _of(attribute: str, name: str) -> Callable[[Value], Value]:
    """The part of that name of what an attribute holds."""
    return lambda value: _flat(getattr(value, attribute), name)


PARTS: dict[type, Parts] = {
    date: _DAY,
    datetime: _DAY | _CLOCK,
    time: _CLOCK,
    FarDate: {"year": _number("year"), "month": _number("month"), "day": _number("day"), "weekday": _of("near", "weekday")},
    FarMoment: {name: _of("day", name) for name in ("year", "month", "day")}
    | {"weekday": _of("near", "weekday")}
    | {name: _of("near", name) for name in _CLOCK},
    timedelta: {
        "days": _part_of_length(86400, None), "hours": _part_of_length(3600, 24),
        "minutes": _part_of_length(60, 60), "seconds": _seconds,
    },
    YearsMonths: {"years": _number("years"), "months": _number("months")},
    Range: {
        "start": lambda value: value.start, "end": lambda value: value.end,
        "start included": lambda value: value.start_included, "end included": lambda value: value.end_included,
    },
}  # fmt: skip


def member(value: Value, name: str, meter: Meter) -> Value:
    """The entry or part called `name`, of each item if the value is a list; null if there is none."""
    one = type(value)
    if one is dict:
        return value.get(name)
    if one is list:
        meter.size(len(value))
        return [_flat(item, name) for item in value]
    return _flat(value, name)


def _flat(value: Value, name: str) -> Value:
    if type(value) is dict:
        return value.get(name)
    part = PARTS.get(type(value), {}).get(name)
    return part(value) if part else None
