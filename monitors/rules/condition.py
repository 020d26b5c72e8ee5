"""``condition``: a decision that the conditions call for (条件监察; domain B.3, COND).

``rows`` are the lines of a decision table of hit policy FIRST (DMN 1.5, 8.2.10): a FEEL list of contexts.
"""

from __future__ import annotations

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class Condition(Judged):
    """``decided`` is the ``then`` of the first of ``rows`` whose ``when`` holds."""

    name = "condition"
    parameters = frozenset({"decided", "rows"})
    required = parameters
    correctable = True
    reads = ("rows.when", "rows.then")

    def judge(self, inputs: Inputs) -> Judgement:
        decided = inputs.value("decided")
        for number, row in enumerate(inputs.entries("rows"), 1):
            if row.flag("when"):
                expected = row.value("then")
                return decided == expected, {"row": number, "expected": expected, "decided": decided}
        raise Undecidable(note="expected one of the rows to apply, found none")
