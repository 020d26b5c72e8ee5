"""Expressions, generated and then bent: parsed and evaluated as conditions and as cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from random import Random
from typing import Any

from engine.clock import cpu_seconds
from engine.feel import FeelError, FeelEvaluationError, FeelSyntaxError, parse, parse_unary_tests
from engine.feel.values import KINDS, Function, Range
from tests.engine.feel import productions
from tests.engine.feel.generator import Generator
from tests.engine.fuzzing.attacks import ATTACKS

SECONDS = 2.0
PIECES = [
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not(", "between", "instance of", "function(", "true", "null", "item", "?",
    "1", "0.5", "1e6144", '"', "@", "+", "-", "**", "=", "!=", "<", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "->", "//", "/*", "\n", "__class__", "x", "申请", "external", "\ufeff", "\U0001f40e",
]  # fmt: skip
CONTEXT: dict[str, Any] = {
    "x": [1, {"a": None, "__class__": "mine"}],
    "申请": "x",
    "y": 1.5,
    "case": {"no": "1"},
    "env": {"lookup": 1},
}


@dataclass
class Tally:
    """What became of a number of things, and what should not have."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def runs(self) -> int:
        return sum(self.outcomes.values())

    def took(self, seconds: float, what: str) -> None:
        """Note how long something took, in seconds of CPU."""
        self.slowest = max(self.slowest, seconds)
        if seconds > SECONDS:
            self.wrong.append(f"{seconds:.1f} s: {what}")


def bent(text: str, chance: Random) -> str:
    """Up to four changes: pieces taken away, doubled, exchanged, put in; or an attack put into it."""
    pieces = text.split(" ")
    for _ in range(chance.randrange(5)):
        place = chance.randrange(len(pieces))
        kind = chance.randrange(6)
        if kind == 0 and len(pieces) > 1:
            del pieces[place]
        elif kind == 1:
            pieces.insert(place, chance.choice(pieces))
        elif kind == 2:
            other = chance.randrange(len(pieces))
            pieces[place], pieces[other] = pieces[other], pieces[place]
        elif kind == 3:
            pieces[place] = chance.choice(PIECES)
        elif kind == 4:
            cut = chance.randrange(len(pieces[place]) + 1)
            pieces[place] = pieces[place][:cut] + chance.choice(PIECES) + pieces[place][cut:]
        else:
            pieces[place] = chance.choice(ATTACKS)
    return " ".join(pieces)


def texts(seed: int, count: int) -> Iterator[str]:
    """The attacks as they are, then bent expressions."""
    assert productions.negation
    chance = Random(seed)
    yield from chain(
        ATTACKS[:count], (bent(one.text, chance) for one in Generator(seed).roots(max(count - len(ATTACKS), 0)))
    )


def run(seed: int, count: int) -> Tally:
    """Parse and evaluate so many; only FeelError may come of it, and only values of FEEL."""
    tally = Tally()
    for text in texts(seed, count):
        begun = cpu_seconds()
        try:
            tally.outcomes[_try(text)] += 1
        except Exception as error:  # Whatever else it is, it was not declared.
            tally.outcomes["undeclared"] += 1
            tally.wrong.append(f"{type(error).__name__}: {error}: {text[:200]!r}")
        tally.took(cpu_seconds() - begun, repr(text[:200]))
    return tally


def _try(text: str) -> str:
    outcome = "value"
    for evaluate in (lambda: parse(text).explain(CONTEXT).value, lambda: parse_unary_tests(text).evaluate(1, CONTEXT)):
        try:
            _only_feel(evaluate())
        except FeelSyntaxError as error:
            assert error.line >= 1 and error.column >= 1 and error.expected and error.found
            outcome = "refused"
        except FeelEvaluationError:
            outcome = "bound"
        except FeelError as error:
            raise AssertionError(f"an error of no kind: {error}") from error
    return outcome


def _only_feel(value: Any) -> None:
    """Nothing but values of FEEL comes out, however deep."""
    assert type(value) in KINDS, type(value)
    parts = value if type(value) is list else list(value.values()) if type(value) is dict else []
    for part in [value.start, value.end] if type(value) is Range else parts:
        _only_feel(part)
    assert type(value) is not Function or value.parameters is None or all(type(one) is str for one in value.parameters)
