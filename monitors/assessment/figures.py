"""The figures of one department and period: all that a score sheet sees. Frozen; gathered in ``gather.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from monitors.assessment.results import Cause
from monitors.dimensions import DIMENSIONS

# Three consecutive warnings take points together (Huizhou, B.8); as a sheet may count them, see warning_runs.
RUN = 3


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """What became of the cases that were closed in the period.

    ``overdue_wd``: working days past the deadline, summed. ``early`` None: nobody knows. ``domains``: codes of
    the systems that the cases belong to. ``late``: what made cases late.
    """

    closed: int = 0
    on_time: int = 0
    overdue_wd: Decimal = Decimal(0)
    early: int | None = None
    evaluated: int = 0
    satisfied: int = 0
    domains: frozenset[str] = frozenset()
    late: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Counters with their causes; dismissed, exempted and revoked things are not in here.

    ``violations`` of facts in the period. ``cards``: by colour in force. ``notices``: notices that were confirmed
    without an answer. ``closed_in_year``: cases of the whole year (折合系数). ``incomplete_share`` None: unknown.
    """

    cases: CaseCounts = CaseCounts()
    violations: tuple[Cause, ...] = ()
    cards: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)
    notices: tuple[Cause, ...] = ()
    rectification_due: int = 0
    rectified_on_time: int = 0
    late_rectifications: tuple[Cause, ...] = ()
    closed_in_year: int | None = None
    incomplete_share: Decimal | None = None

    def context(self) -> dict[str, Any]:
        """The names that formulas see. A rate without a denominator is null: its indicator is not applicable.

        ``warning_runs``: how often three notices of the period were confirmed.
        """
        cases = self.cases
        return {
            "cases": cases.closed,
            "closed": cases.closed,
            "closed_in_year": cases.closed if self.closed_in_year is None else self.closed_in_year,
            "on_time": cases.on_time,
            "on_time_rate": _rate(cases.on_time, cases.closed),
            "overdue_wd": cases.overdue_wd,
            "early_rate": None if cases.early is None else _rate(cases.early, cases.closed),
            "evaluated": cases.evaluated,
            "satisfaction": _rate(cases.satisfied, cases.evaluated),
            "incomplete_share": self.incomplete_share,
            "domains": sorted(cases.domains),
            "rectification_due": self.rectification_due,
            "rectified_on_time": self.rectified_on_time,
            "violations": len(self.violations),
            **{f"{name.lower()}_violations": len(self._of(name)) for name in DIMENSIONS},
            "yellow_cards": len(self.cards.get("yellow", ())),
            "red_cards": len(self.cards.get("red", ())),
            "notices_unanswered": len(self.notices),
            "warning_runs": len(self._notices()) // RUN,
        }

    def causes(self, names: Iterable[str]) -> tuple[Cause, ...]:
        """What the counters of these names (those that a formula reads) consist of, by fact, each once."""
        found = [cause for name in names for cause in self._causes(name)]
        return tuple(sorted(dict.fromkeys(found), key=lambda cause: cause.order))

    def _causes(self, name: str) -> tuple[Cause, ...]:
        if name in ("on_time", "on_time_rate", "overdue_wd"):
            return self.cases.late
        if name == "rectified_on_time":
            return self.late_rectifications
        if name == "notices_unanswered":
            return self.notices
        if name in ("yellow_cards", "red_cards"):
            return self.cards.get(name.removesuffix("_cards"), ())
        if name == "warning_runs":
            # Only whole runs took a point; the first notices of the period make them up.
            return self._notices()[: len(self._notices()) // RUN * RUN]
        return self._of(name.removesuffix("_violations").upper()) if name.endswith("_violations") else ()

    def _of(self, dimension: str) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.violations if cause.dimension == dimension)

    def _notices(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.violations if cause.level == "notice")


def _rate(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
