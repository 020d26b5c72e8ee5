"""What may stop a case's clock and for how long, and how much longer its limit may be made (data, never code).

``bpmn/supervision/suspensions.toml`` holds the kinds, each with its own limit, basis and mark.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.calendar import WorkingCalendar
from engine.errors import InvalidData
from engine.model import SuspensionEntry
from monitors.dayfunctions import bound
from monitors.ledgers import ledger_of


@dataclass(frozen=True, slots=True)
class SuspensionKind:
    """A special procedure: at most ``most_wd`` working days of it in one case; ``confidence`` marks that number."""

    code: str
    most_wd: int
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ExtensionLimit:
    """By how many working days a limit may be made longer, once; of a joint handling ``joint_wd``."""

    most_wd: int
    joint_wd: int
    basis: str
    confidence: str

    def most(self, data: Mapping[str, Any]) -> int:
        """The most for a case with those data."""
        item = data.get("item")
        return self.joint_wd if isinstance(item, Mapping) and item.get("joint") is True else self.most_wd


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The kinds by code, in the order of the file, and the extension."""

    kinds: Mapping[str, SuspensionKind]
    extension: ExtensionLimit

    def left(self, kind: str, stops: Iterable[SuspensionEntry], calendar: WorkingCalendar, now: datetime) -> int:
        """The working days that procedures of that kind may still stop the clock; InvalidData for an unknown kind."""
        if kind not in self.kinds:
            raise InvalidData(f"expected a kind of {', '.join(self.kinds)}, found {kind}", field="kind")
        own = ledger_of(stop for stop in stops if stop.kind == kind)
        begun = min((stop.start for stop in own), default=now)
        used = bound(calendar, own)["suspended working days"](begun, now)
        return max(0, self.kinds[kind].most_wd - int(used))

    def check_stop(
        self,
        kind: str,
        own_limit: int,
        stops: Iterable[SuspensionEntry],
        calendar: WorkingCalendar,
        now: datetime,
    ) -> None:
        """Raises InvalidData where the procedure would stop the clock for longer than its kind may."""
        left = self.left(kind, stops, calendar, now)
        if not 1 <= own_limit <= left:
            raise InvalidData(
                f"expected 1 to {left} working days for {kind}, found {own_limit}",
                field="own_limit",
                most=left,
                basis=self.kinds[kind].basis,
            )


def load_clock_rules(text: str) -> ClockRules:
    """The rules of a ``suspensions.toml``; raises InvalidData for a table that lacks something."""
    found = tomllib.loads(text)
    try:
        kinds = [SuspensionKind(**row) for row in found["kind"]]
        extension = ExtensionLimit(**found["extension"])
    except (KeyError, TypeError) as error:
        raise InvalidData(f"expected kinds and an extension with their limits, found {error}") from error
    return ClockRules({kind.code: kind for kind in kinds}, extension)
