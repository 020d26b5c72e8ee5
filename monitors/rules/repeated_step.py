"""``repeated_step``: a step is done at most so often, such as one request for supplements (行政许可法 Art 32(4))."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class RepeatedStep(Judged):
    """None of ``steps`` (step codes) is done more than ``most`` times (default: once)."""

    name = "repeated_step"
    parameters = frozenset({"steps", "most"})
    required = frozenset({"steps"})
    reads = ("steps.code", "steps.outcome")

    def judge(self, inputs: Inputs) -> Judgement:
        most = inputs.number("most", Decimal(1))
        done = Counter(step.code for step in inputs.facts.done_steps)
        times = {code: done[code] for code in inputs.names("steps", "code")}
        return all(count <= most for count in times.values()), {"times": times}
