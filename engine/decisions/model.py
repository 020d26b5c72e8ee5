"""What a DMN file is made of, once it has been read: immutable, and shared by all evaluations."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel import Expression
from engine.feel.types import ANY, Type


@dataclass(slots=True, eq=False)
class Element:
    """Something with a name that decisions may require.

    `type`: of its value, or of what calling it gives. `broken`: it was at fault when it was read.
    """

    name: str
    id: str
    namespace: str
    type: Type = ANY
    broken: bool = False


@dataclass(slots=True, eq=False)
class InputData(Element):
    """What the caller gives."""


@dataclass(slots=True, eq=False)
class Logic(Element):
    """A decision or a business knowledge model: an expression, and what it requires under which name.

    A name is a path of one part, or of two where it is imported.
    """

    expression: Expression | None = None
    requires: dict[tuple[str, ...], Element] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Decision(Logic):
    """A decision."""


@dataclass(slots=True, eq=False)
class Knowledge(Logic):
    """A business knowledge model; its expression gives a function."""


@dataclass(slots=True, eq=False)
class Service(Element):
    """A decision service: decisions evaluated for given inputs, callable as a function."""

    outputs: list[Decision] = field(default_factory=list)
    parameters: list[Element] = field(default_factory=list)
