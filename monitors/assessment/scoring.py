"""From figures to a scored sheet: pure, so that computing again gives the identical sheet (B.8).

Points are exact until the end; what is shown is rounded half up to 0.01, and the total only once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.errors import InvalidData
from engine.feel import parse
from monitors.assessment.figures import Figures
from monitors.assessment.lines import ZERO, cents, lines_of, relieve
from monitors.assessment.periods import span_of
from monitors.assessment.results import DeductionResult, IndicatorResult, Line, LineKey, ScoreSheetResult
from monitors.assessment.sheets import Grade, Indicator, Sheet

Context = Mapping[str, Any]
Manual = Mapping[str, Decimal]
NOTHING: Manual = {}


def score(
    sheet: Sheet, figures: Figures, period: str, manual: Manual = NOTHING, upheld: Collection[LineKey] = ()
) -> ScoreSheetResult:
    """Score one department's figures of one period.

    Total = (100 x sum(points) / sum(weights of the applicable indicators) - deductions + bonus) x factor,
    within the sheet's bounds. ``manual`` has what assessors give: points by the code of an indicator, points
    of ``bonus``, numbers of punishments by their kind, which a year bears once. ``upheld``: the lines whose
    objections were upheld take nothing. Raises InvalidData when a formula yields no number.
    """
    context = figures.context()
    lines: list[Line] = []
    exact: list[Decimal] = []
    rows: list[IndicatorResult] = []
    taken_off: list[DeductionResult] = []
    for indicator in sheet.indicators:
        value, row = _rate(indicator, context, manual)
        if value is not None and row.points is not None:
            taken = lines_of(indicator.code, indicator.weight - row.points, indicator.formula, figures, period)
            told, given = relieve(taken, upheld)
            lines += told
            exact.append(min(indicator.most, value + given))
            row = replace(row, points=cents(exact[-1]))
        rows.append(row)
    weights = sum((row.weight for row in rows if row.points is not None), ZERO)
    points, deducted = sum(exact, ZERO), ZERO
    for part in sheet.deductions:
        off = part.each * max(ZERO, _number(part.count, context, part.code) or ZERO)
        told, given = relieve(lines_of(part.code, cents(off), part.count, figures, period), upheld)
        lines += told
        deducted += max(ZERO, off - given)
        taken_off.append(DeductionResult(part.code, part.name, part.name_en, part.each, cents(max(ZERO, off - given))))
    bonus = min(sheet.bonus_max, manual.get("bonus", ZERO) + _bonus(sheet, context))
    factor = _number(sheet.factor, context, f"{sheet.code}.factor") or Decimal(1)
    discipline = ZERO if sheet.monthly or not span_of(period).whole_year else _discipline(sheet, manual)
    base = 100 * points / weights if weights else ZERO
    total = _bounded(sheet, (base - deducted + bonus) * factor - discipline)
    grade, capped = grade_of(sheet, total, context["red_cards"])
    return ScoreSheetResult(
        sheet=sheet.code,
        version=sheet.version,
        period=period,
        indicators=tuple(rows),
        deductions=tuple(taken_off),
        points=cents(points),
        weights=weights,
        deducted=cents(deducted),
        bonus=cents(bonus),
        factor=factor,
        discipline=discipline,
        total=total,
        grade=grade.name,
        grade_en=grade.name_en,
        capped=capped,
        red_cards=context["red_cards"],
        lines=tuple(lines),
    )


def mean(
    sheet: Sheet, period: str, months: Sequence[ScoreSheetResult], red_cards: int, manual: Manual = NOTHING
) -> ScoreSheetResult:
    """A longer period of a sheet that is scored by month: the mean of its months, less discipline once in the year.

    Lines keep the points of their month. Raises InvalidData without a month.
    """
    if not months:
        raise InvalidData("expected at least one month to average, found none", field="period")
    discipline = _discipline(sheet, manual) if span_of(period).whole_year else ZERO
    total = _bounded(sheet, _mean(month.total for month in months) - discipline)
    grade, capped = grade_of(sheet, total, red_cards)
    columns = zip(*(month.indicators for month in months), strict=True)
    return ScoreSheetResult(
        sheet=sheet.code,
        version=sheet.version,
        period=period,
        indicators=tuple(_mean_row(rows) for rows in columns),
        deductions=tuple(_mean_off(rows) for rows in zip(*(month.deductions for month in months), strict=True)),
        points=cents(_mean(month.points for month in months)),
        weights=cents(_mean(month.weights for month in months)),
        deducted=cents(_mean(month.deducted for month in months)),
        bonus=cents(_mean(month.bonus for month in months)),
        factor=months[-1].factor,
        discipline=discipline,
        total=total,
        grade=grade.name,
        grade_en=grade.name_en,
        capped=capped,
        red_cards=red_cards,
        lines=tuple(line for month in months for line in month.lines),
        parts=tuple(months),
    )


def grade_of(sheet: Sheet, total: Decimal, red_cards: int) -> tuple[Grade, bool]:
    """The grade of a total, and whether too many red cards have lowered it (一票否优)."""
    earned = [grade for grade in sheet.grades if total >= grade.least] or [sheet.grades[-1]]
    held = [g for g in earned if g.most_red_cards is None or red_cards <= g.most_red_cards] or [earned[-1]]
    return held[0], held[0] != earned[0]


def _rate(indicator: Indicator, context: Context, manual: Manual) -> tuple[Decimal | None, IndicatorResult]:
    """The exact points, and the row with rounded ones; None where the indicator is not applicable."""
    value: Decimal | None = None
    missing: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = {}
    if indicator.manual:
        value = manual.get(indicator.code)
        missing = () if value is not None else (indicator.code,)
    elif parse(indicator.applicable).evaluate(context) is True:
        told = parse(indicator.formula).explain(context)
        inputs, missing = told.reads, told.missing
        value = None if missing else _decimal(told.value, indicator.code)
    if value is not None:
        value = min(indicator.most, max(indicator.least, value))
    row = IndicatorResult(
        code=indicator.code,
        name=indicator.name,
        name_en=indicator.name_en,
        weight=indicator.weight,
        points=None if value is None else cents(value),
        formula=indicator.formula,
        inputs=dict(inputs),
        missing=tuple(missing),
    )
    return value, row


def _bonus(sheet: Sheet, context: Context) -> Decimal:
    earned = (_number(part.formula, context, part.code) or ZERO for part in sheet.bonuses)
    return sum((max(ZERO, points) for points in earned), ZERO)


def _discipline(sheet: Sheet, manual: Manual) -> Decimal:
    return sum((points * manual.get(kind, ZERO) for kind, points in sheet.discipline.items()), ZERO)


def _number(text: str, context: Context, where: str) -> Decimal | None:
    """The number of a formula; None where a figure that it reads is missing."""
    told = parse(text).explain(context)
    return None if told.missing else _decimal(told.value, where)


def _decimal(value: Any, where: str) -> Decimal:
    if not isinstance(value, Decimal):
        raise InvalidData(f"expected a number from {where}, found {value!r}", field=where)
    return value


def _bounded(sheet: Sheet, total: Decimal) -> Decimal:
    return cents(min(sheet.highest, max(sheet.lowest, total)))


def _mean(values: Iterable[Decimal]) -> Decimal:
    found = list(values)
    return sum(found, ZERO) / len(found)


def _mean_row(rows: Sequence[IndicatorResult]) -> IndicatorResult:
    given = [row.points for row in rows if row.points is not None]
    if not given:
        return rows[0]
    return replace(rows[0], points=cents(_mean(given)), inputs={}, missing=())


def _mean_off(rows: Sequence[DeductionResult]) -> DeductionResult:
    return replace(rows[0], points=cents(_mean(row.points for row in rows)))
