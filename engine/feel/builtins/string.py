"""String functions."""

from __future__ import annotations

from decimal import Decimal

from ..bounds import Meter
from ..values import Value
from .registry import as_int, builtin


@builtin("string length(string: string)")
def string_length(meter: Meter, text: str) -> Value:
    """How many characters a string has."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(meter: Meter, text: str) -> Value:
    """In capitals."""
    return _paid(text.upper(), meter)


@builtin("lower case(string: string)")
def lower_case(meter: Meter, text: str) -> Value:
    """In small letters."""
    return _paid(text.lower(), meter)


@builtin("trim(string: string)")
def trim(meter: Meter, text: str) -> Value:
    """Without the spaces around it."""
    return _paid(text.strip(), meter)


def _paid(text: str, meter: Meter) -> str:
    meter.text(len(text))
    return text


@builtin("contains(string: string, match: string)")
def contains(meter: Meter, text: str, match: str) -> Value:
    """Whether a string has another in it."""
    meter.text(len(text))
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(meter: Meter, text: str, match: str) -> Value:
    """Whether a string starts with another."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(meter: Meter, text: str, match: str) -> Value:
    """Whether a string ends with another."""
    return text.endswith(match)


@builtin("substring(string: string, start position: number, length: number?)")
def substring(meter: Meter, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """From a position, counted from 1 or from -1 backwards; null outside the string."""
    first = as_int(start)
    count = len(text) if length is None else as_int(length)
    if not first or abs(first) > len(text) or count is None or count < 1:
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return _paid(text[begin : begin + count], meter)


@builtin("substring before(string: string, match: string)")
def substring_before(meter: Meter, text: str, match: str) -> Value:
    """What stands before the first match; empty if there is none."""
    found = text.find(match)
    return _paid(text[:found] if found >= 0 else "", meter)


@builtin("substring after(string: string, match: string)")
def substring_after(meter: Meter, text: str, match: str) -> Value:
    """What stands behind the first match; empty if there is none."""
    found = text.find(match)
    return _paid(text[found + len(match) :] if found >= 0 else "", meter)


@builtin("string join(list: list, delimiter: string?)")
def string_join(meter: Meter, items: list[Value], delimiter: str | None = None) -> Value:
    """The strings of a list in one, with a delimiter between; nulls are left out."""
    meter.size(len(items))
    parts = [item for item in items if item is not None]
    if not all(type(part) is str for part in parts):
        return None
    gaps = len(delimiter or "") * max(len(parts) - 1, 0)
    meter.text(sum(len(part) for part in parts) + gaps)
    return (delimiter or "").join(parts)
