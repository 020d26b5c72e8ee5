"""What an expression is certain to get wrong whatever the data: kinds that never fit, arguments that no function takes.

Only what is certain: a name has no kind, and what is not known fits everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from . import nodes
from .builtins import BUILTINS
from .builtins.registry import Overload
from .values import KINDS, kind

TYPES = {name: type_ for type_, name in reversed(KINDS.items())}
MOMENTS = frozenset({"date", "date and time"})
DURATIONS = frozenset({"days and time duration", "years and months duration"})
#: What built-ins give where they do not give null.
RESULTS = {
    **dict.fromkeys(("date",), "date"),
    **dict.fromkeys(("date and time", "now"), "date and time"),
    **dict.fromkeys(("number", "count", "floor", "ceiling", "modulo", "string length", "decimal"), "number"),
    **dict.fromkeys(("string", "substring", "upper case", "lower case", "substring before", "substring after"), "string"),
    **dict.fromkeys(("contains", "starts with", "ends with", "matches", "list contains", "not", "all", "any"), "boolean"),
    "time": "time",
    "today": "date",
    "years and months duration": "years and months duration",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Host:
    """A function that the host supplies: how many arguments it takes, and the kind of what it gives."""

    arguments: int
    result: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """``found`` where ``expected`` would do; ``where``: compared, calculated, condition, arguments or argument."""

    where: str
    expected: str
    found: str


def misfits(root: nodes.Node, hosts: Mapping[str, Host]) -> tuple[Misfit, ...]:
    """Everything in an expression that is certain to be null, or no condition, for its kinds or arguments."""
    every = list(_below(root))
    own = {name for node in every for name in _bound(node)}
    inference = _Inference(hosts, own)
    return tuple(dict.fromkeys(found for node in every for found in inference.of(node)))


def kind_of(root: nodes.Node, hosts: Mapping[str, Host]) -> str | None:
    """The kind of an expression's value, where it is certain unless it is null."""
    own = {name for node in _below(root) for name in _bound(node)}
    return _Inference(hosts, own).kind(root)


def _below(node: Any) -> Iterator[Any]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting.extend(one)
        elif is_dataclass(one) and type(one).__module__ == nodes.__name__:
            yield one
            waiting.extend(getattr(one, field.name) for field in fields(one))


def _bound(node: Any) -> Iterator[str]:
    if isinstance(node, nodes.Iterator):
        yield node.name
    elif isinstance(node, nodes.Lambda):
        yield from node.parameters
    elif isinstance(node, nodes.ContextOf):
        yield from (name for name, _ in node.entries)


class _Inference:
    def __init__(self, hosts: Mapping[str, Host], own: set[str]) -> None:
        self._hosts, self._own = hosts, own

    def kind(self, node: Any) -> str | None:
        if isinstance(node, nodes.Literal):
            return None if node.value is None else kind(node.value)
        if isinstance(node, nodes.Comparison | nodes.Junction | nodes.Quantified):
            return "boolean"
        if isinstance(node, nodes.Negation):
            return self.kind(node.value)
        if isinstance(node, nodes.Chain):
            return self._of_chain(node)
        if isinstance(node, nodes.If):
            yes, no = self.kind(node.yes), self.kind(node.no)
            return yes if yes == no else None
        called = self._called(node)
        if called is None:
            return None
        name = called[0]
        return self._hosts[name].result if name in self._hosts else RESULTS.get(name)

    def _called(self, node: Any) -> tuple[str, nodes.Call] | None:
        """The function that a node calls and gives the value of, unless it is one of the expression's own."""
        if not isinstance(node, nodes.Postfix) or not isinstance(node.base, nodes.Name) or len(node.suffixes) != 1:
            return None
        call, name = node.suffixes[0], node.base.name
        return (name, call) if isinstance(call, nodes.Call) and name not in self._own else None

    def _of_chain(self, node: nodes.Chain) -> str | None:
        found = self.kind(node.first)
        for sign, operand in node.rest:
            found = _calculated(sign, found, self.kind(operand))
        return found

    def of(self, node: Any) -> Iterator[Misfit]:
        if isinstance(node, nodes.Comparison):
            yield from self._compared(node)
        elif isinstance(node, nodes.Chain):
            yield from self._calculated(node)
        elif isinstance(node, nodes.Junction):
            for part in node.parts:
                yield from self._condition(part)
        elif isinstance(node, nodes.If):
            yield from self._condition(node.condition)
        elif isinstance(node, nodes.Postfix) and isinstance(node.base, nodes.Name):
            first = node.suffixes[0]
            if isinstance(first, nodes.Call) and node.base.name not in self._own:
                yield from self._call(node.base.name, first)

    def _condition(self, node: Any) -> Iterator[Misfit]:
        found = self.kind(node)
        if found not in (None, "boolean"):
            yield Misfit("condition", "boolean", str(found))

    def _compared(self, node: nodes.Comparison) -> Iterator[Misfit]:
        if len(node.relations) != 1:
            return
        relation, first = node.relations[0], self.kind(node.first)
        others: tuple[nodes.Node, ...] = ()
        if isinstance(relation, nodes.Compared):
            others = (relation.value,)
        elif isinstance(relation, nodes.Between):
            others = (relation.low, relation.high)
        for other in map(self.kind, others):
            if first and other and first != other and not {first, other} <= MOMENTS:
                yield Misfit("compared", first, other)

    def _calculated(self, node: nodes.Chain) -> Iterator[Misfit]:
        found = self.kind(node.first)
        for sign, operand in node.rest:
            other = self.kind(operand)
            if found and other and not _fits(sign, found, other):
                yield Misfit("calculated", f"{found} {sign}", other)
                return
            found = _calculated(sign, found, other)

    def _call(self, name: str, call: nodes.Call) -> Iterator[Misfit]:
        count = len(call.arguments)
        if name in self._hosts:
            if call.names is None and count != self._hosts[name].arguments:
                yield Misfit("arguments", f"{name}: {self._hosts[name].arguments}", str(count))
            return
        overloads = BUILTINS.get(name)
        if not overloads or call.names is not None:
            return
        taking = [one for one in overloads if one.takes(count)]
        if not taking:
            yield Misfit("arguments", f"{name}: {' / '.join(map(_number, overloads))}", str(count))
            return
        kinds = [self.kind(argument) for argument in call.arguments]
        if not any(_admits(one, kinds) for one in taking):
            shown = ", ".join(one or "?" for one in kinds)
            yield Misfit("argument", f"{name} ({' / '.join(map(_signature, taking))})", shown)


def _admits(overload: Overload, kinds: list[str | None]) -> bool:
    last = len(overload.parameters) - 1
    for place, found in enumerate(kinds):
        parameter = overload.parameters[min(place, last)]
        if found and parameter.kind != "list" and TYPES[found] not in parameter.types:
            return False
    return True


def _signature(overload: Overload) -> str:
    return ", ".join(one.kind for one in overload.parameters)


def _number(overload: Overload) -> str:
    least, most = sum(not one.optional for one in overload.parameters), len(overload.parameters)
    if overload.repeats:
        return f"{least}…"
    return str(most) if least == most else f"{least}–{most}"


def _fits(sign: str, first: str, second: str) -> bool:
    """Whether an operator has a meaning for two kinds (DMN 1.5, tables 52 to 56); lists are given the benefit."""
    if "list" in (first, second):
        return True
    if sign == "+" and first == second == "string":
        return True
    if first == second == "number":
        return True
    points, spans = MOMENTS | {"time"}, DURATIONS
    if sign == "+":
        return (first in points and second in spans) or (first in spans and second in points | spans)
    if sign == "-":
        return (first in points and second in points | spans) or (first in spans and second in spans)
    if sign == "*":
        return {first, second} & spans != set() and "number" in (first, second)
    return sign == "/" and first in spans and second in spans | {"number"}


def _calculated(sign: str, first: str | None, second: str | None) -> str | None:
    if first == second == "number":
        return "number"
    return "string" if first == second == "string" and sign == "+" else None
