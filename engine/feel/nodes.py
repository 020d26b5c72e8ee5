"""The syntax tree: one frozen class per construct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .types import Type


class Node:
    """Anything that has a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean, null, or `@"..."`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name to be looked up."""

    name: str


@dataclass(frozen=True, slots=True)
class Input(Node):
    """`?`, the value a unary test tests."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as it is written; `entries` are those of `context<a: type>`, `result` is what a function gives."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    entries: tuple[tuple[str, TypeName], ...] = ()
    result: TypeName | None = None
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """`.name`"""

    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """`[condition or index]`"""

    condition: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`(a, b)` or `(name: a, other: b)`"""

    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`instance of type`"""

    type: TypeName


Suffix = Member | Filter | Call | InstanceOf


@dataclass(frozen=True, slots=True)
class Postfix(Node):
    """A value with suffixes, applied from left to right."""

    base: Node
    suffixes: tuple[Suffix, ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """-value"""

    value: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operators of one rank, from left to right: first, then (sign, operand)."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`and` (decided by false) or `or` (decided by true)."""

    decided_by: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """`= value`, `< value` ...; also one unary test."""

    sign: str
    value: Node


@dataclass(frozen=True, slots=True)
class Between:
    """`between low and high`"""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class MemberOf:
    """`in test` or `in (test, test)`"""

    tests: tuple[Node | Compared, ...]


Relation = Compared | Between | MemberOf


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A value with relations, applied from left to right."""

    first: Node
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """[a, b]"""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """[start..end], with `]` or `(` for an end that is not included."""

    start: Node
    end: Node
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """{key: value}"""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class SignedRange(Node):
    """`(< end)`, `(>= start)`, `(= point)`: a range with one sign."""

    sign: str
    value: Node


@dataclass(frozen=True, slots=True)
class Coerced(Node):
    """A value made to fit a type, null where it does not."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    """if condition then yes else no"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """for iterators return body"""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """some (decided by true) or every (decided by false) iterators satisfies body"""

    decided_by: bool
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """function(parameters) body; a parameter may have a type, of its own text or of the model around it."""

    parameters: tuple[str, ...]
    body: Node
    types: tuple[TypeName | Type | None, ...] = ()
    result: Type | None = None


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests: any of them, or with `negated` none of them; no tests at all is `-`."""

    tests: tuple[Node | Compared, ...]
    negated: bool = False

    @property
    def asks_null(self) -> bool:
        """Whether null is one of the values asked for."""
        return any(is_null(test) or is_null(getattr(test, "value", None)) for test in self.tests)


def is_null(node: object) -> bool:
    """Whether a node is the literal null."""
    return isinstance(node, Literal) and node.value is None
