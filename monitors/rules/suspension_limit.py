"""``suspension_limit``: a procedure that stops the clock is over within its own limit (行政许可法 Art 45; AA-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.limits import Limit
from engine.model import SuspensionEntry
from monitors.facts import Facts
from monitors.ladders import LadderRung, Terms, climb
from monitors.rules.model import Rule, Verdict
from monitors.rules.time_limit import UNDETERMINED, WAITING

FIELD = "suspensions.own_limit"


class SuspensionLimit:
    """Each stop of the clock ends within the working days that were told to the applicant (its own limit), counted from
    its start and never stopped themselves. A stop without such a number is undetermined. Each stop is a finding of its
    own."""

    name = "suspension_limit"
    parameters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    reads = ("suspensions.start", "suspensions.end", FIELD)
    correctable = False
    counts_from_acts = False

    def rungs(self, rule: Rule, facts: Facts) -> tuple[LadderRung, ...]:
        """The rungs of the stops that run, and those that ended stops had reached; while there are none it waits."""
        return tuple(_rungs(rule, facts)) or (LadderRung(WAITING, "notice", None, None),)

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Broken by the rungs that are true at the firing; by a timer only its own is looked at."""
        asked = facts.firing.rung if facts.firing else None
        found = [rung for rung in _rungs(rule, facts) if asked in (None, rung.name)]
        if any(rung.name.startswith(UNDETERMINED) for rung in found):
            return Verdict(None, (FIELD,))
        reached = tuple(rung for rung in found if rung.due is not None and rung.due <= facts.happened)
        return Verdict(not reached, values={"suspensions": [_told(stop) for stop in _stops(facts)]}, reached=reached)


def _rungs(rule: Rule, facts: Facts) -> Iterator[LadderRung]:
    for number, stop in enumerate(_stops(facts), 1):
        if stop.own_limit is None:
            yield LadderRung(f"{UNDETERMINED}:{number}", "notice", stop.start, None, {"missing": [FIELD]})
            continue
        for rung in climb(rule.preset, Terms(Limit(stop.own_limit), stop.start), facts.calendar):
            if stop.end is None or (rung.due is not None and rung.due <= stop.end):
                yield replace(rung, name=f"{rung.name}:{number}")


def _stops(facts: Facts) -> list[SuspensionEntry]:
    return sorted(facts.case.suspensions, key=lambda stop: (stop.start, stop.id))


def _told(stop: SuspensionEntry) -> dict[str, object]:
    ended = None if stop.end is None else stop.end.isoformat()
    return {"kind": stop.kind, "start": stop.start.isoformat(), "end": ended, "own_limit": stop.own_limit}
