"""not, is, is defined."""

from __future__ import annotations

from datetime import datetime, time

from ..bounds import Meter
from ..compare import equal, negate
from ..values import Value
from .registry import builtin


@builtin("not(negand: any)")
def not_(meter: Meter, value: Value) -> Value:
    """Three-valued not; null for what is no boolean."""
    return negate(value)


@builtin("is defined(value: any)")
def is_defined(meter: Meter, value: Value) -> Value:
    """Whether there is a value that is not null: an explicit null test."""
    return value is not None


@builtin("is(value1: any, value2: any)")
def is_(meter: Meter, one: Value, two: Value) -> Value:
    """Whether two values are the same and of one kind; of a time the zone counts too."""
    if type(one) is not type(two) or equal(one, two, meter) is not True:
        return False
    return not isinstance(one, datetime | time) or one.utcoffset() == two.utcoffset()
