"""Functions of one list of values that may also be called with the values as arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import reduce

from .. import numbers
from ..arithmetic import plus
from ..bounds import Meter
from ..compare import less
from ..numbers import DECIMAL128
from ..values import Value
from .registry import builtin

Items = list[Value]


def aggregate(name: str) -> Callable[[Callable[[Meter, Items], Value]], Callable[[Meter, Items], Value]]:
    """Declare a function of one list that may also be called with its items as arguments."""

    def register(function: Callable[[Meter, Items], Value]) -> Callable[[Meter, Items], Value]:
        def run(meter: Meter, *arguments: Value) -> Value:
            items = arguments[0] if len(arguments) == 1 and type(arguments[0]) is list else [*arguments]
            meter.size(len(items))
            return function(meter, items)

        builtin(f"{name}(list: list)")(run)
        builtin(f"{name}(list: any...)")(lambda meter, *items: None if items == (None,) else run(meter, *items))
        return function

    return register


def _extreme(meter: Meter, items: Items, better: Callable[[Value, Value], bool | None]) -> Value:
    best = items[0] if items else None
    for item in items:
        verdict = better(item, best)
        if verdict is None:
            return None
        best = item if verdict else best
    return best


@aggregate("min")
def minimum(meter: Meter, items: Items) -> Value:
    """The smallest item; null of an empty list or of items that cannot be compared."""
    return _extreme(meter, items, less)


@aggregate("max")
def maximum(meter: Meter, items: Items) -> Value:
    """The greatest item; null of an empty list or of items that cannot be compared."""
    return _extreme(meter, items, lambda item, best: less(best, item))


@aggregate("sum")
def total(meter: Meter, items: Items) -> Value:
    """The sum of numbers or durations; null of an empty list."""
    if not items or any(type(item) is str for item in items):
        return None
    return reduce(lambda a, b: plus(a, b, meter), items[1:], items[0])


@aggregate("mean")
def mean(meter: Meter, items: Items) -> Value:
    """The average of numbers; null of an empty list."""
    value = total(meter, items)
    return numbers.divide(value, Decimal(len(items))) if type(value) is Decimal else None


@aggregate("product")
def product(meter: Meter, items: Items) -> Value:
    """The product of numbers; null of an empty list."""
    if not items or any(type(item) is not Decimal for item in items):
        return None
    result = items[0]
    for item in items[1:]:
        result = numbers.multiply(result, item) if result is not None else None
    return result


@aggregate("median")
def median(meter: Meter, items: Items) -> Value:
    """The middle of the sorted numbers, or the mean of the two."""
    if not items or any(type(item) is not Decimal for item in items):
        return None
    ordered, middle = sorted(items), len(items) // 2
    return ordered[middle] if len(items) % 2 else mean(meter, ordered[middle - 1 : middle + 1])


@aggregate("mode")
def mode(meter: Meter, items: Items) -> Value:
    """The numbers that appear most often, ascending."""
    if any(type(item) is not Decimal for item in items):
        return None
    counts = Counter(items)
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _decide(items: Items, decided: bool) -> bool | None:
    if any(item is decided for item in items):
        return decided
    return None if any(type(item) is not bool for item in items) else not decided


@aggregate("all")
def all_true(meter: Meter, items: Items) -> Value:
    """Three-valued and over a list; true if it is empty."""
    return _decide(items, False)


@aggregate("any")
def any_true(meter: Meter, items: Items) -> Value:
    """Three-valued or over a list; false if it is empty."""
    return _decide(items, True)


@aggregate("stddev")
def stddev(meter: Meter, items: Items) -> Value:
    """The sample standard deviation of two or more numbers."""
    if len(items) < 2 or any(type(item) is not Decimal for item in items):
        return None
    try:
        context, size = DECIMAL128, Decimal(len(items))
        mean = context.divide(_sum(items), size)
        squares = [context.multiply(context.subtract(item, mean), context.subtract(item, mean)) for item in items]
        return context.sqrt(context.divide(_sum(squares), size - 1))
    except DecimalException:
        return None


def _sum(items: Items) -> Decimal:
    result = Decimal(0)
    for item in items:
        result = DECIMAL128.add(result, item)
    return result
