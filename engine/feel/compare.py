"""Equality, order and membership: three-valued, null between values of different kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from .bounds import Meter
from .fardates import FarDate, FarMoment, position
from .temporal import seconds_of
from .values import KINDS, Range, Value, YearsMonths

_SCALARS = frozenset({Decimal, str, bool, date, timedelta, YearsMonths, FarDate})
_FAR = frozenset({FarDate, FarMoment})
_ORDERED = frozenset({Decimal, str, date, timedelta, YearsMonths})
#: The types whose values have an order, and so may be the ends of a range.
ORDERED = _ORDERED | _FAR | {datetime, time}


def equal(a: Value, b: Value, meter: Meter) -> bool | None:
    """a = b. Null equals only null; other kinds that differ give null."""
    one = type(a)
    if one is type(b):
        if one in _SCALARS:
            return a == b
        return _equal_of_kind(a, b, meter)
    if a is None or b is None or same_kind(a, b):
        return False
    return None


def same_kind(a: Value, b: Value) -> bool:
    """Whether two values of different types are of one kind: a near and a far date, or date and time."""
    return KINDS.get(type(a)) == KINDS.get(type(b))


def _equal_of_kind(a: Value, b: Value, meter: Meter) -> bool | None:
    if a is None or a is b:
        return True
    if type(a) is list:
        return _all(zip(a, b, strict=True), meter) if len(a) == len(b) else False
    if type(a) is dict:
        return _all(((a[key], b[key]) for key in a), meter) if a.keys() == b.keys() else False
    if type(a) is Range:
        same = (a.start_included, a.end_included) == (b.start_included, b.end_included)
        return _all(((a.start, b.start), (a.end, b.end)), meter) if same else False
    if type(a) is FarMoment:
        return _order_far(a, b, eq)
    if type(a) in (datetime, time):
        return None if _zoned(a) != _zoned(b) else bool(_instant(a) == _instant(b))
    return False


def _all(pairs: object, meter: Meter) -> bool | None:
    result: bool | None = True
    for a, b in pairs:  # type: ignore[attr-defined]
        meter.spend(1)
        same = equal(a, b, meter)
        if same is False:
            return False
        result = result if same else None
    return result


def _zoned(value: datetime | time) -> bool:
    return value.tzinfo is not None


def _instant(value: datetime | time) -> datetime | timedelta:
    return value if isinstance(value, datetime) else seconds_of(value)


def _lent(value: Value, other: Value) -> Value:
    """The value, with the zone of the other if it has none itself (DMN 1.5, 10.3.2.13, on `<`)."""
    return value if _zoned(value) or not _zoned(other) else value.replace(tzinfo=other.tzinfo)


def _order(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool | None]:
    def run(a: Value, b: Value) -> bool | None:
        one = type(a)
        if one is not type(b):
            return _order_far(a, b, compare) if same_kind(a, b) else None
        if one in _ORDERED:
            return compare(a, b)
        if one is datetime or one is time:
            return compare(_instant(_lent(a, b)), _instant(_lent(b, a)))
        return _order_far(a, b, compare) if one in _FAR else None

    return run


def _order_far(a: Value, b: Value, compare: Callable[[Value, Value], bool]) -> bool | None:
    (one, zoned), (two, other_zoned) = position(a), position(b)
    return None if zoned != other_zoned else compare(one, two)


less, at_most, more, at_least = _order(lt), _order(le), _order(gt), _order(ge)

#: The order comparisons by their sign; `=` and `!=` need the meter.
ORDER = {"<": less, "<=": at_most, ">": more, ">=": at_least}


def different(a: Value, b: Value, meter: Meter) -> bool | None:
    """a != b."""
    same = equal(a, b, meter)
    return None if same is None else not same


def both(a: bool | None, b: bool | None) -> bool | None:
    """Three-valued and."""
    if a is False or b is False:
        return False
    return True if a is True and b is True else None


def either(a: bool | None, b: bool | None) -> bool | None:
    """Three-valued or."""
    if a is True or b is True:
        return True
    return False if a is False and b is False else None


def negate(a: Value) -> bool | None:
    """Three-valued not; null for what is no boolean."""
    return not a if type(a) is bool else None


def within(value: Value, bounds: Range) -> bool | None:
    """value in [start..end], each end included or not; an end of null is open."""
    low: bool | None = True
    high: bool | None = True
    if bounds.start is not None:
        low = (at_least if bounds.start_included else more)(value, bounds.start)
    if bounds.end is not None:
        high = (at_most if bounds.end_included else less)(value, bounds.end)
    return both(low, high) if value is not None else None


def matches_test(value: Value, test: Value, meter: Meter) -> bool | None:
    """Whether a value meets the value of a unary test: is it, is in it, or is one of its items."""
    if type(test) is Range and type(value) is not Range:
        return within(value, test)
    if type(test) is list:
        return _in_list(value, test, meter)
    return equal(value, test, meter)


def _in_list(value: Value, items: list[Value], meter: Meter) -> bool | None:
    if type(value) is list and equal(value, items, meter) is True:
        return True
    for item in items:
        meter.spend(1)
        found = within(value, item) if type(item) is Range and type(value) is not Range else equal(value, item, meter)
        if found is True:
            return True
    return False
