"""FEEL values as text (`string()`) and as JSON."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .bounds import Meter
from .fardates import FarDate, FarMoment
from .numbers import whole
from .values import Range, Value, YearsMonths


def to_text(value: Value, meter: Meter) -> str:
    """The text `string(value)` gives; strings inside lists and contexts are quoted."""
    result = value if type(value) is str else _text(value, meter)
    meter.text(len(result))
    return result


_PLAIN_KEY = re.compile(r"[^\W\d]\w*(?: \w+)*")


def _key(name: str) -> str:
    """A key as it may be written in a context: quoted unless it is words."""
    return name if _PLAIN_KEY.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text(value: Value, meter: Meter) -> str:
    if type(value) is str:
        return _quoted(value)
    if type(value) is list:
        meter.size(len(value))
        return _joined((_text(item, meter) for item in value), "[", "]", meter)
    if type(value) is dict:
        meter.size(len(value))
        return _joined((f"{_key(key)}: {_text(item, meter)}" for key, item in value.items()), "{", "}", meter)
    if type(value) is Range:
        return _range_text(value, meter)
    return scalar_text(value)


def _joined(parts: Any, opening: str, closing: str, meter: Meter) -> str:
    texts, length = [], 0
    for part in parts:
        length += len(part) + 2
        if length > meter.bounds.text:
            meter.text(length)
        texts.append(part)
    return opening + ", ".join(texts) + closing


def _range_text(value: Range, meter: Meter) -> str:
    start, end = ("" if end is None else _text(end, meter) for end in (value.start, value.end))
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{start}..{end}{closing}"


def scalar_text(value: Value) -> str:
    """The text of anything but a list, context or range."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return number_text(value)
    if type(value) is timedelta:
        return duration_text(value)
    if type(value) is YearsMonths:
        return months_text(value)
    if isinstance(value, date | time):
        return moment_text(value)
    if type(value) is FarDate:
        return str(value)
    if type(value) is FarMoment:
        return f"{value.day}T{moment_text(value.clock)}"
    return value if type(value) is str else "function"


def number_text(value: Decimal) -> str:
    """Plain digits, without trailing zeros behind the point."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def moment_text(value: date | time) -> str:
    """ISO 8601, with the zone's name where it has one."""
    if not isinstance(value, datetime | time):
        return value.isoformat()
    text = value.replace(tzinfo=None).isoformat()
    text = text.rstrip("0") if value.microsecond else text
    return text + _zone_text(value)


def _zone_text(value: datetime | time) -> str:
    zone = value.tzinfo
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = time(tzinfo=zone).isoformat()[8:]
    return "Z" if offset == "+00:00" else offset


def duration_text(value: timedelta) -> str:
    """ISO 8601 in days, hours, minutes and seconds."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    days = f"{value.days}D" if value.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def months_text(value: YearsMonths) -> str:
    """ISO 8601 in years and months."""
    years, months = divmod(abs(value.total), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if value.total < 0 else ''}P{parts or '0M'}"


def to_json(value: Value) -> Any:
    """A FEEL value as what `json.dumps` takes.

    A whole number becomes int, another one float if the float says exactly the same, else its digits as a string;
    dates, times, durations and ranges become the text of `string()`; a function becomes null.
    """
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is list:
        return [to_json(item) for item in value]
    if type(value) is dict:
        return {key: to_json(item) for key, item in value.items()}
    if type(value) is Decimal:
        return _json_number(value)
    text = to_text(value, Meter())
    return None if text == "function" else text


def _json_number(value: Decimal) -> int | float | str:
    integer = whole(value)
    if integer is not None:
        return integer
    approximate = float(value)
    return approximate if Decimal(repr(approximate)) == value else str(value)
