"""``step_skipped``: steps that must have been done by now, such as the audit before a decision (domain A1, AA-15)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class StepSkipped(Judged):
    """Every step of ``needed`` (step codes) is done by now, where ``when`` holds (default: always)."""

    name = "step_skipped"
    parameters = frozenset({"needed", "when"})
    required = frozenset({"needed"})
    reads = ("steps.code", "steps.outcome")

    def judge(self, inputs: Inputs) -> Judgement:
        if not inputs.flag("when", True):
            return True, {}
        done = {step.code for step in inputs.facts.done_steps}
        skipped = [code for code in inputs.names("needed", "code") if code not in done]
        return not skipped, {"skipped": skipped}
