"""Arithmetic, comparison, and, or."""

from __future__ import annotations

from ..arithmetic import OPERATIONS
from ..compare import ORDER, at_least, at_most, both, different, equal
from ..env import Env, Run
from ..nodes import Between, Chain, Compared, Comparison, Junction, MemberOf, Node, is_null
from ..values import Value
from .dispatch import compile_node, compiles
from .membership import compile_membership
from .scope import Scope


@compiles(Chain)
def compile_chain(node: Chain, scope: Scope) -> Run:
    """a + b - c: from left to right."""
    first = compile_node(node.first, scope)
    rest = [(OPERATIONS[sign], compile_node(value, scope)) for sign, value in node.rest]
    if len(rest) == 1:
        operation, second = rest[0]
        return lambda env: operation(first(env), second(env), env)

    def run(env: Env) -> Value:
        value = first(env)
        for operation, operand in rest:
            value = operation(value, operand(env), env)
        return value

    return run


@compiles(Junction)
def compile_junction(node: Junction, scope: Scope) -> Run:
    """and, or: what is decided reads no further."""
    parts = [compile_node(part, scope) for part in node.parts]
    decided, open_ = node.decided_by, not node.decided_by

    def run(env: Env) -> Value:
        result: bool | None = open_
        for part in parts:
            value = part(env)
            if value is decided:
                return decided
            if value is not open_:
                result = None
        return result

    return run


@compiles(Comparison)
def compile_comparison(node: Comparison, scope: Scope) -> Run:
    """value relation value; more relations go from left to right."""
    relation = node.relations[0]
    run = _relate(
        compile_node(node.first, scope.hushed(scope.quiet or _asks_null(relation))), node.first, relation, scope
    )
    if len(node.relations) == 1:
        return run
    slot = scope.unit.slot()
    later = [_relate(lambda env: env.slots[slot], None, relation, scope) for relation in node.relations[1:]]

    def run_all(env: Env) -> Value:
        value = run(env)
        for step in later:
            env.slots[slot] = value
            value = step(env)
        return value

    return run_all


def _asks_null(relation: object) -> bool:
    if isinstance(relation, Compared):
        return relation.sign in ("=", "!=") and is_null(relation.value)
    return isinstance(relation, MemberOf) and any(
        is_null(test) or (isinstance(test, Compared) and _asks_null(test)) for test in relation.tests
    )


def _relate(first: Run, node: Node | None, relation: object, scope: Scope) -> Run:
    if isinstance(relation, Compared):
        quiet = relation.sign in ("=", "!=") and is_null(node)
        return _compare(first, relation.sign, compile_node(relation.value, scope.hushed(scope.quiet or quiet)))
    if isinstance(relation, Between):
        return _between(first, compile_node(relation.low, scope), compile_node(relation.high, scope))
    assert isinstance(relation, MemberOf)
    return compile_membership(first, relation, scope)


def _compare(first: Run, sign: str, second: Run) -> Run:
    if sign == "=":
        return lambda env: equal(first(env), second(env), env)
    if sign == "!=":
        return lambda env: different(first(env), second(env), env)
    order = ORDER[sign]
    return lambda env: order(first(env), second(env))


def _between(first: Run, low: Run, high: Run) -> Run:
    def run(env: Env) -> Value:
        value = first(env)
        return both(at_least(value, low(env)), at_most(value, high(env)))

    return run
