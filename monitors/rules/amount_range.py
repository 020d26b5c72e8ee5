"""``amount_range``: an amount lies between bounds, such as a bid deposit of at most 2 % (招标投标法实施条例 Art 26)."""

from __future__ import annotations

from typing import Any

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class AmountRange(Judged):
    """``amount`` is at least ``least`` and at most ``most``; both bounds are in, and one of them is given."""

    name = "amount_range"
    parameters = frozenset({"amount", "least", "most"})
    required = frozenset({"amount"})
    correctable = True

    def judge(self, inputs: Inputs) -> Judgement:
        amount = inputs.number("amount")
        bounds = {name: inputs.number(name) for name in ("least", "most") if inputs.gives(name)}
        if not bounds:
            raise Undecidable(note="neither least nor most is given")
        held = bounds.get("least", amount) <= amount <= bounds.get("most", amount)
        told: dict[str, Any] = {"amount": amount, **bounds}
        return held, told
