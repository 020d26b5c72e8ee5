"""List functions."""

from __future__ import annotations

import builtins
from decimal import Decimal

from ..bounds import Meter
from ..compare import equal
from ..values import Function, Value
from .registry import as_int, builtin

Items = builtins.list[Value]


@builtin("count(list: list)")
def count(meter: Meter, items: Items) -> Value:
    """How many items a list has."""
    return Decimal(len(items))


@builtin("list contains(list: list, element: any)")
def list_contains(meter: Meter, items: Items, element: Value) -> Value:
    """Whether an item equals the element, null included."""
    meter.size(len(items))
    return any(equal(item, element, meter) is True for item in items)


@builtin("append(list: list, item: any...)")
def append(meter: Meter, items: Items, *more: Value) -> Value:
    """The list with the items behind it."""
    meter.size(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate(list: list...)")
def concatenate(meter: Meter, *lists: Items) -> Value:
    """The lists one behind the other."""
    meter.size(sum(len(items) for items in lists))
    return [item for items in lists for item in items]


@builtin("union(list: list...)")
def union(meter: Meter, *lists: Items) -> Value:
    """The lists one behind the other, each value once."""
    return distinct_values(meter, concatenate(meter, *lists))


@builtin("distinct values(list: list)")
def distinct_values(meter: Meter, items: Items) -> Value:
    """Each value once, in the order of first appearance."""
    kept: Items = []
    for item in items:
        meter.spend(1 + len(kept))
        if not any(equal(item, other, meter) is True for other in kept):
            kept.append(item)
    return kept


@builtin("duplicate values(list: list)")
def duplicate_values(meter: Meter, items: Items) -> Value:
    """The values that appear more than once, each once."""
    once: Items = []
    twice: Items = []
    for item in items:
        meter.spend(1 + len(once) + len(twice))
        seen = any(equal(item, other, meter) is True for other in once)
        if seen and not any(equal(item, other, meter) is True for other in twice):
            twice.append(item)
        once.append(item)
    return twice


@builtin("flatten(list: list)")
def flatten(meter: Meter, items: Items) -> Value:
    """The items of all nested lists in one."""
    result: Items = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            meter.spend(1)
            if type(item) is builtins.list:
                pending.append(iter(item))
                break
            result.append(item)
        else:
            pending.pop()
    return result


@builtin("index of(list: list, match: any)")
def index_of(meter: Meter, items: Items, match: Value) -> Value:
    """The positions, from 1, of the items that equal a value."""
    meter.size(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match, meter) is True]


@builtin("reverse(list: list)")
def reverse(meter: Meter, items: Items) -> Value:
    """From the last to the first."""
    meter.size(len(items))
    return items[::-1]


def _place(items: Items, position: Decimal, end: int) -> int | None:
    """A position from 1, or from -1 backwards, as an index below `end`."""
    place = as_int(position)
    if not place or place > end or -place > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place


@builtin("sublist(list: list, start position: number, length: number?)")
def sublist(meter: Meter, items: Items, start: Decimal, length: Decimal | None = None) -> Value:
    """From a position on, so many items."""
    meter.size(len(items))
    first, amount = _place(items, start, len(items)), len(items) if length is None else as_int(length)
    if first is None or amount is None or amount < 0 or (length is not None and first + amount > len(items)):
        return None
    return items[first : first + amount]


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(meter: Meter, items: Items, position: Decimal, item: Value) -> Value:
    """The list with an item put before a position."""
    meter.size(len(items) + 1)
    place = _place(items, position, len(items))
    return None if place is None else [*items[:place], item, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(meter: Meter, items: Items, position: Decimal) -> Value:
    """The list without the item at a position."""
    meter.size(len(items))
    place = _place(items, position, len(items))
    return None if place is None else items[:place] + items[place + 1 :]


@builtin("list replace(list: list, position: number, newItem: any)")
def list_replace(meter: Meter, items: Items, position: Decimal, item: Value) -> Value:
    """The list with another item at a position."""
    meter.size(len(items))
    place = _place(items, position, len(items))
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)")
def list_replace_matching(meter: Meter, items: Items, match: Function, item: Value) -> Value:
    """The list with another item wherever a function of (item, newItem) is true; null where it is no boolean."""
    meter.size(len(items))
    result: Items = []
    for one in items:
        verdict = match.call(meter, [one, item])
        if type(verdict) is not bool:
            return None
        result.append(item if verdict else one)
    return result


@builtin("sort(list: list, precedes: function)")
def sort(meter: Meter, items: Items, precedes: Function) -> Value:
    """In the order of a function of two items; merge sort, so equal items keep their order."""
    meter.size(len(items))
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = sort(meter, items[:middle], precedes), sort(meter, items[middle:], precedes)
    return _merged(meter, left, right, precedes)


def _merged(meter: Meter, left: Items, right: Items, precedes: Function) -> Items:
    result: Items = []
    i = j = 0
    while i < len(left) and j < len(right):
        if precedes.call(meter, [right[j], left[i]]) is True:
            result.append(right[j])
            j += 1
        else:
            result.append(left[i])
            i += 1
    return result + left[i:] + right[j:]
