"""Context functions."""

from __future__ import annotations

from ..bounds import Meter
from ..values import Value
from .registry import builtin


@builtin("get value(m: context, key: string)")
def get_value(meter: Meter, m: dict[str, Value], key: str) -> Value:
    """The value of an entry, null if there is none."""
    return m.get(key)


@builtin("get value(m: context, keys: list)")
def get_nested_value(meter: Meter, m: Value, keys: list[Value]) -> Value:
    """The value at the end of a path of keys; null of no keys."""
    meter.size(len(keys))
    if not keys:
        return None
    for key in keys:
        m = m.get(key) if type(m) is dict and type(key) is str else None
    return m


@builtin("get entries(m: context)")
def get_entries(meter: Meter, m: dict[str, Value]) -> Value:
    """The entries as a list of contexts with key and value."""
    meter.size(2 * len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context put(context: context, key: string, value: any)")
def context_put(meter: Meter, m: dict[str, Value], key: str, value: Value) -> Value:
    """The context with one entry more, or another value for it."""
    meter.size(len(m) + 1)
    return {**m, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_nested(meter: Meter, m: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """The context with a value put at the end of a path of keys; null unless the path leads through contexts."""
    if not keys or len(keys) > meter.bounds.depth or any(type(key) is not str for key in keys):
        return None
    meter.size(len(m) + 1)
    if len(keys) == 1:
        return {**m, keys[0]: value}
    inner = m.get(keys[0])
    below = context_put_nested(meter, inner, keys[1:], value) if type(inner) is dict else None
    return None if below is None else {**m, keys[0]: below}


@builtin("context merge(contexts: list)")
def context_merge(meter: Meter, contexts: list[Value]) -> Value:
    """One context of all entries; of a key given twice the last."""
    if any(type(one) is not dict for one in contexts):
        return None
    meter.size(sum(len(one) for one in contexts))
    return {key: value for one in contexts for key, value in one.items()}


@builtin("context(entries: list)")
def context(meter: Meter, entries: list[Value]) -> Value:
    """A context of a list of contexts with key and value; null if a key is given twice."""
    meter.size(len(entries))
    if any(type(one) is not dict or type(one.get("key")) is not str or "value" not in one for one in entries):
        return None
    result = {one["key"]: one["value"] for one in entries}
    return result if len(result) == len(entries) else None
