"""``deemed_outcome``: where no answer comes in time, law itself gives the outcome (行政许可法 Arts 32(4), 50)."""

from __future__ import annotations

from dataclasses import replace

from monitors.rules.answered import Answered
from monitors.rules.inputs import Inputs
from monitors.rules.model import Verdict


class DeemedOutcome(Answered):
    """The answer, at ``answered``, comes within ``amount`` of ``unit`` from ``start``; else ``outcome`` is ``deemed``.

    On a timer it warns that the limit passed without an answer. Where a step is left, a late answer is kept if it is
    what law deems, and breaks the rule if it is another.
    """

    name = "deemed_outcome"
    parameters = frozenset({"start", "amount", "unit", "granularity", "suspendable", "answered", "outcome", "deemed"})
    required = frozenset({"amount", "unit", "answered", "outcome", "deemed"})
    ended_by = "answered"

    def judge(self, inputs: Inputs, limit: Verdict) -> Verdict:
        if limit.held is not False or not inputs.facts.completing:
            return limit
        outcome, deemed = inputs.value("outcome"), inputs.value("deemed")
        told = {"outcome": outcome, "deemed": deemed}
        held = outcome == deemed
        values = {**limit.values, **inputs.reads, **told}
        return replace(limit, held=held, values=values, told=told, reached=() if held else limit.reached)
