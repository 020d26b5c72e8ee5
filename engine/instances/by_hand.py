"""What people decided about a timer (``timer.manual``), laid over what its rule derives.

``{"derived": due or null, "changed": {"due", "by", "at", "reason"}, "paused": {"by", "at", "reason"}}``;
either of the last two may be missing, and without both there is no such object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.model import Rung

DERIVED, CHANGED, PAUSED = "derived", "changed", "paused"
Manual = Mapping[str, Any]


def steered(rung: Rung, manual: Manual | None) -> Rung:
    """The rung as the decisions leave it; its ``reason`` names them."""
    if not manual:
        return rung
    due = datetime.fromisoformat(manual[CHANGED]["due"]) if CHANGED in manual else rung.due
    told = {name: manual[name] for name in (CHANGED, PAUSED) if name in manual}
    return replace(rung, due=None if PAUSED in manual else due, reason={**rung.reason, "manual": told})


def derived_due(row: Mapping[str, Any]) -> datetime | None:
    """When the timer would be due if nobody had touched it."""
    manual = row["manual"]
    if not manual:
        due: datetime | None = row["due"]
        return due
    return datetime.fromisoformat(manual[DERIVED]) if manual[DERIVED] else None
