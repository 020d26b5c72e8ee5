"""matches, replace, split: with patterns that run in linear time."""

from __future__ import annotations

import re

from ..bounds import Meter
from ..patterns import PatternError, Program, Span, compile_pattern, find_all, search
from ..values import Value
from .registry import builtin

MAX_PATTERN = 1_000


def _program(pattern: str, flags: str | None) -> Program | None:
    if len(pattern) > MAX_PATTERN:
        return None
    try:
        return compile_pattern(pattern, flags or "")
    except PatternError:
        return None


@builtin("matches(input: string, pattern: string, flags: string?)")
def matches(meter: Meter, text: str, pattern: str, flags: str | None = None) -> Value:
    """Whether a pattern is found anywhere in a string; null if it is no pattern."""
    program = _program(pattern, flags)
    return None if program is None else search(program, text, 0, meter) is not None


@builtin("split(string: string, delimiter: string)")
def split(meter: Meter, text: str, delimiter: str) -> Value:
    """The parts between the matches of a pattern; null if it matches the empty string."""
    program = _program(delimiter, None)
    found = find_all(program, text, meter) if program is not None else None
    if found is None:
        return None
    meter.size(len(found) + 1)
    edges = [0, *(edge for match in found for edge in match[:2]), len(text)]
    return [text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


@builtin("replace(input: string, pattern: string, replacement: string, flags: string?)")
def replace(meter: Meter, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """The string with each match replaced; $1 is a group, \\$ a dollar; null if the pattern matches the empty string.

    With the flag `q` the replacement is as literal as the pattern (XPath functions 3.1, 5.6.4).
    """
    program = _program(pattern, flags)
    parts = [replacement] if "q" in (flags or "") else _replacement(replacement)
    found = find_all(program, text, meter) if program is not None and parts is not None else None
    if found is None or parts is None:
        return None
    result, length, position = [], 0, 0
    for match in found:
        piece = text[position : match[0]] + "".join(_filled(part, text, match) for part in parts)
        length += len(piece)
        if length > meter.bounds.text:
            meter.text(length)
        result.append(piece)
        position = match[1]
    joined = "".join(result) + text[position:]
    meter.text(len(joined))
    return joined


_PARTS = re.compile(r"\$(\d)|\\([$\\])|([^$\\]+)", re.ASCII)


def _replacement(text: str) -> list[str | int] | None:
    """Literal text and group numbers; None if a $ or a backslash stands alone."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PARTS.match(text, position)
        if match is None:
            return None
        parts.append(int(match[1]) if match[1] else match[2] or match[3])
        position = match.end()
    return parts


def _filled(part: str | int, text: str, match: Span) -> str:
    if isinstance(part, str):
        return part
    begin, end = match[2 * part : 2 * part + 2] or (0, 0)
    return text[begin:end] if begin >= 0 else ""
