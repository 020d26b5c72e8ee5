"""Names and paths: from a slot, from the item of a filter, or from the context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..builtins import as_function
from ..env import Env, Run, Trace
from ..members import member
from ..nodes import Filter, Input, Member, Name, Node, Postfix
from ..values import PLAIN, Value
from .dispatch import compiles
from .scope import Frame, Scope

Segments = tuple[str, ...]


@compiles(Name)
def compile_name(node: Name, scope: Scope) -> Run:
    """A name on its own."""
    return compile_path((node.name,), scope)


@compiles(Input)
def compile_input(node: Input, scope: Scope) -> Run:
    """`?`"""
    return compile_path(("?",), scope)


def compile_path(segments: Segments, scope: Scope) -> Run:
    """`a.b.c`; the first segment decides where it is read from."""
    items, frame = scope.resolve(segments[0])
    if frame is not None:
        run = _from_slot(frame, segments[1:], scope.quiet)
    else:
        run = _from_context(segments, items, scope)
    for item in reversed(items):
        run = _from_item(item, segments, scope.quiet, run)
    return run


def _walk(value: Value, segments: Segments, env: Env) -> Value:
    for name in segments:
        value = member(value, name, env)
    return value


def has_null(value: Value) -> bool:
    """Whether a value that was read is null, or a list gathered from items of which one is."""
    return value is None or (type(value) is list and any(item is None for item in value))


def extended(label: str | None, segments: Segments) -> str | None:
    """The label of a path that starts where `label` is."""
    return None if label is None else ".".join((label, *segments))


def _from_slot(frame: Frame, rest: Segments, quiet: bool) -> Run:
    slot, label = frame.slot, extended(frame.label, rest)

    def run(env: Env) -> Value:
        value = env.slots[slot]
        if rest:
            value = _walk(value, rest, env)
        if value is None and env.trace is not None and not quiet:
            env.trace.miss(label)
        return value

    return run


def _from_item(frame: Frame, segments: Segments, quiet: bool, otherwise: Run) -> Run:
    slot, first, rest = frame.slot, segments[0], segments[1:]
    label = extended(frame.label, segments)

    def run(env: Env) -> Value:
        item = env.slots[slot]
        if type(item) is not dict or first not in item:
            return otherwise(env)
        value = _walk(item[first], rest, env) if rest else item[first]
        if env.trace is not None and not quiet and has_null(value):
            env.trace.miss(label)
        return value

    return run


def _from_context(segments: Segments, items: list[Frame], scope: Scope) -> Run:
    path, first = ".".join(segments), segments[0]
    function = as_function(first) if first not in scope.unit.known else None
    known = first in scope.unit.known
    if known or not (items or function):
        scope.unit.names[path] = None
    inner = extended(items[0].label, segments) if items and not known else None
    return _root(segments, path, inner or path, scope.quiet, function)


def _root(segments: Segments, path: str, absent: str, quiet: bool, function: Value) -> Run:
    first, rest = segments[0], segments[1:]

    def run(env: Env) -> Value:
        value = env.lookup(first, function)
        if rest:
            value = _walk_raw(value, first, rest, env)
        elif type(value) is str:
            if len(value) > env.bounds.text:
                env.text(len(value))
        elif type(value) not in PLAIN:
            value = env.convert(path, value)
        if env.trace is not None and (function is None or value is not function):
            note(env.trace, value, env.lookup(first) is None)
        return value

    def note(trace: Trace, value: Value, gone: bool) -> None:
        if not gone or absent == path:
            trace.reads[path] = value
        if not quiet and (value is None or (rest and has_null(value))):
            trace.miss(absent if gone else path)

    return run


def _walk_raw(value: Any, path: str, rest: Segments, env: Env) -> Value:
    """Go down the context as it was given and convert only what the path ends at."""
    for index, name in enumerate(rest):
        if not isinstance(value, Mapping):
            return _walk(env.convert(path, value), rest[index:], env)
        path = f"{path}.{name}"
        value = value.get(name)
    return value if type(value) in PLAIN else env.convert(path, value)


def label_of(node: Node, scope: Scope) -> str | None:
    """What a null at this node is reported as; None for what is not read from the context."""
    if isinstance(node, Name | Input):
        return _label_of_name(node.name if isinstance(node, Name) else "?", scope)
    if isinstance(node, Postfix) and all(isinstance(suffix, Member | Filter) for suffix in node.suffixes):
        names = tuple(suffix.name for suffix in node.suffixes if isinstance(suffix, Member))
        return extended(label_of(node.base, scope), names)
    return None


def _label_of_name(name: str, scope: Scope) -> str | None:
    for frame in scope.frames():
        if frame.name == name:
            return frame.label
        if frame.filters and name not in scope.unit.known:
            return extended(frame.label, (name,))
    return None if name not in scope.unit.known and as_function(name) else name
