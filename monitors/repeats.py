"""The same rule broken again and again by one department: the next yellow warning is a red one (B.2, preset DEFAULT)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from monitors import tables as t
from monitors.plain import plain
from monitors.presets import Preset

_GONE = ("revoked", "exempted")


def lifted(row: Mapping[str, Any], told: Mapping[str, Any] | None) -> dict[str, Any]:
    """The row at the level that the repetition gives it, with the repetition as evidence; as it is for None."""
    if told is None:
        return dict(row)
    return {**row, "level": "red", "evidence": {**row["evidence"], "repeat": dict(told)}}


def repetition(connection: Connection, row: Mapping[str, Any], preset: Preset) -> dict[str, Any] | None:
    """The violations that make this yellow finding a red one, or None where they are too few."""
    if preset.repeat is None or row["level"] != "yellow" or row["undetermined"]:
        return None
    since = months_before(row["raised_at"], preset.repeat.months)
    c = t.violation.c
    wanted = select(c.number).where(
        c.district_code == row["district_code"],
        c.department == row["department"],
        c.rule == row["rule"],
        c.state.not_in(_GONE),
        c.confirmed_at > since,
        c.confirmed_at <= row["raised_at"],
    )
    numbers = sorted(connection.execute(wanted).scalars())
    return enough(numbers, plain(since), preset)


def enough(numbers: list[str], since: str, preset: Preset) -> dict[str, Any] | None:
    """The repetition that so many violations are, or None."""
    if preset.repeat is None or len(numbers) < preset.repeat.confirmed:
        return None
    return {"violations": numbers, "since": since, "months": preset.repeat.months}


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the last day of a month that is too short."""
    month = at.month - 1 - months
    year, month = at.year + month // 12, month % 12 + 1
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month, day=min(at.day, 28))
