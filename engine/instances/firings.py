"""A firing travels through the diagram as JSON, so that its branch may also wait."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from engine.casedata import dumps, loads
from engine.instances.rows import Row
from engine.model import Firing

_FIELDS = tuple(field.name for field in fields(Firing))
_INSTANTS = ("happened", "due", "deadline")


def to_json(firing: Firing) -> dict[str, Any]:
    """Plain JSON data of a firing."""
    return dict(loads(dumps({name: getattr(firing, name) for name in _FIELDS})))


def from_json(data: dict[str, Any] | None) -> Firing | None:
    """The firing that was written; None stays None."""
    if data is None:
        return None
    values = dict(data)
    for name in _INSTANTS:
        if values.get(name) is not None:
            values[name] = datetime.fromisoformat(values[name])
    return Firing(**values)


def timer_firing(row: Row, happened: datetime) -> Firing:
    """What a timer row says when it fires."""
    return Firing(
        element=row["element"],
        checkpoint=row["checkpoint"],
        cause="timer",
        host=row["host"],
        occurrence=row["occurrence"],
        happened=happened,
        rule=row["rule"] or None,
        rung=row["rung"],
        level=row["level"],
        due=row["due"],
        deadline=row["deadline"],
        reason=row["reason"],
    )
