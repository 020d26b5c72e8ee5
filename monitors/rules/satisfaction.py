"""``satisfaction``: a bad evaluation is followed up (满意度监察; domain A1, AA-25)."""

from __future__ import annotations

from typing import Any

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class Satisfaction(Judged):
    """``rating`` is at least ``least``, or a complaint was ``opened`` (where the rule gives it)."""

    name = "satisfaction"
    parameters = frozenset({"rating", "least", "opened"})
    required = frozenset({"rating", "least"})

    def judge(self, inputs: Inputs) -> Judgement:
        rating, least = inputs.number("rating"), inputs.number("least")
        told: dict[str, Any] = {"rating": rating, "least": least}
        if rating >= least or not inputs.gives("opened"):
            return rating >= least, told
        opened = inputs.flag("opened")
        return opened, {**told, "opened": opened}
