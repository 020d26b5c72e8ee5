"""``pile_up_before_term``: not too many cases end just before their term (突击办结; an indicator, practice)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from monitors.rules.inputs import Entry, Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class PileUpBeforeTerm(Judged):
    """Of ``cases`` (contexts with ``ended`` and ``deadline``) at most ``most_share`` (0 to 1) ended within the last
    ``days`` calendar days before their deadline. Fewer than ``least_cases`` (default 1) show nothing."""

    name = "pile_up_before_term"
    parameters = frozenset({"cases", "days", "most_share", "least_cases"})
    required = frozenset({"cases", "days", "most_share"})
    reads = ("cases.ended", "cases.deadline")

    def judge(self, inputs: Inputs) -> Judgement:
        cases, days, most = inputs.entries("cases"), inputs.number("days"), inputs.number("most_share")
        least = inputs.number("least_cases", Decimal(1))
        if not cases:
            raise Undecidable(note="expected cases to count, found none")
        late = sum(_left(inputs, case) < days for case in cases)
        share = Decimal(late) / len(cases)
        told: dict[str, Any] = {"cases": len(cases), "just_before": late, "share": share, "most_share": most}
        return len(cases) < least or share <= most, told


def _left(inputs: Inputs, case: Entry) -> Decimal:
    """The calendar days between the end and the deadline: 0 for a case that ended on its last day, or later."""
    return inputs.between(case.value("ended"), case.value("deadline"), "calendar_day")
