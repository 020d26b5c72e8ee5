"""A limit and a preset give rungs: each with the first instant at which it is true (B.2, design 4).

Preset DEFAULT where the promised and the statutory limit differ: promised broken is the rung
``overdue``, statutory broken the rung ``statutory_overdue``, and the rungs ``overdue_by`` are not used.
Where two rungs become true at once, only the higher fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.calendar import WorkingCalendar
from engine.limits import (
    Due,
    Extension,
    Ledger,
    Limit,
    due,
    first_instant_overdue_by,
    first_instant_remaining,
    first_instant_used,
    total,
)
from monitors.presets import LEVELS, Condition, Preset


@dataclass(frozen=True, slots=True)
class Terms:
    """What a limit of a case is counted from. ``statutory`` is a second, longer limit, if there is one."""

    limit: Limit
    start: datetime
    statutory: Limit | None = None
    ledger: Ledger = ()
    extension: Extension | None = None


@dataclass(frozen=True, slots=True)
class LadderRung:
    """A rung of one case: ``due`` is None while a suspension keeps it unknown."""

    name: str
    level: str
    due: datetime | None
    deadline: datetime | None
    reason: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def severity(self) -> int:
        return LEVELS.index(self.level)


@lru_cache(maxsize=4096)
def climb(preset: Preset, terms: Terms, calendar: WorkingCalendar) -> tuple[LadderRung, ...]:
    """The rungs in order of severity. Pure, and cached: timers are derived again after every command."""
    terms = _ordered(terms)
    two = terms.statutory is not None
    ladder = _Ladder(terms, calendar)
    rungs: dict[str, LadderRung] = {}
    for rung in preset.rungs:
        condition = rung.condition_for(ladder.units)
        if condition.when == ("overdue_by" if two else "statutory_overdue"):
            continue
        new = ladder.rung(rung.name, rung.level, condition)
        old = rungs.get(rung.name)
        rungs[rung.name] = new if old is None or _earlier(new, old) else old
    return _only_the_higher(rungs.values())


def _ordered(terms: Terms) -> Terms:
    """The shorter limit is the one promised; equal ones are one limit."""
    promised, statutory = terms.limit, terms.statutory
    if statutory is None or promised.unit == "until":
        return replace(terms, statutory=None)
    if statutory.amount <= promised.amount:
        return replace(terms, limit=statutory, statutory=None)
    return terms


def _earlier(new: LadderRung, old: LadderRung) -> bool:
    if old.due is None or new.due is None:
        return old.due is None and new.due is not None
    return new.due < old.due


def _only_the_higher(rungs: Iterable[LadderRung]) -> tuple[LadderRung, ...]:
    kept: list[LadderRung] = []
    for rung in sorted(rungs, key=lambda rung: -rung.severity):
        later = any(rung.due is not None and higher.due is not None and rung.due >= higher.due for higher in kept)
        if not later:
            kept.append(rung)
    return tuple(reversed(kept))


class _Ladder:
    """Derives the instants of one set of terms."""

    def __init__(self, terms: Terms, calendar: WorkingCalendar) -> None:
        self._terms, self._calendar = terms, calendar
        self._due = self._deadline(terms.limit)
        self.units = total(terms.limit, terms.start, calendar, terms.extension)

    def rung(self, name: str, level: str, condition: Condition) -> LadderRung:
        """The rung under that condition."""
        found = self._due
        if condition.when == "statutory_overdue":
            assert self._terms.statutory is not None
            found = self._deadline(self._terms.statutory)
        late = None if found is None else found.first_late
        at = late if condition.when in ("overdue", "statutory_overdue") else self._instant(condition)
        deadline = None if found is None else found.deadline
        return LadderRung(name, level, at, deadline, self._reason(condition, found))

    def _deadline(self, limit: Limit) -> Due | None:
        t = self._terms
        return due(limit, t.start, t.ledger, self._calendar, t.extension)

    def _instant(self, condition: Condition) -> datetime | None:
        t, value = self._terms, condition.value
        if condition.when == "used_share":
            return first_instant_used(t.limit, value * self.units, t.start, t.ledger, self._calendar)
        if condition.when == "remaining":
            return first_instant_remaining(t.limit, value, t.start, t.ledger, self._calendar, t.extension)
        bound = value if condition.share is None else min(value, condition.share * self.units)
        return first_instant_overdue_by(t.limit, bound, t.start, t.ledger, self._calendar, t.extension)

    def _reason(self, condition: Condition, found: Due | None) -> Mapping[str, Any]:
        limit = self._terms.statutory if condition.when == "statutory_overdue" else self._terms.limit
        assert limit is not None
        return {
            "when": condition.when,
            "value": _text(condition.value),
            "start": self._terms.start.isoformat(),
            "amount": _text(limit.amount),
            "unit": limit.unit,
            "granularity": limit.granularity,
            "calendar": self._calendar.version,
            "provisional": found.provisional if found else False,
            "last_day": found.last_day.isoformat() if found else None,
            "steps": [step.as_dict() for step in found.reason] if found else [],
        }


def _text(value: Decimal | int) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
