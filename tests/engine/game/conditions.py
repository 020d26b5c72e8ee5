"""The few conditions that the game reads: comparisons of a name with a literal, a name, a number."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Mapping
from typing import Any

_COMPARE = {
    "=": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_FORM = re.compile(r"(\w+) ?(=|!=|>=|<=|>|<) ?(\d+|true|false|\"[^\"]*\")")


def holds(text: str, data: Mapping[str, Any]) -> bool:
    """``a >= 1 and b = 2 or c != 3``; ``and`` binds closer."""
    return any(all(_compares(part, data) for part in side.split(" and ")) for side in text.split(" or "))


def number(text: str, data: Mapping[str, int]) -> int:
    return int(text) if text.isdigit() else data[text]


def _compares(text: str, data: Mapping[str, Any]) -> bool:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    if text.isidentifier():
        return data.get(text) is True
    if (denied := re.fullmatch(r"not\((\w+)\)", text)) is not None:
        return data.get(denied[1]) is False
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"expected a comparison with a literal, found {text!r}")
    value, literal = data.get(found[1]), json.loads(found[3])
    if type(value) is not type(literal):
        return found[2] == "!="  # What is not known, or of another kind, equals nothing.
    return bool(_COMPARE[found[2]](value, literal))
