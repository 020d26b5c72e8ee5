"""``publication``: a result is made public in time, and stays so long enough (行政许可法 Art 40; 条例 Art 54)."""

from __future__ import annotations

from dataclasses import replace

from monitors.rules.answered import Answered
from monitors.rules.inputs import Inputs
from monitors.rules.model import Verdict


class Publication(Answered):
    """What was decided at ``start`` is ``published`` within ``amount`` of ``unit``; where the rule gives ``at_least``,
    it stays public from then to ``ended`` for so many of ``unit``."""

    name = "publication"
    parameters = frozenset({"start", "amount", "unit", "published", "ended", "at_least"})
    required = frozenset({"start", "amount", "unit", "published"})
    ended_by = "published"

    def judge(self, inputs: Inputs, limit: Verdict) -> Verdict:
        if limit.held is not True or not inputs.gives("at_least") or inputs.pending("published"):
            return limit
        if inputs.pending("ended"):
            return limit
        lasted = inputs.between(inputs.value("published"), inputs.value("ended"), inputs.text("unit"))
        least = inputs.number("at_least")
        told = {"lasted": lasted, "least": least}
        return replace(limit, held=lasted >= least, values={**limit.values, **inputs.reads, **told}, told=told)
