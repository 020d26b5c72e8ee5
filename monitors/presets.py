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


Presets = Mapping[str, Preset]


def single(level: str) -> Preset:
    """The ladder of a rule with a level instead of a ladder: one rung at the first late instant."""
    return Preset("", "", "", "", (PresetRung(level, level, Condition("overdue")),))


def load_presets(source: Path | Mapping[str, Any]) -> Presets:
    """The presets of a file or of its content, by code; raises InvalidData."""
    content = source if isinstance(source, Mapping) else _read(source)
    return {row["code"]: _preset(row) for row in content.get("preset", ())}


def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _preset(row: Mapping[str, Any]) -> Preset:
    rungs = tuple(_rung(rung, row["code"]) for rung in row.get("rung", ()))
    return Preset(row["code"], row.get("name", ""), row.get("name_en", ""), row.get("mark", ""), rungs)


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
