"""Parsed expressions: evaluate, explain, and what they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .bounds import DEFAULT, Bounds
from .builtins import BUILTINS
from .compiler import Scope, Unit, compile_node
from .env import Env, Run, Trace
from .errors import FeelBoundsError, FeelSyntaxError
from .lexer import normal
from .nodes import Node
from .parser import tree
from .types import Types
from .values import Value, check_result

Functions = Mapping[str, Callable[..., Any]]
NO_FUNCTIONS: Functions = {}
NO_TYPES: Types = {}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value with its evidence.

    `missing`: the paths that were read and were absent or null, outside explicit null tests; `name()` for a function
    that nobody supplied. `reads`: path -> FEEL value, in the order of reading.
    """

    value: Value
    missing: tuple[str, ...]
    reads: dict[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One parsed FEEL expression; immutable, usable from many threads at once."""

    text: str
    names: frozenset[str]
    """The paths it reads from the context, without those that can only be entries of filtered items."""
    calls: frozenset[str]
    """The functions it calls that are neither built in nor its own."""
    _run: Run = field(repr=False)
    _weight: int = field(repr=False)
    _slots: int = field(repr=False)

    def evaluate(
        self, context: Mapping[str, Any], bounds: Bounds = DEFAULT, functions: Functions = NO_FUNCTIONS
    ) -> Value:
        """The FEEL value (see `values`); type errors give null.

        Raises FeelBoundsError, or FeelFunctionError where a host function failed.
        """
        return run_bounded(self._run, Env(bounds, context, functions, self._slots), self._weight)

    def explain(
        self, context: Mapping[str, Any], bounds: Bounds = DEFAULT, functions: Functions = NO_FUNCTIONS
    ) -> Evaluation:
        """The same value with what was read and what was missing."""
        trace = Trace()
        value = run_bounded(self._run, Env(bounds, context, functions, self._slots, trace), self._weight)
        return Evaluation(value, tuple(trace.missing), trace.reads)

    def within(self, caller: Env, context: Mapping[str, Any]) -> Value:
        """The value as a part of another evaluation, which pays for its steps and levels of calls."""
        if caller.calls >= caller.bounds.depth:
            raise FeelBoundsError("depth", caller.bounds.depth)
        env = Env(caller.bounds, context, caller.functions, self._slots, caller.trace)
        env.left, env.calls = caller.left, caller.calls + 1
        try:
            env.spend(self._weight)
            return self._run(env)
        finally:
            caller.left = env.left


def run_bounded(run: Run, env: Env, weight: int) -> Value:
    """Run a closure; its result is checked, and running out of stack is a bound too."""
    try:
        env.spend(weight)
        return check_result(run(env), env)
    except RecursionError:
        raise FeelBoundsError("depth", env.bounds.depth) from None


def parse(text: str, names: Iterable[str] = (), functions: Iterable[str] = (), types: Types = NO_TYPES) -> Expression:
    """Parse an expression. `names` and `functions` are the names the lexer shall know, in any order.

    `types` are the caller's own, for `instance of` and parameters. Only names of more than one word need to be known; a path (`a.full name`) makes its parts known.
    Raises FeelSyntaxError.
    """
    if types:
        return _parse(text, frozenset(names), frozenset(functions), types)
    return _parse_once(text, frozenset(names), frozenset(functions))


@lru_cache(maxsize=4096)
def _parse_once(text: str, names: frozenset[str], functions: frozenset[str]) -> Expression:
    return _parse(text, names, functions, NO_TYPES)


def _parse(text: str, names: frozenset[str], functions: frozenset[str], types: Types) -> Expression:
    node = tree(text, lexer_names(names, functions.union(types)), "expression")
    return compiled(node, names, types, text)


def compiled(node: Node, names: Iterable[str], types: Types = NO_TYPES, text: str = "") -> Expression:
    """A tree as an expression: of `parse`, or put together from several texts. Raises FeelSyntaxError."""
    unit = Unit(known_names(names), types)
    try:
        run = compile_node(node, Scope(unit))
    except RecursionError:
        raise FeelSyntaxError(text, 1, 1, "less nesting", "more than the stack holds") from None
    except FeelSyntaxError as error:
        raise FeelSyntaxError(text, error.line, error.column, error.expected, error.found) from None
    return Expression(text, frozenset(unit.names), frozenset(unit.calls), run, unit.weight, unit.slots)


def known_names(names: Iterable[str]) -> frozenset[str]:
    """The names that may stand first in a path."""
    return frozenset(normal(name) for given in names for name in (given, given.split(".")[0]))


@lru_cache(maxsize=512)
def lexer_names(names: frozenset[str], functions: frozenset[str]) -> frozenset[str]:
    """All names for the lexer: given ones, parts of given paths, host functions, built-ins and types."""
    parts = {normal(part) for name in names for part in name.split(".")}
    whole = {normal(name) for name in names if not any(" " in part or not part for part in name.split("."))}
    plain = {name for name in whole if "." not in name}
    return frozenset(parts | plain | {normal(name) for name in functions} | MULTI_WORD)


MULTI_WORD = frozenset(name for name in BUILTINS if " " in name) | {
    "days and time duration", "day and time duration", "year and month duration",
}  # fmt: skip
