"""for, some, every: each round pays for its body."""

from __future__ import annotations

from collections.abc import Iterator as Rounds
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .. import nodes
from ..env import Env, Run
from ..errors import FeelBoundsError
from ..numbers import whole
from ..values import Range, Value
from .dispatch import compile_node, compiles, weighed
from .reading import label_of
from .scope import Scope

_Source = tuple[Run, "Run | None", int]


@dataclass(frozen=True, slots=True)
class Loop:
    """The sources of one loop, outermost first, and the scope of its body."""

    sources: list[_Source]
    scope: Scope

    def rounds(self, env: Env, weight: int, level: int = 0) -> Rounds[bool]:
        """Set the loop variables for each round; yields True, or False where a source is null."""
        source, end, slot = self.sources[level]
        items = elements(source(env), end(env), env) if end else items_of(source(env), env)
        if items is None:
            yield False
            return
        for item in items:
            env.spend(weight)
            env.slots[slot] = item
            if level + 1 < len(self.sources):
                yield from self.rounds(env, weight, level + 1)
            else:
                yield True


def _loop(iterators: tuple[nodes.Iterator, ...], scope: Scope) -> Loop:
    sources: list[_Source] = []
    for iterator in iterators:
        source = compile_node(iterator.source, scope)
        end = compile_node(iterator.end, scope) if iterator.end else None
        label = label_of(iterator.source, scope) or iterator.name
        scope, frame = scope.bind(iterator.name, label)
        sources.append((source, end, frame.slot))
    return Loop(sources, scope)


def items_of(value: Value, env: Env) -> list[Value] | None:
    """What a loop runs over: the items of a list, the elements of a range, or the one value; null for null."""
    if type(value) is list:
        env.size(len(value))
        return value
    if type(value) is Range:
        return elements(value.start, value.end, env, value)
    return None if value is None else [value]


def elements(start: Value, end: Value, env: Env, ends: Range | None = None) -> list[Value] | None:
    """start, start + 1 ... end, or downwards; of whole numbers or dates."""
    result = _numbers(start, end, env) if type(start) is Decimal else _days(start, end, env)
    if result is not None and ends is not None:
        result = result[0 if ends.start_included else 1 : len(result) if ends.end_included else -1]
    return result


def _count(first: int, last: int, env: Env) -> range:
    count = abs(last - first) + 1
    if count > env.bounds.size:
        raise FeelBoundsError("size", env.bounds.size)
    env.size(count)
    step = 1 if last >= first else -1
    return range(first, last + step, step)


def _numbers(start: Value, end: Value, env: Env) -> list[Value] | None:
    first, last = whole(start), whole(end)
    if first is None or last is None:
        return None
    return [Decimal(number) for number in _count(first, last, env)]


def _days(start: Value, end: Value, env: Env) -> list[Value] | None:
    if type(start) is not date or type(end) is not date:
        return None
    return [start + timedelta(days=day) for day in _count(0, (end - start).days, env)]


@compiles(nodes.For)
def compile_for(node: nodes.For, scope: Scope) -> Run:
    """A list of the body's values; `partial` is the list so far."""
    loop = _loop(node.iterators, scope)
    inner, partial = loop.scope.bind("partial")
    body, weight = weighed(node.body, inner)

    def run(env: Env) -> Value:
        result: list[Value] = []
        for known in loop.rounds(env, weight):
            if not known:
                return None
            if partial.used:
                env.size(len(result))
                env.slots[partial.slot] = list(result)
            result.append(body(env))
            if len(result) > env.bounds.size:
                raise FeelBoundsError("size", env.bounds.size)
        return result

    return run


@compiles(nodes.Quantified)
def compile_quantified(node: nodes.Quantified, scope: Scope) -> Run:
    """some, every: three-valued, and what is decided reads no further."""
    loop = _loop(node.iterators, scope)
    body, weight = weighed(node.body, loop.scope)
    decided, open_ = node.decided_by, not node.decided_by

    def run(env: Env) -> Value:
        result: bool | None = open_
        for known in loop.rounds(env, weight):
            value = body(env) if known else None
            if value is decided:
                return decided
            if value is not open_:
                result = None
        return result

    return run
