"""``late_report``: what happened is reported in time (迟报; domain 0.4, DQ-01; 生产安全事故报告和调查处理条例 Art 9)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import OPEN, Judged, Judgement


class LateReport(Judged):
    """From ``occurred`` to ``reported`` (default: the act that states it) at most ``amount`` of ``unit`` (default hour)."""

    name = "late_report"
    parameters = frozenset({"occurred", "reported", "amount", "unit"})
    required = frozenset({"occurred", "amount"})

    def judge(self, inputs: Inputs) -> Judgement:
        if inputs.gives("reported") and inputs.pending("reported"):
            return OPEN
        reported = inputs.instant("reported") if inputs.gives("reported") else inputs.facts.happened
        took = inputs.between(inputs.value("occurred"), reported, inputs.text("unit", "hour"))
        most = inputs.number("amount")
        return took <= most, {"took": took, "most": most}
