"""``minimum_duration``: something must last long enough, such as a notice of five working days (政府采购法实施条例 Art 30)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import OPEN, Judged, Judgement


class MinimumDuration(Judged):
    """From ``start`` to ``end`` at least ``amount`` of ``unit`` (working_day, calendar_day, hour) pass.

    The day of the start is not counted. What has not ended yet is open.
    """

    name = "minimum_duration"
    parameters = frozenset({"start", "end", "amount", "unit"})
    required = parameters

    def judge(self, inputs: Inputs) -> Judgement:
        if inputs.pending("end"):
            return OPEN
        lasted = inputs.between(inputs.value("start"), inputs.value("end"), inputs.text("unit"))
        least = inputs.number("amount")
        return lasted >= least, {"lasted": lasted, "least": least}
