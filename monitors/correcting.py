"""Corrected data close a warning by themselves, within the grace and for kinds that allow it (B.4).

Never what ran out of time and never what was backdated: these cannot be put right. Who corrected counts as such, by
department (``monitors.tallies``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.calendar import WorkingCalendar
from engine.errors import Conflict, NotAllowed
from monitors.acts import undecided
from monitors.closing import close
from monitors.datasets import Asked, DataSets, Spread, StoredDataSets
from monitors.editions import edition
from monitors.evaluate import judge
from monitors.model import Warning
from monitors.pinning import unpinned
from monitors.presets import Grace
from monitors.rederiving import Models, pinned_rule
from monitors.rules import Rule

REASON = "已在宽限期内更正 / corrected within the grace"


@dataclass(frozen=True, slots=True)
class Corrections:
    """Looks again at a warning over the case's data of now."""

    models: Models
    grace: Grace

    def look_again(
        self, connection: Connection, warning_id: str, data: Mapping[str, Any], by: str, at: datetime
    ) -> bool:
        """Whether the rule holds now, so that the warning is closed as corrected.

        Raises NotAllowed for a kind or dimension that cannot be put right, Conflict when it is decided or the grace
        is over.
        """
        row = undecided(connection, warning_id)
        rule = self._correctable(row)
        calendar = self._within_grace(connection, row, at)
        facts = unpinned(row.evidence, calendar, _AsOf(StoredDataSets(connection), at), data)
        if judge(rule, facts).held is not True:
            return False
        close(connection, row, "auto_closed", REASON, by, at)
        return True

    def withdrawn(self, connection: Connection, warning_id: str, by: str, at: datetime) -> None:
        """What the warning is about was withdrawn: it is closed as corrected. Raises as ``look_again``."""
        row = undecided(connection, warning_id)
        self._correctable(row)
        self._within_grace(connection, row, at)
        close(connection, row, "auto_closed", REASON, by, at)

    def _within_grace(self, connection: Connection, row: Row[Any], at: datetime) -> WorkingCalendar:
        """The calendar that the warning was counted by; raises Conflict when the grace is over."""
        calendar, grace = edition(connection, row.evidence["calendar"]["version"]), self.grace.get(row.level, 0)
        days = calendar.working_days(row.raised_at, at)
        if days > grace:
            raise Conflict(
                f"expected a correction of {row.number} within {grace} working days, found it {days} after",
                warning=row.id,
                days=days,
            )
        return calendar

    def may_correct(self, warning: Warning) -> bool:
        """Whether corrected data may close it at all; how long is another question."""
        return _may_correct(warning) is None and self._rule(warning).kind.correctable

    def _correctable(self, row: Row[Any]) -> Rule:
        why = _may_correct(row)
        rule = None if why is not None else self._rule(row)
        if rule is None or not rule.kind.correctable:
            raise NotAllowed(
                f"expected a warning that corrected data may close, found {row.number}: {why or row.rule}",
                warning=row.id,
                rule=row.rule,
            )
        return rule

    def _rule(self, row: Any) -> Rule:
        return pinned_rule(self.models, row.evidence)


def _may_correct(row: Any) -> str | None:
    """Why not, or None. An undetermined rule of any kind may be told the field that it missed, but for a limit."""
    if row.dimension == "TIME" or row.evidence.get("rule", {}).get("kind") in (
        "time_limit",
        "backdating",
        "late_report",
    ):
        return "a limit cannot be put right"
    return None if "facts" in row.evidence else "its facts were not kept"


@dataclass(frozen=True, slots=True)
class _AsOf:
    """The data sets as they are recorded by now, though the finding is older."""

    sets: DataSets
    at: datetime

    def rows(self, asked: Asked, key: str, limit: int) -> Any:
        return self.sets.rows(replace(asked, by=self.at), key, limit)

    def sum(self, asked: Asked, key: str) -> Any:
        return self.sets.sum(replace(asked, by=self.at), key)

    def spread(self, asked: Asked) -> Spread:
        return self.sets.spread(replace(asked, by=self.at))
