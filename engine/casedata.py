"""The data of a case: what JSON can hold, checked at the door, and how FEEL sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from engine.errors import InvalidData

MAX_DEPTH = 20
# Python itself reads no integer of more than 4,300 digits.
_LONGEST = 1_000
_TOO_LONG = 10**_LONGEST
_PLAIN = (str, bool, type(None))
_DECODER = json.JSONDecoder(parse_float=Decimal)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``data`` that a case can hold; raises InvalidData naming the field."""
    if not isinstance(data, Mapping):
        raise InvalidData(f"expected fields with their values, found {type(data).__name__}")
    return {
        _key(name, name): value if type(value) in _PLAIN else _value(str(name), value, 1)
        for name, value in data.items()
    }


def _key(path: Any, key: Any) -> str:
    if not isinstance(key, str) or not key:
        raise InvalidData(f"expected a field name, found {key!r}", field=path)
    if key == "typename" or key.startswith("__"):
        raise InvalidData(f"field name {key} is reserved", field=path)
    return key


def _value(path: str, value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidData(f"expected at most {MAX_DEPTH} levels, found more at {path}", field=path)
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise InvalidData(f"expected a finite number, found {value}", field=path)
    if isinstance(value, (int, Decimal)):
        if not -_TOO_LONG < value < _TOO_LONG:
            raise InvalidData(f"expected a number of at most {_LONGEST} digits, found a longer one", field=path)
        # PostgreSQL keeps no negative zero; the same number must be the same text wherever it is kept.
        return value or abs(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(f"{path}.{key}", key): _value(f"{path}.{key}", item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(f"{path}[{index}]", item, depth + 1) for index, item in enumerate(value)]
    raise InvalidData(f"expected JSON data, found {type(value).__name__} at {path}", field=path)


def temporal(value: Any) -> Any:
    """``value`` as FEEL sees it: ISO strings become dates and aware date-times."""
    if isinstance(value, str):
        return _temporal_text(value)
    if isinstance(value, Mapping):
        return {key: temporal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [temporal(item) for item in value]
    return value


def _temporal_text(text: str) -> Any:
    if not (10 <= len(text) <= 35) or text[4] != "-":
        return text
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return text


def dumps(value: Any) -> str:
    """Canonical JSON text: sorted keys, numbers as written, instants in ISO 8601."""
    return encoded(value).decode()


def encoded(value: Any) -> bytes:
    """Canonical JSON text in UTF-8."""
    try:
        return orjson.dumps(value, default=_default, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        # It writes no integer beyond 64 bits; if it was something else, it says so again.
        return orjson.dumps(_in_digits(value), default=_default, option=orjson.OPT_SORT_KEYS)


def _in_digits(value: Any) -> Any:
    """The same with every integer as its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return orjson.Fragment(str(value))
    if isinstance(value, Mapping):
        return {key: _in_digits(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_digits(item) for item in value]
    return value


def loads(text: str | bytes) -> Any:
    """The value of a JSON text, fractions as Decimal."""
    return _DECODER.decode(text.decode() if isinstance(text, bytes) else text)


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"expected JSON data, found {type(value).__name__}")
