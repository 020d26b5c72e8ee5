"""The values that stand in the text itself; what cannot be read is a FeelSyntaxError at its place."""

from __future__ import annotations

import re
from decimal import Decimal

from lark import Token

from .errors import FeelSyntaxError
from .numbers import number
from .temporal import parse_literal
from .values import Value

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def number_literal(token: Token) -> Decimal:
    """A decimal128 number of at most 34 digits."""
    value = number(token.value)
    if value is None:
        raise _error(token, "a number with an exponent within -6143..6144")
    return value


def string_literal(token: Token) -> str:
    """The string between the quotes; an unknown escape keeps its backslash (as in patterns)."""
    text = str(token.value)[1:-1]
    return _unescape(text, token) if "\\" in text else text


def _unescape(text: str, token: Token) -> str:
    try:
        plain = _ESCAPE.sub(_character, text)
        return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except (UnicodeError, ValueError, OverflowError):
        raise _error(token, "escapes that stand for characters") from None


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _PLAIN.get(code, "\\" + code)


def at_literal(token: Token) -> Value:
    """The date, time, date and time or duration in `@"..."`."""
    value = parse_literal(str(token.value)[2:-1])
    if value is None:
        raise _error(token, "a date, a time, a date and time or a duration in ISO 8601")
    return value


def _error(token: Token, expected: str) -> FeelSyntaxError:
    return FeelSyntaxError("", token.line or 1, token.column or 1, expected, str(token.value))
