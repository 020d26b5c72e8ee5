"""The built-in functions, by name. Importing the package registers them all."""

from __future__ import annotations

from typing import Any

from ..values import Function, Value
from . import aggregates, context, conversion, list, logic, matching, numeric, range, rangetext, string, temporal  # noqa: A004
from .registry import BUILTINS, builtin, invoke, invoke_named

__all__ = [
    "BUILTINS", "aggregates", "as_function", "builtin", "context", "conversion", "invoke", "invoke_named", "list", "logic", "matching",
    "numeric", "range", "rangetext", "string", "temporal",
]  # fmt: skip


def as_function(name: str) -> Function | None:
    """A built-in as a value, so that it can be passed on; None if there is none of that name."""
    if name not in BUILTINS:
        return None
    return _FUNCTIONS.setdefault(name, Function(None, _caller(name)))


_FUNCTIONS: dict[str, Function] = {}


def _caller(name: str) -> Any:
    overloads = BUILTINS[name]

    def call(env: Any, arguments: Any) -> Value:
        return invoke([one for one in overloads if one.takes(len(arguments))], arguments, env)

    return call
