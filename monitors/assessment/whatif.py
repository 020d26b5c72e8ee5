"""What other weights would make of kept sheets: pure, nothing is stored.

An indicator keeps the share of its weight that it earned: 18 of 20 points are 27 of 30. Deductions, bonus, factor,
discipline and bounds are as they were; of a sheet that is scored by month each month is weighed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitors.assessment.lines import ZERO, cents
from monitors.assessment.scores import Score
from monitors.assessment.scoring import grade_of
from monitors.assessment.sheets import Grade, Sheet

Weights = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Reweighed:
    """A kept score and what the other weights would make of it; equal totals share a rank."""

    score: Score
    total: Decimal
    grade: Grade
    rank_before: int
    rank: int


def reweigh(sheet: Sheet, scores: Sequence[Score], weights: Weights) -> tuple[Reweighed, ...]:
    """The scores by other weights of indicators (those not named keep theirs), best first."""
    totals = [_total(sheet, score.body, weights) for score in scores]
    found = [
        Reweighed(
            score,
            total,
            grade_of(sheet, total, score.body["red_cards"])[0],
            1 + sum(other.total > score.total for other in scores),
            1 + sum(other > total for other in totals),
        )
        for score, total in zip(scores, totals, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, one.score.district_code, one.score.department)))


def _total(sheet: Sheet, body: Mapping[str, Any], weights: Weights) -> Decimal:
    parts = body["parts"]
    if parts:
        mean = sum((_total(sheet, part, weights) for part in parts), ZERO) / len(parts)
        return _bounded(sheet, mean - body["discipline"])
    points, whole = ZERO, ZERO
    for row in body["indicators"]:
        if row["points"] is not None:
            weight = weights.get(row["code"], row["weight"])
            points += weight * row["points"] / row["weight"] if row["weight"] else ZERO
            whole += weight
    base = 100 * points / whole if whole else ZERO
    return _bounded(sheet, (base - body["deducted"] + body["bonus"]) * body["factor"] - body["discipline"])


def _bounded(sheet: Sheet, total: Decimal) -> Decimal:
    return cents(min(sheet.highest, max(sheet.lowest, total)))
