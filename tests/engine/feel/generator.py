"""Random FEEL, typed so that most of it means something: every production of the grammar, every built-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from engine.feel.builtins import BUILTINS
from engine.feel.builtins.registry import Overload, Parameter
from tests.engine.feel import leaves


@dataclass(frozen=True, slots=True)
class Term:
    """An expression as it was put together; `parts` are texts and terms that are expressions of their own."""

    production: str
    parts: tuple[str | Term, ...]

    @property
    def text(self) -> str:
        """The expression."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def inner(self) -> list[Term]:
        """The expressions within that have a value of their own."""
        return [part for part in self.parts if isinstance(part, Term)]

    def walk(self) -> Iterator[Term]:
        """This one and all within."""
        yield self
        for part in self.inner:
            yield from part.walk()


Make = Callable[["Generator", int], Term]
#: How each production is made, and what kind of value it is made for.
PRODUCTIONS: dict[str, tuple[str, Make]] = {}

#: Built-ins whose values may stand where a kind is wanted.
GIVES = {
    "number": ["count", "string length", "abs", "floor", "sum", "min", "modulo"],
    "string": ["upper case", "substring before", "string join", "string"],
    "boolean": ["contains", "not", "list contains", "starts with"],
    "numbers": ["append", "concatenate", "reverse", "flatten", "distinct values"],
    "context": ["context put", "context merge"],
}


def production(name: str, gives: str) -> Callable[[Make], Make]:
    """Register how a production is made."""

    def register(make: Make) -> Make:
        PRODUCTIONS[name] = (gives, make)
        return make

    return register


class Generator:
    """Makes terms; the same seed makes the same terms."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._by_kind: dict[str, list[str]] = {}
        for name, (gives, _) in PRODUCTIONS.items():
            self._by_kind.setdefault(gives, []).append(name)

    def roots(self, count: int) -> Iterator[Term]:
        """So many terms, each production and each built-in in turn at their root."""
        turns: list[Callable[[], Term]] = [
            *(lambda name=name: self.produce(name, 2) for name in PRODUCTIONS),
            *(lambda name=name: self.call(name, 2) for name in BUILTINS),
        ]
        return (turn() for turn in islice(cycle(turns), count))

    def produce(self, name: str, depth: int) -> Term:
        """A term of one production."""
        return PRODUCTIONS[name][1](self, depth)

    def of(self, kind: str, depth: int) -> Term:
        """A term that most likely has a value of the kind."""
        if kind == "any":
            kind = self.random.choice([one for one in leaves.LEAVES if one != "any"])
        made = [*self._by_kind.get(kind, ()), *GIVES.get(kind, ())] if depth > 0 else []
        if made and self.random.random() < 0.5:
            name = self.random.choice(made)
            return self.produce(name, depth - 1) if name in PRODUCTIONS else self.call(name, depth - 1)
        return Term(f"{kind} literal", (self.random.choice(leaves.LEAVES[kind]),))

    def call(self, name: str, depth: int) -> Term:
        """A call of a built-in, by position or by name, now and then with an argument of another kind."""
        overload = self.random.choice([one for one in BUILTINS[name] if "far" not in one.parameters[0].kind])
        parameters = self._given(overload)
        values = [self._argument(name, one, depth) for one in parameters]
        named = not overload.repeats and self.random.random() < 0.15
        parts: list[str | Term] = [f"{name}("]
        for index, (parameter, value) in enumerate(zip(parameters, values, strict=True)):
            parts += [", "] if index else []
            parts += [f"{parameter.name}: "] if named else []
            parts += [value]
        return Term(name, (*parts, ")"))

    def _given(self, overload: Overload) -> list[Parameter]:
        given = [one for one in overload.parameters if not one.optional or self.random.random() < 0.5]
        more = self.random.randrange(3) if overload.repeats else 0
        return given + given[-1:] * more

    def _argument(self, name: str, parameter: Parameter, depth: int) -> Term:
        if self.random.random() < 0.06:
            return Term("wrong argument", (self.random.choice(leaves.ODD),))
        kind = leaves.ARGUMENTS.get((name, parameter.name)) or leaves.KINDS.get(parameter.kind, parameter.kind)
        return self.of(self.random.choice(kind.split("|")), depth - 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """Unary tests, and the expression whose value they test."""

    production: str
    text: str
    input: str


CELLS: dict[str, Callable[[Generator], str]] = {
    "cell -": lambda g: "-",
    "cell value": lambda g: g.of("number", 0).text,
    "cell sign": lambda g: f"{g.random.choice(['<', '<=', '>', '>=', '=', '!='])} {g.of('number', 0).text}",
    "cell interval": lambda g: g.of("number range", 0).text,
    "cell tests": lambda g: f"{g.of('number', 0).text}, {g.of('number range', 0).text}, > 50",
    "cell not": lambda g: f"not({g.of('number', 0).text}, {g.of('number range', 0).text})",
    "cell ?": lambda g: f"? + 1 > {g.of('number', 0).text}",
}


def cells(seed: int, count: int) -> Iterator[Cell]:
    """So many unary tests, each kind in turn."""
    generator = Generator(seed)
    for name in islice(cycle(CELLS), count):
        kind = generator.random.choice(["number", "number", "number", "null", "string"])
        yield Cell(name, CELLS[name](generator), generator.of(kind, 0).text)
