"""+, -, *, /, ** and negation over all kinds; null where the standard defines nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import numbers
from .bounds import Meter
from .temporal import add_months, between, first_instant, seconds_of, shift, shift_time
from .values import Value, YearsMonths

Table = dict[tuple[type, type], Callable[[Value, Value], Value]]

_MICROSECONDS = Decimal(1_000_000)


def _length(seconds: Decimal | None) -> timedelta | None:
    """A duration of so many seconds; null if out of range."""
    if seconds is None or abs(seconds) > Decimal("86399999913600"):
        return None
    return timedelta(microseconds=int((seconds * _MICROSECONDS).to_integral_value()))


def seconds(length: timedelta) -> Decimal:
    """How many seconds a duration has."""
    whole = Decimal(length.days * 86400 + length.seconds)
    return whole + Decimal(length.microseconds) / _MICROSECONDS


def _months(total: Decimal | None) -> YearsMonths | None:
    return YearsMonths(int(total)) if total is not None and abs(total) < Decimal("1e12") else None


def _sum(a: timedelta, b: timedelta) -> timedelta | None:
    try:
        return a + b
    except OverflowError:
        return None


ADD: Table = {
    (timedelta, timedelta): _sum,
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.total + b.total),
    (date, timedelta): shift,
    (datetime, timedelta): shift,
    (time, timedelta): shift_time,
    (date, YearsMonths): lambda a, b: add_months(a, b.total),
    (datetime, YearsMonths): lambda a, b: add_months(a, b.total),
}


def _swapped(rule: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    return lambda a, b: rule(b, a)


ADD |= {(right, left): _swapped(rule) for (left, right), rule in ADD.items() if left != right}

SUBTRACT: Table = {
    (timedelta, timedelta): lambda a, b: _sum(a, -b),
    (YearsMonths, YearsMonths): lambda a, b: YearsMonths(a.total - b.total),
    (date, timedelta): lambda a, b: shift(a, -b),
    (datetime, timedelta): lambda a, b: shift(a, -b),
    (time, timedelta): lambda a, b: shift_time(a, -b),
    (date, YearsMonths): lambda a, b: add_months(a, -b.total),
    (datetime, YearsMonths): lambda a, b: add_months(a, -b.total),
    (date, date): between,
    (datetime, datetime): between,
    (date, datetime): lambda a, b: between(first_instant(a), b),
    (datetime, date): lambda a, b: between(a, first_instant(b)),
    (time, time): lambda a, b: seconds_of(a) - seconds_of(b) if bool(a.tzinfo) == bool(b.tzinfo) else None,
}

MULTIPLY: Table = {
    (timedelta, Decimal): lambda a, b: _length(numbers.multiply(seconds(a), b)),
    (Decimal, timedelta): lambda a, b: _length(numbers.multiply(a, seconds(b))),
    (YearsMonths, Decimal): lambda a, b: _months(numbers.multiply(Decimal(a.total), b)),
    (Decimal, YearsMonths): lambda a, b: _months(numbers.multiply(a, Decimal(b.total))),
}

DIVIDE: Table = {
    (timedelta, Decimal): lambda a, b: _length(numbers.divide(seconds(a), b)),
    (YearsMonths, Decimal): lambda a, b: _months(numbers.divide(Decimal(a.total), b)),
    (timedelta, timedelta): lambda a, b: numbers.divide(seconds(a), seconds(b)),
    (YearsMonths, YearsMonths): lambda a, b: numbers.divide(Decimal(a.total), Decimal(b.total)),
}


def _operation(on_numbers: Callable[[Decimal, Decimal], Decimal | None], table: Table) -> Callable[..., Value]:
    def run(a: Value, b: Value, meter: Meter) -> Value:
        one, two = type(a), type(b)
        if one is Decimal and two is Decimal:
            return on_numbers(a, b)
        rule = table.get((one, two))
        return rule(a, b) if rule else None

    return run


_plus = _operation(numbers.add, ADD)


def plus(a: Value, b: Value, meter: Meter) -> Value:
    """a + b; joins strings too."""
    if type(a) is str and type(b) is str:
        meter.text(len(a) + len(b))
        return a + b
    return _plus(a, b, meter)


OPERATIONS: dict[str, Callable[[Value, Value, Meter], Value]] = {
    "+": plus,
    "-": _operation(numbers.subtract, SUBTRACT),
    "*": _operation(numbers.multiply, MULTIPLY),
    "/": _operation(numbers.divide, DIVIDE),
    "**": _operation(numbers.power, {}),
}


def negative(value: Value) -> Value:
    """-value, for numbers and durations."""
    if type(value) is Decimal:
        return value.copy_negate() if value else value
    if type(value) is YearsMonths:
        return YearsMonths(-value.total)
    try:
        return -value if type(value) is timedelta else None
    except OverflowError:
        return None
