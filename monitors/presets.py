"""Presets of ladders: which rungs a limit has (domain sheets B.2). A preset is data, never code.

``bpmn/supervision/presets.toml``::

    [[preset]]
    code = "DEFAULT"
    name = "…"
    name_en = "…"
    mark = "P"
    [[preset.rung]]
    name = "notice"                   # rungs of one name are one rung: whichever comes first
    level = "notice"
    when = "used_share"               # used_share remaining overdue overdue_by statutory_overdue
    value = 0.8
    short_limit = { up_to = 3, when = "remaining", value = 0.5 }   # instead, for L up to 3 units
    [[preset.rung]]
    name = "red"
    level = "red"
    when = "overdue_by"
    value = 3                         # units, and never more than this share of L:
    share = 0.5

``[grace]`` of the file: working days by level in which corrected data close a warning of a kind that allows it.
``once_per = "case"`` in a preset: each level once for a case and rule, whatever the step and however often it is
entered; else each rung once an occurrence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import InvalidData

WHEN = frozenset({"used_share", "remaining", "overdue", "overdue_by", "statutory_overdue"})
LEVELS = ("notice", "yellow", "red")  # in order of severity


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rung becomes true. ``value`` is a share of L (used_share) or units of the limit;
    ``share`` bounds the units of ``overdue_by`` by a share of L."""

    when: str
    value: Decimal = Decimal(0)
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PresetRung:
    """One condition of the rung of that name; ``short`` stands instead for limits up to ``up_to``."""

    name: str
    level: str
    condition: Condition
    up_to: Decimal | None = None
    short: Condition | None = None

    def condition_for(self, units: Decimal) -> Condition:
        """The condition for a limit of so many units."""
        if self.short is not None and self.up_to is not None and units <= self.up_to:
            return self.short
        return self.condition


@dataclass(frozen=True, slots=True)
class Preset:
    """A ladder. ``mark`` is its confidence mark (P: practice)."""

    code: str
    name: str
    name_en: str
    mark: str
    rungs: tuple[PresetRung, ...]
    once_per_case: bool = False


Presets = Mapping[str, Preset]
Grace = Mapping[str, int]  # working days by level


def single(level: str) -> Preset:
    """The ladder of a rule with a level instead of a ladder: one rung at the first late instant."""
    return Preset("", "", "", "", (PresetRung(level, level, Condition("overdue")),))


def load_presets(source: Path | Mapping[str, Any]) -> Presets:
    """The presets of a file or of its content, by code; raises InvalidData."""
    content = source if isinstance(source, Mapping) else _read(source)
    return {row["code"]: preset_of(row) for row in content.get("preset", ())}


def load_grace(source: Path | Mapping[str, Any]) -> Grace:
    """How long corrections close warnings, by level, of a presets file: ``[grace]``; none where it has none."""
    content = source if isinstance(source, Mapping) else _read(source)
    told = content.get("grace", {})
    wrong = sorted(
        level for level, days in told.items() if level not in LEVELS or not isinstance(days, int) or days < 0
    )
    if wrong:
        raise InvalidData(f"grace: expected working days for each of {LEVELS}, found {wrong}", field="grace")
    return dict(told)


def as_row(preset: Preset) -> dict[str, Any]:
    """The preset as a row of a presets file, numbers as text: what evidence keeps, and ``preset_of`` reads again."""
    row: dict[str, Any] = {"code": preset.code, "rung": [_rung_row(rung) for rung in preset.rungs]}
    return row | ({"once_per": "case"} if preset.once_per_case else {})


def _rung_row(rung: PresetRung) -> dict[str, Any]:
    row = {"name": rung.name, "level": rung.level, **_condition_row(rung.condition)}
    if rung.short is not None:
        row["short_limit"] = {"up_to": str(rung.up_to), **_condition_row(rung.short)}
    return row


def _condition_row(condition: Condition) -> dict[str, Any]:
    row = {"when": condition.when, "value": str(condition.value)}
    return row if condition.share is None else {**row, "share": str(condition.share)}


def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def preset_of(row: Mapping[str, Any]) -> Preset:
    """One row of a presets file; raises InvalidData."""
    rungs = tuple(_rung(rung, row["code"]) for rung in row.get("rung", ()))
    return Preset(
        row["code"],
        row.get("name", ""),
        row.get("name_en", ""),
        row.get("mark", ""),
        rungs,
        _once_per(row) == "case",
    )


def _once_per(row: Mapping[str, Any]) -> str:
    found = row.get("once_per", "occurrence")
    if found not in ("case", "occurrence"):
        raise InvalidData(
            f"preset {row['code']}: expected once_per of case or occurrence, found {found!r}", field="once_per"
        )
    return str(found)


def _rung(row: Mapping[str, Any], code: str) -> PresetRung:
    level = row.get("level", row.get("name", ""))
    if level not in LEVELS:
        raise InvalidData(f"preset {code}: expected a level of {LEVELS}, found {level!r}", field="level")
    short = row.get("short_limit")
    return PresetRung(
        name=row.get("name", level),
        level=level,
        condition=_condition(row, code),
        up_to=None if short is None else _decimal(short.get("up_to", 0)),
        short=None if short is None else _condition(short, code),
    )


def _condition(row: Mapping[str, Any], code: str) -> Condition:
    when = row.get("when", "")
    if when not in WHEN:
        raise InvalidData(f"preset {code}: expected when of {sorted(WHEN)}, found {when!r}", field="when")
    share = row.get("share")
    return Condition(when, _decimal(row.get("value", 0)), None if share is None else _decimal(share))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
