"""Types as values: what `instance of` asks, and what a value becomes where a type is expected of it.

A type holds values; null is told apart by who asks: it is an instance of Null alone, but conforms to every type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .bounds import Meter
from .temporal import first_instant
from .values import KINDS, Function, Range, Value, kind


@dataclass(frozen=True, slots=True)
class Type:
    """A named kind of values; `Any` holds all of them, `Null` none but null."""

    name: str

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """Whether a value that is not null has the type; `strict`: parts that are null or absent do not."""
        return self.name == "Any" or kind(value) == self.name

    def within(self, other: Type) -> bool:
        """Whether all values of this type have the other too."""
        return other.name == "Any" or self == other


ANY, NULL = Type("Any"), Type("Null")


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list whose items have a type."""

    item: Type = ANY

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """A list of such items."""
        if type(value) is not list:
            return False
        meter.size(len(value))
        return all(_part(item, self.item, meter, strict) for item in value)

    def within(self, other: Type) -> bool:
        """Lists go with their items."""
        return other.name == "Any" or (isinstance(other, ListType) and self.item.within(other.item))


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range whose ends have a type."""

    item: Type = ANY

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """A range of such ends; an open end has any type."""
        return type(value) is Range and all(_part(end, self.item, meter, False) for end in (value.start, value.end))

    def within(self, other: Type) -> bool:
        """Ranges go with their ends."""
        return other.name == "Any" or (isinstance(other, RangeType) and self.item.within(other.item))


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context that has at least some entries of some types."""

    entries: tuple[tuple[str, Type], ...] = ()

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """A context with such entries, others being no hindrance."""
        if type(value) is not dict:
            return False
        meter.size(len(self.entries))
        return all(
            _part(value.get(name), entry, meter, strict) for name, entry in self.entries if strict or name in value
        )

    def within(self, other: Type) -> bool:
        """It has the other's entries and perhaps more."""
        if not isinstance(other, ContextType):
            return other.name == "Any"
        mine = dict(self.entries)
        return all(name in mine and mine[name].within(entry) for name, entry in other.entries)


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function of parameters of some types that gives a value of another."""

    parameters: tuple[Type, ...] = ()
    result: Type = ANY

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """A function that takes at least such arguments and gives no other values."""
        if type(value) is not Function or value.parameters is None:
            return False
        return FunctionType("function", value.types or (ANY,) * len(value.parameters), value.result or ANY).within(self)

    def within(self, other: Type) -> bool:
        """Takes all that the other takes, gives nothing that the other does not."""
        if not isinstance(other, FunctionType):
            return other.name == "Any"
        if len(self.parameters) != len(other.parameters) or not self.result.within(other.result):
            return False
        return all(theirs.within(mine) for mine, theirs in zip(self.parameters, other.parameters, strict=True))


def _part(value: Value, wanted: Type, meter: Meter, strict: bool) -> bool:
    if value is None:
        return not strict or wanted == NULL
    return wanted.holds(value, meter, strict)


_OTHER_NAMES = {
    "day and time duration": "days and time duration",
    "year and month duration": "years and months duration",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}

#: The types that have a name, `list`, `context`, `range` and `function` being those of any parts.
NAMED: dict[str, Type] = {
    **{name: Type(name) for name in KINDS.values() if name != "null"},
    "Any": ANY, "Null": NULL, "list": ListType("list"), "context": ContextType("context"), "range": RangeType("range"),
}  # fmt: skip
NAMED |= {other: NAMED[name] for other, name in _OTHER_NAMES.items()}
TYPES_IN_WORDS = "a type (" + ", ".join(sorted(NAMED.keys() - _OTHER_NAMES.keys())) + ")"

#: Types of the caller's own, by name; compared by identity where expressions are kept.
Types = Mapping[str, Type]


def instance_of(value: Value, wanted: Type, meter: Meter) -> bool:
    """Whether a value has a type. Null has only the type Null."""
    return _part(value, wanted, meter, strict=True)


def conforms(value: Value, wanted: Type, meter: Meter) -> bool:
    """Whether a value may stand where a type is expected; null may anywhere."""
    return _part(value, wanted, meter, strict=False)


def coerced(value: Value, wanted: Type, meter: Meter) -> Value:
    """The value as a type expects it: itself, from or to a list of one, a date as its first instant; else null."""
    if conforms(value, wanted, meter):
        return value
    if isinstance(wanted, ListType) and type(value) is not list:
        item = coerced(value, wanted.item, meter)
        return None if item is None else _if_conforms([item], wanted, meter)
    if type(value) is list and len(value) == 1:
        return coerced(value[0], wanted, meter)
    if type(value) is date:
        return _if_conforms(first_instant(value), wanted, meter)
    return None


def _if_conforms(value: Value, wanted: Type, meter: Meter) -> Value:
    return value if conforms(value, wanted, meter) else None
