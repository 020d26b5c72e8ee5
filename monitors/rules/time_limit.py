"""``time_limit``: something must be done within a limit (行政许可法 Arts 42, 44; how days count: ``engine.limits``).

A rung that is true is a broken rule. The engine asks for the rungs when it arms timers; when one fires,
or a step completes, they are derived again from the facts, and only what is true then counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import EngineError
from engine.limits import Limit
from monitors.facts import Facts
from monitors.formulas import Reading
from monitors.ladders import LadderRung, Terms, climb
from monitors.rules.model import Rule, Verdict, merged, undetermined

UNDETERMINED = "undetermined"  # the rung of a limit that runs, but nobody knows how long
WAITING = "waiting"  # the rung of a limit whose start is not known yet


@dataclass(frozen=True, slots=True)
class NoStart:
    """The limit does not run yet; with nothing ``missing`` the rule itself says that it need not."""

    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The limit runs, but its length cannot be told."""

    verdict: Verdict


class TimeLimit:
    """The parameters are those of ``docs/architecture.md``; ``until`` stands instead of amount and unit.

    A kind that is a limit too says from when it counts (``since``) and how its rungs are called (``rung_name``).
    """

    name = "time_limit"
    parameters = frozenset(
        {"start", "amount", "unit", "until", "granularity", "after_hours", "statutory", "suspendable", "extensible"}
    )
    required: frozenset[str] = frozenset()  # amount and unit, or until
    reads: tuple[str, ...] = ("step.started_at", "suspensions", "extension")
    correctable = False
    counts_from_acts = False

    def since(self, facts: Facts) -> datetime:
        """From when it counts where the rule does not say."""
        return facts.entered_at

    def rung_name(self, name: str, facts: Facts) -> str:
        """A rung is raised once per name: what a kind may do more than once has a name each time."""
        return name

    def rungs(self, rule: Rule, facts: Facts) -> tuple[LadderRung, ...]:
        """The rungs to be armed; never raises. ``waiting`` has no due, ``undetermined`` is due at once."""
        found = _Reader(rule, facts, self.since(facts)).terms()
        if isinstance(found, NoStart):
            missing = merged_missing(found.readings)
            return (LadderRung(WAITING, "notice", None, None, {"waiting": list(missing)}),)
        if isinstance(found, Unknown):
            told = {"missing": list(found.verdict.missing), "note": found.verdict.note}
            return (LadderRung(UNDETERMINED, "notice", facts.entered_at, None, told),)
        return self._climbed(rule, found, facts)

    def _climbed(self, rule: Rule, terms: Terms, facts: Facts) -> tuple[LadderRung, ...]:
        rungs = climb(rule.preset, terms, facts.calendar)
        return tuple(replace(rung, name=self.rung_name(rung.name, facts)) for rung in rungs)

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Broken by the rungs that are true at the firing; by a timer only its own is looked at."""
        return self.evaluate_at(rule, facts, facts.happened)

    def evaluate_at(self, rule: Rule, facts: Facts, at: datetime) -> Verdict:
        """The same, as of the instant at which what was asked for was done."""
        reader = _Reader(rule, facts, self.since(facts))
        found = reader.terms()
        if isinstance(found, NoStart):
            missing = merged_missing(found.readings)
            held = None if missing and facts.completing else True
            return Verdict(held, tuple(missing) if held is None else (), merged(*found.readings))
        if isinstance(found, Unknown):
            return found.verdict
        asked = facts.firing.rung if facts.firing else None
        reached = tuple(
            rung
            for rung in self._climbed(rule, found, facts)
            if rung.due is not None and rung.due <= at and asked in (None, rung.name)
        )
        return Verdict(not reached, values=merged(*reader.readings), reached=reached)


class _Reader:
    """Reads the parameters of one rule over one snapshot."""

    def __init__(self, rule: Rule, facts: Facts, since: datetime) -> None:
        self._rule, self._facts, self._since = rule, facts, since
        self.readings: list[Reading] = []

    def terms(self) -> Terms | NoStart | Unknown:
        """What the limit is counted from, or why that cannot be told."""
        if self._rule.fault:
            return Unknown(Verdict(None, note=self._rule.fault))
        given = self._value("start")
        start = self._instant(given) if given else self._since
        until = self._value("until")
        if start is None or (until is not None and until.value is None and not until.failed):
            return NoStart(tuple(self.readings))
        try:
            return self._terms(start, until)
        except (EngineError, ValueError, ArithmeticError) as error:
            return Unknown(undetermined(*self.readings, note=str(error)))

    def _terms(self, start: datetime, until: Reading | None) -> Terms | Unknown:
        granularity = self._text("granularity", "day")
        if until is not None:
            end = self._instant(until, last=True)
            if end is None or not until.sound:
                return Unknown(undetermined(*self.readings, note="until is no instant"))
            return Terms(Limit.given(end, granularity), start)
        amount = self._number("amount")
        unit = self._text("unit", "")
        statutory = self._optional_number("statutory")
        after_hours = self._text("after_hours", "as_is")
        suspendable, extensible = self._flag("suspendable", True), self._flag("extensible", False)
        if any(not reading.sound for reading in self.readings):
            return Unknown(undetermined(*self.readings))
        return Terms(
            limit=Limit(amount, unit, granularity, after_hours=after_hours),
            start=start,
            statutory=None if statutory is None else Limit(statutory, unit, granularity, after_hours=after_hours),
            ledger=self._facts.ledger if suspendable else (),
            extension=self._facts.extension if extensible else None,
        )

    def _value(self, name: str) -> Reading | None:
        reading = self._rule.read(name, self._facts)
        if reading is not None:
            self.readings.append(reading)
        return reading

    def _number(self, name: str) -> Decimal:
        reading = self._value(name)
        if reading is None or (reading.sound and not isinstance(reading.value, Decimal)):
            raise ValueError(f"expected {name} as a number, found {reading and reading.value!r}")
        return reading.value if isinstance(reading.value, Decimal) else Decimal(0)

    def _optional_number(self, name: str) -> Decimal | None:
        """A number, or none where the rule does not give it or yields null on purpose."""
        reading = self._value(name)
        if reading is None or (reading.sound and reading.value is None):
            return None
        if reading.sound and not isinstance(reading.value, Decimal):
            raise ValueError(f"expected {name} as a number, found {reading.value!r}")
        return reading.value if isinstance(reading.value, Decimal) else None

    def _text(self, name: str, default: str) -> Any:
        reading = self._value(name)
        return default if reading is None else reading.value

    def _flag(self, name: str, default: bool) -> bool:
        reading = self._value(name)
        if reading is None:
            return default
        if reading.sound and not isinstance(reading.value, bool):
            raise ValueError(f"expected {name} as true or false, found {reading.value!r}")
        return reading.value is True

    def _instant(self, reading: Reading, *, last: bool = False) -> datetime | None:
        """A date is its first instant, or the ``last`` of it; a date-time without a zone is local."""
        value, calendar = reading.value, self._facts.calendar
        if isinstance(value, datetime):
            return value if value.tzinfo is not None else value.replace(tzinfo=calendar.tz)
        if not isinstance(value, date):
            return None
        if last:
            return calendar.start_of_day(value + timedelta(days=1)) - timedelta(microseconds=1)
        return calendar.start_of_day(value)


def merged_missing(readings: Sequence[Reading]) -> tuple[str, ...]:
    """What these readings missed, or why they failed."""
    named = {name: None for reading in readings for name in reading.missing}
    failed = {reading.failed: None for reading in readings if reading.failed}
    return (*named, *failed)
