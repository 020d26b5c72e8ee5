"""FEEL values as Python values, and the way in and out.

number: Decimal (34 digits); string: str; boolean: bool; null: None; list: list; context: dict;
date, time, date and time: datetime.date, .time, .datetime (with or without zone), FarDate and FarMoment beyond;
days and time duration: datetime.timedelta; years and months duration: YearsMonths; range: Range;
function: Function. Kinds are decided by exact type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .bounds import Meter
from .errors import FeelBoundsError
from .fardates import FarDate, FarMoment
from .numbers import from_float, from_int, rounded

Value = Any


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, kept as a signed number of months."""

    total: int

    @property
    def years(self) -> int:
        """Whole years, towards zero."""
        return abs(self.total) // 12 * (1 if self.total >= 0 else -1)

    @property
    def months(self) -> int:
        """The months beside the whole years."""
        return abs(self.total) % 12 * (1 if self.total >= 0 else -1)


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end of None is open to infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A FEEL function value: parameter names (None: any number), what it does, and the types it was given.

    `call(env, arguments)` gets arguments that have been made to fit.
    """

    parameters: tuple[str, ...] | None
    call: Callable[[Any, list[Value]], Value]
    types: tuple[Any, ...] = ()
    result: Any = None


KINDS: dict[type, str] = {
    Decimal: "number", str: "string", bool: "boolean", type(None): "null", list: "list", dict: "context",
    date: "date", time: "time", datetime: "date and time", timedelta: "days and time duration",
    YearsMonths: "years and months duration", Range: "range", Function: "function",
    FarDate: "date", FarMoment: "date and time",
}  # fmt: skip

#: Types a context value may have that need no conversion and no check.
PLAIN = frozenset(KINDS) - {list, dict, str, Decimal}


def kind(value: Value) -> str:
    """The FEEL type name of a value."""
    return KINDS[type(value)]


def from_python(value: object, meter: Meter) -> Value:
    """A context value as a FEEL value: int and float become Decimal, containers are copied.

    What FEEL has no type for, and numbers out of range, become null. Raises FeelBoundsError.
    """
    return _convert(value, meter, 0)


def _convert(value: object, meter: Meter, depth: int) -> Value:
    if type(value) in PLAIN:
        return value
    if depth > meter.bounds.depth:
        raise FeelBoundsError("depth", meter.bounds.depth)
    if isinstance(value, list | tuple):
        meter.size(len(value))
        return [_convert(item, meter, depth + 1) for item in value]
    if isinstance(value, Mapping):
        meter.size(len(value))
        return {str(key): _convert(item, meter, depth + 1) for key, item in value.items()}
    return _scalar(value, meter)


def _scalar(value: object, meter: Meter) -> Value:
    if isinstance(value, str):
        meter.text(len(value))
        return str(value)
    if isinstance(value, Decimal):
        return rounded(value)
    if isinstance(value, int):
        return from_int(value)
    return from_float(value) if isinstance(value, float) else None


def check_result(value: Value, meter: Meter) -> Value:
    """The value, if it has at most `size` parts and `depth` levels in all. Raises FeelBoundsError."""
    if type(value) is list or type(value) is dict:
        _count(value, meter)
    return value


def _count(value: Value, meter: Meter) -> None:
    """Walk without recursion, counting shared parts as often as they would be written out."""
    left, level = meter.bounds.size, [value]
    depth = 0
    while level:
        depth += 1
        if depth > meter.bounds.depth:
            raise FeelBoundsError("depth", meter.bounds.depth)
        below: list[Value] = []
        for node in level:
            parts = node if type(node) is list else list(node.values())
            left -= len(parts)
            if left < 0:
                raise FeelBoundsError("size", meter.bounds.size)
            below += [part for part in parts if type(part) is list or type(part) is dict]
        level = below
