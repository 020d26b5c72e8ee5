"""Literals, lists, contexts, ranges, conditions and function literals."""

from __future__ import annotations

from ..arithmetic import negative
from ..env import Env, Run
from ..errors import FeelBoundsError
from ..nodes import ContextOf, If, Lambda, ListOf, Literal, Negation, RangeOf
from ..values import Function, Range, Value, kind
from .dispatch import compile_node, compiles, weighed
from .reading import label_of
from .scope import Scope


@compiles(Literal)
def compile_literal(node: Literal, scope: Scope) -> Run:
    """The value itself."""
    value = node.value
    return lambda env: value


@compiles(ListOf)
def compile_list(node: ListOf, scope: Scope) -> Run:
    """[a, b]"""
    items = [compile_node(item, scope) for item in node.items]
    return lambda env: [item(env) for item in items]


@compiles(ContextOf)
def compile_context(node: ContextOf, scope: Scope) -> Run:
    """{key: value}; an entry sees the entries before it."""
    entries = []
    for key, value in node.entries:
        run, label = compile_node(value, scope), label_of(value, scope)
        scope, frame = scope.bind(key, label)
        entries.append((key, frame.slot, run))

    def run_entries(env: Env) -> Value:
        result = {}
        for key, slot, run in entries:
            result[key] = env.slots[slot] = run(env)
        return result if len(result) == len(entries) else None

    return run_entries


@compiles(RangeOf)
def compile_range(node: RangeOf, scope: Scope) -> Run:
    """[start..end]; null unless the ends are of one ordered kind."""
    start, end = compile_node(node.start, scope), compile_node(node.end, scope)
    flags = node.start_included, node.end_included

    def run(env: Env) -> Value:
        low, high = start(env), end(env)
        if low is not None and high is not None and kind(low) != kind(high):
            return None
        return Range(low, high, *flags) if low is not None or high is not None else None

    return run


@compiles(Negation)
def compile_negation(node: Negation, scope: Scope) -> Run:
    """-value"""
    value = compile_node(node.value, scope)
    return lambda env: negative(value(env))


@compiles(If)
def compile_if(node: If, scope: Scope) -> Run:
    """Only true chooses the first branch; the other branch is not read."""
    condition, yes, no = (compile_node(part, scope) for part in (node.condition, node.yes, node.no))
    return lambda env: yes(env) if condition(env) is True else no(env)


@compiles(Lambda)
def compile_lambda(node: Lambda, scope: Scope) -> Run:
    """function(a, b) body, with the values around it as they are when it is made."""
    slots = []
    for name in node.parameters:
        scope, frame = scope.bind(name)
        slots.append(frame.slot)
    body, weight = weighed(node.body, scope)

    def run(env: Env) -> Value:
        around = list(env.slots)
        env.spend(len(around))

        def call(caller: Env, arguments: list[Value]) -> Value:
            return _enter(caller, body, weight, list(around), slots, arguments)

        return Function(node.parameters, call)

    return run


def _enter(env: Env, body: Run, weight: int, around: list[Value], slots: list[int], arguments: list[Value]) -> Value:
    if len(arguments) != len(slots):
        return None
    env.spend(weight + len(around) + 1)
    if env.calls >= env.bounds.depth:
        raise FeelBoundsError("depth", env.bounds.depth)
    for slot, value in zip(slots, arguments, strict=True):
        around[slot] = value
    outer, env.slots = env.slots, around
    env.calls += 1
    try:
        return body(env)
    finally:
        env.calls -= 1
        env.slots = outer
