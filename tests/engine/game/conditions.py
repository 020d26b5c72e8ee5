"""The few conditions of the random models: comparisons of a name with a number, and a number or a name."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping

_COMPARE = {
    "=": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_FORM = re.compile(r"(\w+) (=|!=|>=|<=|>|<) (\d+)")


def holds(text: str, data: Mapping[str, int]) -> bool:
    """``a >= 1 and b = 2 or c != 3``; ``and`` binds closer."""
    return any(all(_compares(part, data) for part in side.split(" and ")) for side in text.split(" or "))


def number(text: str, data: Mapping[str, int]) -> int:
    return int(text) if text.isdigit() else data[text]


def _compares(text: str, data: Mapping[str, int]) -> bool:
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected a comparison with a number, found {text!r}")
    return bool(_COMPARE[found[2]](data[found[1]], int(found[3])))
