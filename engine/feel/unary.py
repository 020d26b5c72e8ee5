"""Unary tests: the cells of a decision table, `< 5, [7..9], not("x"), -`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .bounds import DEFAULT, Bounds, Meter
from .compiler import Scope, Unit
from .compiler.membership import AllTests, compile_tests
from .compiler.scope import Frame
from .env import Env, Run, Trace
from .errors import FeelSyntaxError
from .expression import NO_FUNCTIONS, Evaluation, Functions, known_names, lexer_names, run_bounded
from .nodes import Tests
from .parser import tree
from .values import Value, from_python


@dataclass(frozen=True, slots=True, eq=False)
class UnaryTests:
    """Parsed unary tests; immutable, usable from many threads at once."""

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    _run: Run = field(repr=False)
    _weight: int = field(repr=False)
    _slots: int = field(repr=False)
    _input: int = field(repr=False)

    def evaluate(
        self,
        input_value: object,
        context: Mapping[str, Any],
        bounds: Bounds = DEFAULT,
        functions: Functions = NO_FUNCTIONS,
    ) -> bool | None:
        """Whether the input meets the tests; null where they do not apply to it. Raises FeelBoundsError."""
        return self._test(input_value, Env(bounds, context, functions, self._slots))

    def explain(
        self,
        input_value: object,
        context: Mapping[str, Any],
        bounds: Bounds = DEFAULT,
        functions: Functions = NO_FUNCTIONS,
    ) -> Evaluation:
        """The same with what was read and was missing; a null input that was tested is the path `?`."""
        trace = Trace()
        value = self._test(input_value, Env(bounds, context, functions, self._slots, trace))
        return Evaluation(value, tuple(trace.missing), trace.reads)

    def met(self, value: Value, caller: Meter) -> bool:
        """Whether a FEEL value meets the tests, as a part of another evaluation, which pays for the steps."""
        env = Env(caller.bounds, {}, NO_FUNCTIONS, self._slots)
        env.left = caller.left
        try:
            env.spend(self._weight)
            env.slots[self._input] = value
            return self._run(env) is True
        finally:
            caller.left = env.left

    def _test(self, input_value: object, env: Env) -> bool | None:
        env.slots[self._input] = from_python(input_value, env)
        result = run_bounded(self._run, env, self._weight)
        return result if type(result) is bool else None


def parse_unary_tests(text: str, names: Iterable[str] = (), functions: Iterable[str] = ()) -> UnaryTests:
    """Parse unary tests; names and functions as for `parse`. Raises FeelSyntaxError."""
    return _parse(text, frozenset(names), frozenset(functions))


@lru_cache(maxsize=4096)
def _parse(text: str, names: frozenset[str], functions: frozenset[str]) -> UnaryTests:
    unit = Unit(known_names(names))
    try:
        found: Tests = tree(text, lexer_names(names, functions), "unary_tests")
        run, frame = _compile(found, unit)
    except RecursionError:
        raise FeelSyntaxError(text, 1, 1, "less nesting", "more than the stack holds") from None
    return UnaryTests(
        text, frozenset(unit.names), frozenset(unit.calls), run, unit.weight + 1, unit.slots, frame.slot
    )  # fmt: skip


def _compile(found: Tests, unit: Unit) -> tuple[Run, Frame]:
    scope, frame = Scope(unit).bind("?", "?")
    return _runner(compile_tests(found, scope, frame), frame.slot), frame


def _runner(tests: AllTests, slot: int) -> Run:
    def run(env: Env) -> bool | None:
        value = env.slots[slot]
        if tests.reads_input and value is None and env.trace is not None:
            env.trace.miss("?")
        return tests.run(value, env)

    return run
