"""``split_purchase``: no purchase is split to stay under the threshold of a tender (政府采购法 Art 28; 招标投标法 Art 4)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement
from monitors.rules.periods import SHOWN, period


class SplitPurchase(Judged):
    """``amount`` reaches ``threshold`` by itself, or stays under it together with the rows of data set ``set`` under
    ``key`` (unit and catalogue) dated ``since`` to ``until`` (default: today)."""

    name = "split_purchase"
    parameters = frozenset({"amount", "threshold", "set", "key", "since", "until", "besides"})
    required = frozenset({"amount", "threshold", "set", "key"})
    correctable = True
    reads = ("rows.amount",)

    def judge(self, inputs: Inputs) -> Judgement:
        amount, threshold, key = inputs.number("amount"), inputs.number("threshold"), inputs.one_name("key")
        asked, sets = period(inputs), inputs.facts.sets
        before = sets.sum(asked, key)
        split = before > 0 and amount < threshold <= before + amount
        rows = [row.told() for row in sets.rows(asked, key, SHOWN)]
        return not split, {"before": before, "amount": amount, "threshold": threshold, "rows": rows}
