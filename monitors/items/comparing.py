"""What one version of an item changes in another, in the words of the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WORDS = {
    "name": ("名称", "name"),
    "name_en": ("英文名称", "English name"),
    "type": ("类型", "kind"),
    "process": ("流程", "process"),
    "district": ("区划", "district"),
    "department": ("部门", "department"),
    "department_name": ("部门名称", "name of the department"),
    "statutory_wd": ("法定时限（工作日）", "statutory limit (working days)"),
    "promised_wd": ("承诺时限（工作日）", "promised limit (working days)"),
    "basis": ("设定依据", "legal basis"),
    "step_limits": ("环节时限", "limit of step"),
    "fees": ("收费", "fee"),
    "materials": ("材料", "material"),
    "route": ("环节", "steps"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs; ``before`` and ``after`` are empty where there is none."""

    zh: str
    en: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The differences of two bodies, in the order of :data:`WORDS`; rows of fees and materials go by their code."""
    names = [*WORDS, *sorted({*before, *after} - set(WORDS))]
    return tuple(change for name in names for change in _of(name, before.get(name), after.get(name)))


def _of(name: str, before: Any, after: Any) -> Iterator[Change]:
    zh, en = WORDS.get(name, (name, name))
    old, new = _parts(before), _parts(after)
    for key in (*old, *(key for key in new if key not in old)):
        left, right = old.get(key, ""), new.get(key, "")
        if left != right:
            yield Change(f"{zh} {key}".strip(), f"{en} {key}".strip(), left, right)


def _parts(value: Any) -> dict[str, str]:
    """A value by its parts: of a list of rows each by its code, of a table each by its key, else the whole."""
    if isinstance(value, Mapping):
        return {str(key): said(one) for key, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return {str(one.get("code", number)): said(one) for number, one in enumerate(value, 1)}
    return {} if value in (None, [], "") else {"": said(value)}


def said(value: Any) -> str:
    """A value as a person reads it; an amount is the same, however many noughts end it."""
    if isinstance(value, Mapping):
        return " · ".join(said(one) for key, one in value.items() if key != "code" and one not in (None, ""))
    if isinstance(value, list | tuple):
        return ", ".join(map(said, value))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)
