"""One value of a data set: from the text of a sheet, or from JSON, to its declared type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST_TEXT, LONGEST_CODE = 2_000, 100
MOST_MONEY = Decimal(10) ** 14  # kept in ten-thousandths in 64 bits
MONEY = "money"
_HASH, _MONTH = re.compile(r"[0-9a-f]{64}"), re.compile(r"(\d{4})-?(0[1-9]|1[0-2])")
_WHOLE = re.compile(r"-?\d{1,15}")


class Unfit(ValueError):
    """A value that is not of its type; its text says what was expected."""


def _text(value: str) -> str:
    if len(value) > LONGEST_TEXT or "\x00" in value:
        raise Unfit(f"a text of at most {LONGEST_TEXT} characters")
    return value


def _code(value: str) -> str:
    if len(value) > LONGEST_CODE or not value.isprintable() or value != value.strip():
        raise Unfit(f"a code of at most {LONGEST_CODE} characters")
    return value


def _hash(value: str) -> str:
    if not _HASH.fullmatch(value.lower()):
        raise Unfit("a SHA-256 of 64 hexadecimal digits")
    return value.lower()


def _whole(value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise Unfit("a whole number")
    return int(value)


def _money(value: str) -> Decimal:
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise Unfit("an amount such as 1234.50") from None
    if not found.is_finite() or abs(found) >= MOST_MONEY or found != round(found, 4):
        raise Unfit("an amount below 100,000,000,000,000 with at most four decimals")
    return found


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Unfit("a date such as 2026-03-31") from None


def _instant(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unfit("an instant with its offset, such as 2026-03-31T09:00:00+08:00")
    return found.isoformat()


def _month(value: str) -> str:
    found = _MONTH.fullmatch(value)
    if found is None or found[1] == "0000":
        raise Unfit("a month such as 2026-03")
    return f"{found[1]}-{found[2]}"


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": _text,
    "code": _code,
    "hash": _hash,
    "whole": _whole,
    MONEY: _money,
    "date": _date,
    "instant": _instant,
    "month": _month,
}
TYPES = tuple(_READ)


def cell(type_: str, value: Any) -> Any:
    """The value, or None for an empty one; raises Unfit. What JSON gives as a number is read by its digits."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Unfit("one value")
    return _READ[type_](value if isinstance(value, str) else str(value))


def day_of(type_: str, value: str) -> date:
    """The day that a date, an instant (its own local day) or a month (its first day) speaks of."""
    return date.fromisoformat(f"{value}-01" if type_ == "month" else value[:10])
