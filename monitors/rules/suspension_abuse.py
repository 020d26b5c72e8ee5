"""``suspension_abuse``: the clock is stopped neither too often, nor too long, nor on the last day (domain A1, AA-11)."""

from __future__ import annotations

from typing import Any

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class SuspensionAbuse(Judged):
    """At most ``most_count`` suspensions, at most ``most_days`` suspended working days in all, none that begins on
    ``last_day`` (the last permitted day of the limit) or later. One of the three is given."""

    name = "suspension_abuse"
    parameters = frozenset({"most_count", "most_days", "last_day"})
    required: frozenset[str] = frozenset()  # one of the three
    reads = ("suspensions.start", "suspensions.end")

    def judge(self, inputs: Inputs) -> Judgement:
        facts = inputs.facts
        told: dict[str, Any] = {}
        kept = []
        if inputs.gives("most_count"):
            told["count"] = len(facts.ledger)
            kept.append(told["count"] <= inputs.number("most_count"))
        if inputs.gives("most_days"):
            since = facts.case.instance.started_at
            told["days"] = facts.functions["suspended working days"](since, facts.happened)
            kept.append(told["days"] <= inputs.number("most_days"))
        if inputs.gives("last_day"):
            last = inputs.day("last_day")
            starts = [facts.calendar.local_date(entry.start) for entry in facts.ledger]
            told["begun_late"] = [day for day in starts if day >= last]
            kept.append(not told["begun_late"])
        if not kept:
            raise Undecidable(note="none of most_count, most_days and last_day is given")
        return all(kept), told
