"""``cumulative_cap``: what was paid before and is paid now stays under a cap, such as the sum approved (domain A5, PA-06)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement
from monitors.rules.periods import SHOWN, period


class CumulativeCap(Judged):
    """``amount`` and the rows of data set ``set`` under ``key``, dated ``since`` to ``until`` (default: today), come to
    at most ``cap``."""

    name = "cumulative_cap"
    parameters = frozenset({"amount", "set", "key", "cap", "since", "until", "besides"})
    required = frozenset({"amount", "set", "key", "cap"})
    correctable = True
    reads = ("rows.amount",)

    def judge(self, inputs: Inputs) -> Judgement:
        amount, cap = inputs.number("amount"), inputs.number("cap")
        asked, key, sets = period(inputs), inputs.one_name("key"), inputs.facts.sets
        before = sets.sum(asked, key)
        rows = [row.told() for row in sets.rows(asked, key, SHOWN)]
        return before + amount <= cap, {"before": before, "amount": amount, "cap": cap, "rows": rows}
