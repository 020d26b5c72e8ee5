"""How built-ins are declared, checked and called.

A signature reads as in the standard: `substring(string: string, start position: number, length: number?)`.
`?` behind a kind makes the argument optional, `...` lets it repeat, `any` takes null too. An argument of another
kind makes the result null; a list of one item stands for the item, and an item for a list of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from ..bounds import Meter
from ..fardates import FarDate, FarMoment
from ..values import KINDS, Value

Implementation = Callable[..., Value]
_Implementation = TypeVar("_Implementation", bound=Implementation)

_FAR: frozenset[type] = frozenset({FarDate, FarMoment})
_CHECKS: dict[str, frozenset[type]] = {name: frozenset({one}) for one, name in KINDS.items() if one not in _FAR}
_CHECKS["duration"] = _CHECKS["days and time duration"] | _CHECKS["years and months duration"]
_CHECKS["moment"] = _CHECKS["date"] | _CHECKS["date and time"]
_CHECKS["far date"], _CHECKS["far date and time"], _CHECKS["far moment"] = (
    frozenset({FarDate}),
    frozenset({FarMoment}),
    _FAR,
)
_CHECKS["any moment"] = _CHECKS["moment"] | _FAR
_CHECKS["clock"] = _CHECKS["time"] | _CHECKS["date and time"]
_CHECKS["point"] = (
    _FAR | _CHECKS["number"] | _CHECKS["string"] | _CHECKS["moment"] | _CHECKS["time"] | _CHECKS["duration"]
)
_CHECKS["any"] = frozenset(KINDS)

_MISFIT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `types` are the Python types its kind admits."""

    name: str
    kind: str
    optional: bool
    types: frozenset[type]

    def fit(self, value: Value) -> Value:
        """The value as this parameter takes it, or a mark that it does not fit."""
        if type(value) in self.types or (value is None and self.optional):
            return value
        if self.kind == "list":
            return [value] if value is not None else _MISFIT
        if type(value) is list and len(value) == 1 and type(value[0]) in self.types:
            return value[0]
        return _MISFIT


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a built-in and what it does: run(meter, *arguments)."""

    parameters: tuple[Parameter, ...]
    repeats: bool
    run: Implementation

    def takes(self, count: int) -> bool:
        """Whether so many positional arguments fit."""
        least = sum(not parameter.optional for parameter in self.parameters)
        return least <= count and (self.repeats or count <= len(self.parameters))

    def fit(self, values: list[Value]) -> list[Value] | None:
        """The arguments as the parameters take them, or None if one does not fit."""
        last = len(self.parameters) - 1
        fitted = [self.parameters[min(index, last)].fit(value) for index, value in enumerate(values)]
        return None if any(value is _MISFIT for value in fitted) else fitted


BUILTINS: dict[str, list[Overload]] = {}

_SIGNATURE = re.compile(r"([^()]+)\((.*)\)")
_PARAMETER = re.compile(r"([\w ]+): ([\w ]+?)(\?|\.\.\.)?(?:, |$)")


def builtin(signature: str) -> Callable[[_Implementation], _Implementation]:
    """Declare a built-in by its signature; several signatures of one name are tried in order."""
    match = _SIGNATURE.fullmatch(signature)
    assert match, signature
    parts = _PARAMETER.findall(match[2])
    parameters = tuple(Parameter(name, kind, mark == "?", _CHECKS[kind]) for name, kind, mark in parts)
    repeats = any(mark == "..." for _, _, mark in parts)

    def register(function: _Implementation) -> _Implementation:
        BUILTINS.setdefault(match[1], []).append(Overload(parameters, repeats, function))
        return function

    return register


def invoke(overloads: list[Overload], values: list[Value], meter: Meter) -> Value:
    """Call the first overload that the arguments fit; null if none."""
    for overload in overloads:
        fitted = overload.fit(values)
        if fitted is not None:
            meter.spend(1)
            return overload.run(meter, *fitted)
    return None


def invoke_named(overloads: list[Overload], given: dict[str, Value], meter: Meter) -> Value:
    """Call by parameter names; null if no overload has them all.

    Signatures may differ in order alone (`after(point, range)`, `after(range, point)`): the one as written goes first.
    """
    for overload in sorted(overloads, key=lambda one: [parameter.name for parameter in one.parameters] != [*given]):
        names = [parameter.name for parameter in overload.parameters]
        required = [parameter.name for parameter in overload.parameters if not parameter.optional]
        if set(given) <= set(names) and set(required) <= set(given):
            values = _in_order(overload, given)
            fitted = overload.fit(values)
            if fitted is not None:
                meter.spend(1)
                return overload.run(meter, *fitted)
    return None


def _in_order(overload: Overload, given: dict[str, Value]) -> list[Any]:
    return [given.get(parameter.name) for parameter in overload.parameters]


def as_int(value: Decimal, low: int = -(10**9), high: int = 10**9) -> int | None:
    """The whole number of a Decimal within low..high, towards zero; else null."""
    return int(value) if low <= value <= high else None
