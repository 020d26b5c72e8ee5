"""Function calls: built-ins first, then names of the expression's own, then host functions."""

from __future__ import annotations

from collections.abc import Callable

from ..builtins import BUILTINS, invoke, invoke_named
from ..env import Env, Run
from ..host import call_host
from ..nodes import Call
from ..values import Function, Value
from .dispatch import compile_node
from .reading import compile_path
from .scope import Scope

#: Built-ins that ask whether something is there: reading null for them is no missing value.
ASKS_NULL = frozenset({"is defined"})


def compile_named_call(name: str, call: Call, scope: Scope) -> Run:
    """name(arguments)"""
    items, frame = scope.resolve(name)
    if frame is not None:
        function = compile_path((name,), scope)
        step = call_value(call, scope)
        return lambda env: step(function(env), env)
    scope = scope.hushed(name in ASKS_NULL)
    if name in BUILTINS:
        return _builtin(name, call, scope)
    scope.unit.calls[name] = None
    return _host(name, call, scope)


def _arguments(call: Call, scope: Scope) -> list[Run]:
    return [compile_node(argument, scope) for argument in call.arguments]


def _builtin(name: str, call: Call, scope: Scope) -> Run:
    overloads, arguments, names = BUILTINS[name], _arguments(call, scope), call.names
    if names is not None:
        return lambda env: invoke_named(overloads, dict(zip(names, [run(env) for run in arguments], strict=True)), env)
    fitting = [overload for overload in overloads if overload.takes(len(arguments))]
    return lambda env: invoke(fitting, [run(env) for run in arguments], env)


def _host(name: str, call: Call, scope: Scope) -> Run:
    arguments = _arguments(call, scope)

    def run(env: Env) -> Value:
        values = [argument(env) for argument in arguments]
        function = env.functions.get(name)
        if function is not None:
            return call_host(name, function, values, call.names, env)
        own = env.lookup(name)
        if type(own) is Function:
            return call_function(own, values, call.names, env)
        if env.trace is not None:
            env.trace.miss(f"{name}()")
        return None

    return run


def call_value(call: Call, scope: Scope) -> Callable[[Value, Env], Value]:
    """Calling what an expression gave; null unless it is a function."""
    arguments = _arguments(call, scope)

    def step(value: Value, env: Env) -> Value:
        values = [run(env) for run in arguments]
        return call_function(value, values, call.names, env) if type(value) is Function else None

    return step


def call_function(function: Function, values: list[Value], names: tuple[str, ...] | None, env: Env) -> Value:
    """Call a function value by position, or by name, what is not given being null; null if the arguments do not fit."""
    if names is not None:
        given = dict(zip(names, values, strict=True))
        if function.parameters is None or not set(given) <= set(function.parameters) or len(given) != len(names):
            return None
        values = [given.get(name) for name in function.parameters]
    return function.call(env, values)
