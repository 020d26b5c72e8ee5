"""Literals, lists, contexts, ranges and conditions."""

from __future__ import annotations

from ..arithmetic import negative
from ..compare import ORDERED, more
from ..env import Env, Run
from ..nodes import Coerced, ContextOf, If, ListOf, Literal, Negation, RangeOf, SignedRange
from ..types import coerced
from ..values import Range, Value, kind
from .dispatch import compile_node, compiles
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
    """[start..end]; null unless the ends are of one ordered kind, and ascend."""
    start, end = compile_node(node.start, scope), compile_node(node.end, scope)
    flags = node.start_included, node.end_included

    def run(env: Env) -> Value:
        low, high = start(env), end(env)
        ends = [end for end in (low, high) if end is not None]
        fit = all(type(end) in ORDERED for end in ends) and len({kind(end) for end in ends}) == 1
        if len(ends) == 2 and more(low, high) is not False:
            return None
        return Range(low, high, *flags) if fit else None

    return run


@compiles(SignedRange)
def compile_signed_range(node: SignedRange, scope: Scope) -> Run:
    """(< end), (>= start), (= point); null of null."""
    value, sign = compile_node(node.value, scope), node.sign

    def run(env: Env) -> Value:
        end = value(env)
        if type(end) not in ORDERED or sign == "!=":
            return None
        if sign[0] == "<":
            return Range(None, end, False, sign == "<=")
        return Range(end, None, sign == ">=", False) if sign[0] == ">" else Range(end, end)

    return run


@compiles(Coerced)
def compile_coerced(node: Coerced, scope: Scope) -> Run:
    """A value as a type expects it."""
    value, wanted = compile_node(node.value, scope), node.type
    return lambda env: coerced(value(env), wanted, env)


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
