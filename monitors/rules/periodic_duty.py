"""``periodic_duty``: something is done in every period, such as a monthly report by the 5th (domain A14, DD-10)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, takewhile

from monitors.facts import Facts
from monitors.ladders import LadderRung
from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.model import Rule, Verdict

MOST_PERIODS = 600
UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Duty:
    """The duty of one period: ``late`` is the first instant at which it is broken."""

    period: date
    last_day: date
    late: datetime
    done: bool


class PeriodicDuty:
    """For every period of ``months`` months from ``first`` (a date) on, ``done`` has a context with that ``period``
    (its first day) and ``at``, by the ``by``-th day after the period's end (0: within it). ``last`` is the first day
    of the last period; without it the duty has no end. Each period is a finding of its own."""

    name = "periodic_duty"
    parameters = frozenset({"first", "months", "by", "done", "last"})
    required = frozenset({"first", "months", "by", "done"})
    reads = ("done.period", "done.at")
    correctable = False
    counts_from_acts = False

    def rungs(self, rule: Rule, facts: Facts) -> tuple[LadderRung, ...]:
        """A rung for each period that is or will be missed, up to the next that is due."""
        inputs = Inputs(rule, facts)
        try:
            return tuple(_rung(rule, duty) for duty in _duties(inputs, facts.now, ahead=True) if not duty.done)
        except Undecidable as error:
            told = {"missing": list(error.missing), "note": error.note}
            return (LadderRung(UNDETERMINED, "notice", facts.entered_at, None, told),)

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Broken by every period that has passed undone; by a timer only its own is looked at."""
        inputs = Inputs(rule, facts)
        asked = facts.firing.rung if facts.firing else None
        try:
            missed = [duty for duty in _duties(inputs, facts.happened, ahead=False) if not duty.done]
        except Undecidable as error:
            return inputs.undetermined(error)
        reached = tuple(rung for duty in missed if asked in (None, (rung := _rung(rule, duty)).name))
        told = {"missed": [duty.period for duty in missed]}
        return Verdict(not reached, values={**inputs.reads, **told}, told=told, reached=reached)


def _duties(inputs: Inputs, at: datetime, *, ahead: bool) -> Iterator[Duty]:
    """The duties that have fallen due by then, and with ``ahead`` the next one too."""
    first, by, months = inputs.day("first"), int(inputs.number("by")), int(inputs.number("months"))
    if months < 1 or by < 0:
        raise Undecidable(note=f"expected at least one month and no days before the end, found {months} and {by}")
    last = inputs.day("last") if inputs.gives("last") else date.max
    done = [(entry.value("period"), inputs.as_instant("at", entry.value("at"))) for entry in inputs.entries("done")]
    starts = takewhile(lambda day: day <= last, (_later(first, months * number) for number in count()))
    for number, period in enumerate(starts):
        last_day = _later(first, months * (number + 1)) + timedelta(days=by - 1)
        late = inputs.facts.calendar.start_of_day(last_day + timedelta(days=1))
        if number > MOST_PERIODS:
            raise Undecidable(note=f"expected at most {MOST_PERIODS} periods, found more")
        if late > at and not ahead:
            return
        yield Duty(period, last_day, late, any(of == period and when < late for of, when in done))
        if late > at:
            return


def _later(day: date, months: int) -> date:
    """So many months later, at most the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rung(rule: Rule, duty: Duty) -> LadderRung:
    told = {"period": duty.period.isoformat(), "last_day": duty.last_day.isoformat()}
    return LadderRung(f"{rule.level}:{duty.period}", rule.level, duty.late, duty.late, told)
