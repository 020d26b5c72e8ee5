"""Who is told of a warning, by ladder and level (domain sheets B.4 row 1). Data, in ``bpmn/supervision/presets.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InvalidData
from monitors.organisation import ROLES
from monitors.presets import LEVELS

HANDLER = "handler"  # 承办人: a person of the case, not a role of the directory
OUTSIDE = ("mail", "sms")
DEFAULT = "DEFAULT"
NOBODY: Mapping[str, Telling]


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told, by role or as the handler, and by which channels beside the product's own pages."""

    to: tuple[str, ...]
    by: tuple[str, ...]


NOBODY = {}
# What the violation process tells goes to the role that it names.
OF_HANDLING = ("mail",)


@dataclass(frozen=True, slots=True)
class Audiences:
    """By the code of a preset, then by level."""

    presets: Mapping[str, Mapping[str, Telling]]

    def of(self, preset: str, level: str) -> Telling:
        """Who is told; a preset that does not say tells as DEFAULT does."""
        own = self.presets.get(preset, NOBODY)
        found = own.get(level) or self.presets.get(DEFAULT, NOBODY).get(level)
        return found or Telling((), ())


def load_audiences(content: Mapping[str, Any]) -> Audiences:
    """The ``tell`` rows of the presets; raises InvalidData."""
    presets = {
        row["code"]: {one["level"]: _telling(one, row["code"]) for one in row.get("tell", ())}
        for row in content.get("preset", ())
    }
    return Audiences({code: found for code, found in presets.items() if found})


def _telling(row: Mapping[str, Any], code: str) -> Telling:
    for field, allowed in (("to", {HANDLER, *ROLES}), ("by", set(OUTSIDE))):
        unknown = set(row.get(field, ())) - allowed
        if unknown:
            raise InvalidData(
                f"preset {code}: expected {field} of {sorted(allowed)}, found {sorted(unknown)}", field=field
            )
    if row.get("level") not in LEVELS:
        raise InvalidData(f"preset {code}: expected a level of {LEVELS}, found {row.get('level')!r}", field="level")
    return Telling(tuple(row.get("to", ())), tuple(row.get("by", ())))
