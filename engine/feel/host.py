"""Host functions: Python callables that the caller of `evaluate` supplies under FEEL names.

They get FEEL values and give back anything `from_python` takes. A null argument gives null without a call;
an argument count that does not fit gives null; what they raise becomes FeelFunctionError.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .bounds import Meter
from .errors import FeelError, FeelFunctionError
from .values import Value, from_python


def call_host(
    name: str, function: Callable[..., Any], values: list[Value], names: tuple[str, ...] | None, meter: Meter
) -> Value:
    """Call a host function by position, or by its Python parameter names with `_` for spaces."""
    meter.spend(1)
    if any(value is None for value in values):
        return None
    given = {key.replace(" ", "_"): value for key, value in zip(names or (), values, strict=bool(names))}
    positional = [] if names else values
    if not _fits(function, positional, given):
        return None
    try:
        return from_python(function(*positional, **given), meter)
    except FeelError:
        raise
    except Exception as error:
        raise FeelFunctionError(name, f"{type(error).__name__}: {error}") from error


def _fits(function: Callable[..., Any], positional: list[Value], given: dict[str, Value]) -> bool:
    signature = _signature(function)
    if signature is None:
        return True
    try:
        signature.bind(*positional, **given)
    except TypeError:
        return False
    return True


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """What a callable takes; None if it does not tell."""
    try:
        return _read_signature(function)
    except (TypeError, ValueError):
        return None


_read_signature = lru_cache(maxsize=256)(inspect.signature)
