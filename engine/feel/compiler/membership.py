"""`in` and unary tests: one test is a sign with a value, a value, or an expression with `?`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..compare import ORDER, different, either, equal, matches_test, negate
from ..env import Env, Run
from ..nodes import Compared, Literal, MemberOf, Node, Tests
from ..values import Value
from .dispatch import compile_node
from .scope import Frame, Scope

Test = Callable[[Value, Env], "bool | None"]


def compile_membership(first: Run, relation: MemberOf, scope: Scope) -> Run:
    """value in test, value in (test, test)"""
    inner, frame = scope.bind("?")
    tests = [compile_test(test, inner, frame, decides=False)[0] for test in relation.tests]
    slot = frame.slot

    def run(env: Env) -> Value:
        value = env.slots[slot] = first(env)
        return any_of(value, tests, env)

    return run


@dataclass(frozen=True, slots=True)
class AllTests:
    """Unary tests, compiled; `reads_input`: a null input is a missing value to them."""

    tests: list[Test] | None
    negated: bool
    reads_input: bool

    def run(self, value: Value, env: Env) -> bool | None:
        """Whether a value meets them; `?` must be in its slot already."""
        if self.tests is None:
            return True
        result = any_of(value, self.tests, env)
        return negate(result) if self.negated else result


def compile_tests(found: Tests, scope: Scope, frame: Frame) -> AllTests:
    """Unary tests of what is in the frame of `?`."""
    if not found.tests:
        return AllTests(None, False, False)
    compiled = [compile_test(test, scope, frame, decides=True) for test in found.tests]
    reads = any(direct for _, direct in compiled) and not found.asks_null
    return AllTests([test for test, _ in compiled], found.negated, reads)


def any_of(value: Value, tests: list[Test], env: Env) -> bool | None:
    """True if the value meets one test, else null if one is open, else false."""
    result: bool | None = False
    for test in tests:
        result = either(result, test(value, env))
        if result is True:
            return True
    return result


def compile_test(test: Node | Compared, scope: Scope, frame: Frame, decides: bool) -> tuple[Test, bool]:
    """One test, and whether it reads the input by itself (it has no `?`).

    With `decides`, as in a unary test, an expression that works out as true is met by any input that is no boolean.
    """
    if isinstance(test, Compared):
        return _signed(test.sign, compile_node(test.value, scope)), True
    frame.used = False
    run = compile_node(test, scope)
    if frame.used:
        return _asked(run), False
    return _valued(run, decides and not isinstance(test, Literal)), True


def _signed(sign: str, second: Run) -> Test:
    if sign == "=":
        return lambda value, env: equal(value, second(env), env)
    if sign == "!=":
        return lambda value, env: different(value, second(env), env)
    order = ORDER[sign]
    return lambda value, env: order(value, second(env))


def _asked(run: Run) -> Test:
    def test(value: Value, env: Env) -> bool | None:
        result = run(env)
        return result if type(result) is bool else None

    return test


def _valued(run: Run, decides: bool) -> Test:
    def test(value: Value, env: Env) -> bool | None:
        wanted = run(env)
        if decides and type(wanted) is bool and type(value) is not bool:
            return wanted
        return matches_test(value, wanted, env)

    return test
