"""`instance of`: the type names of FEEL."""

from __future__ import annotations

from .bounds import Meter
from .nodes import Type
from .values import KINDS, Range, Value, kind

_OTHER_NAMES = {
    "day and time duration": "days and time duration",
    "year and month duration": "years and months duration",
    "dateTime": "date and time",
}

TYPE_NAMES = (frozenset(KINDS.values()) - {"null"}) | frozenset(_OTHER_NAMES) | {"Any", "Null"}
TYPES_IN_WORDS = "a type (" + ", ".join(sorted(TYPE_NAMES - frozenset(_OTHER_NAMES))) + ")"


def instance_of(value: Value, wanted: Type, meter: Meter) -> bool:
    """Whether a value has a type. Null has only the type Null; a list or range type may name its element's."""
    name = _OTHER_NAMES.get(wanted.name, wanted.name)
    if value is None or name in ("Null", "Any"):
        return value is None if name == "Null" else value is not None
    if kind(value) != name:
        return False
    if not wanted.arguments or name not in ("list", "range"):
        return True
    parts = [value.start, value.end] if type(value) is Range else value
    meter.size(len(parts))
    return all(instance_of(part, wanted.arguments[0], meter) for part in parts)
