"""``backdating``: what happened lies neither in the future nor before what came before it (倒签; domain 0.4, DQ-05)."""

from __future__ import annotations

from datetime import datetime

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class Backdating(Judged):
    """``occurred`` is not before ``not_before`` (default: the end of the step before, else the start of the case)
    and not after ``not_after`` (default: the act that states it)."""

    name = "backdating"
    parameters = frozenset({"occurred", "not_before", "not_after"})
    required = frozenset({"occurred"})
    reads = ("steps.completed_at", "case.started_at")

    def judge(self, inputs: Inputs) -> Judgement:
        occurred = inputs.instant("occurred")
        first = inputs.instant("not_before") if inputs.gives("not_before") else _step_before(inputs)
        last = inputs.instant("not_after") if inputs.gives("not_after") else inputs.facts.happened
        return first <= occurred <= last, {"occurred": occurred, "not_before": first, "not_after": last}


def _step_before(inputs: Inputs) -> datetime:
    facts = inputs.facts
    ends = [step.completed_at for step in facts.done_steps if step is not facts.host_step and step.completed_at]
    return ends[-1] if ends else facts.case.instance.started_at
