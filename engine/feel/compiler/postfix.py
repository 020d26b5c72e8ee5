"""A value and what stands behind it: .member, [filter], (call), instance of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..env import Env, Run
from ..members import member
from ..nodes import Call, Chain, Filter, InstanceOf, Literal, Member, Name, Negation, Node, Postfix, Suffix
from ..numbers import whole
from ..types import instance_of
from ..values import Value
from .calls import call_value, compile_named_call
from .dispatch import compile_node, compiles, weighed
from .reading import compile_path, has_null, label_of
from .scope import Scope
from .typenames import resolve

Step = Callable[[Value, Env], Value]


@compiles(Postfix)
def compile_postfix(node: Postfix, scope: Scope) -> Run:
    """The longest path first, then one step per suffix."""
    run, used = _start(node, scope)
    if used == len(node.suffixes):
        return run
    steps = []
    for index in range(used, len(node.suffixes)):
        label = label_of(Postfix(node.base, node.suffixes[:index]), scope) if index else label_of(node.base, scope)
        steps.append(_step(node.suffixes[index], label, scope))
    return _chain(run, steps, _reported(node, scope), scope.quiet)


def _start(node: Postfix, scope: Scope) -> tuple[Run, int]:
    """What the suffixes start from, and how many of them it uses up."""
    first = node.suffixes[0]
    if not isinstance(node.base, Name):
        return compile_node(node.base, scope), 0
    if isinstance(first, Call):
        return compile_named_call(node.base.name, first, scope), 1
    path = [node.base.name]
    for suffix in node.suffixes:
        if not isinstance(suffix, Member):
            break
        path.append(suffix.name)
    return compile_path(tuple(path), scope), len(path) - 1


def _reported(node: Postfix, scope: Scope) -> str | None:
    """The label of the whole, with its literal indexes: approvals[1].by"""
    label = label_of(node.base, scope)
    for suffix in node.suffixes if label is not None else ():
        if isinstance(suffix, Member):
            label = f"{label}.{suffix.name}"
        elif isinstance(suffix, Filter):
            index = _literal_index(suffix.condition)
            label = label if index is None else f"{label}[{index}]"
        else:
            return None
    return label


def _literal_index(node: Node) -> int | None:
    if isinstance(node, Negation):
        index = _literal_index(node.value)
        return None if index is None else -index
    return whole(node.value) if isinstance(node, Literal) else None


def _chain(first: Run, steps: list[Step], label: str | None, quiet: bool) -> Run:
    def run(env: Env) -> Value:
        start = value = first(env)
        for step in steps:
            value = step(value, env)
        if env.trace is not None and not quiet and start is not None and has_null(value):
            env.trace.miss(label)
        return value

    return run


def _step(suffix: Suffix, label: str | None, scope: Scope) -> Step:
    if isinstance(suffix, Member):
        name = suffix.name
        return lambda value, env: member(value, name, env)
    if isinstance(suffix, Filter):
        return _filter(suffix, label, scope.hushed(False))
    if isinstance(suffix, InstanceOf):
        wanted = resolve(suffix.type, scope)
        if suffix.type.name in ("list", "range") and not suffix.type.arguments:
            return lambda value, env: None  # These types need a parameter (DMN 1.5, Table 61).
        return lambda value, env: instance_of(value, wanted, env)
    return call_value(suffix, scope.hushed(False))


def _filter(suffix: Filter, label: str | None, scope: Scope) -> Step:
    if isinstance(suffix.condition, Chain | Negation | Literal):
        index = compile_node(suffix.condition, scope)
        return lambda value, env: _by_index(value, index(env), env)
    inner, frame = scope.bind("item", label, filters=True)
    condition, weight = weighed(suffix.condition, inner)
    slot = frame.slot

    def step(value: Value, env: Env) -> Value:
        if value is None:
            return None
        items = value if type(value) is list else [value]
        kept = []
        for item in items:
            env.spend(weight)
            env.slots[slot] = item
            verdict = condition(env)
            if type(verdict) is Decimal:
                return at(items, verdict)
            if verdict is True:
                kept.append(item)
        return kept

    return step


def _by_index(value: Value, index: Value, env: Env) -> Value:
    if value is None or type(index) is not Decimal:
        return [] if index is False else value if index is True else None
    return at(value if type(value) is list else [value], index)


def at(items: list[Value], index: Decimal) -> Value:
    """The item at a position counted from 1, or from -1 backwards; null if there is none."""
    position = whole(index)
    if position is None or position == 0 or abs(position) > len(items):
        return None
    return items[position - 1 if position > 0 else position]
