"""``panel_composition``: how many sit on a panel, in an odd number, with enough experts (招标投标法 Art 37)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class PanelComposition(Judged):
    """At least ``least`` ``members`` (contexts with ``role``), an ``odd`` number (default: true), and at least
    ``expert_share`` of them, of the role ``expert_role``."""

    name = "panel_composition"
    parameters = frozenset({"members", "least", "odd", "expert_role", "expert_share"})
    required = frozenset({"members", "least"})
    reads = ("members.role",)

    def judge(self, inputs: Inputs) -> Judgement:
        members = inputs.entries("members")
        count, least = len(members), inputs.number("least")
        told: dict[str, Any] = {"members": count, "least": least}
        held = count >= least and (not inputs.flag("odd", True) or count % 2 == 1)
        if inputs.gives("expert_share"):
            role = inputs.text("expert_role")
            told["experts"] = sum(member.text("role") == role for member in members)
            held = held and Decimal(told["experts"]) >= inputs.number("expert_share") * count
        return held, told
