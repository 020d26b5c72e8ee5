"""Who took the points: what an indicator lost is laid on the causes that its formula counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from engine.feel import parse
from monitors.assessment.figures import Figures
from monitors.assessment.results import Cause, Line, LineKey

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Points to 0.01, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def lines_of(code: str, points: Decimal, formula: str, figures: Figures, period: str) -> list[Line]:
    """Lines whose points sum up to ``points``: one for each cause behind the names that ``formula`` reads.

    Where no single event took them (a low satisfaction, an assessor's judgement) there is one line without cause.
    """
    if points <= 0:
        return []
    causes = figures.causes(sorted(parse(formula).names)) if formula else ()
    if not causes:
        return [Line(code, points, None, period)]
    return [Line(code, part, cause, period) for part, cause in zip(share(points, causes), causes, strict=True) if part]


def relieve(lines: Iterable[Line], upheld: Collection[LineKey]) -> tuple[list[Line], Decimal]:
    """The lines, those with an upheld objection at 0 points, and how many points that gives back."""
    told = list(lines)
    given = sum((line.points for line in told if line.key in upheld), ZERO)
    return [replace(line, points=ZERO, relieved=True) if line.key in upheld else line for line in told], given


def share(points: Decimal, causes: Sequence[Cause]) -> tuple[Decimal, ...]:
    """Points in equal parts of whole hundredths, the first ones 0.01 more until the sum is right."""
    each = (points / len(causes)).quantize(CENT, ROUND_FLOOR)
    rest = int((points - each * len(causes)) / CENT)
    return tuple(each + (CENT if index < rest else ZERO) for index in range(len(causes)))
