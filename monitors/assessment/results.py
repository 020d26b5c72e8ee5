"""What scoring yields: points per indicator, and a line for every point that was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.casedata import dumps
from monitors.hashing import sha256
from monitors.plain import plain


@dataclass(frozen=True, slots=True)
class Cause:
    """What a point was taken for, down to the event: violation -> warning -> timer (or data) event.

    ``element`` is the event of the diagram that fired, ``due`` its instant, ``fired`` when it was acted on.
    """

    warning_id: str
    warning_no: str
    case_id: str
    case_no: str
    rule: str
    dimension: str
    level: str
    fact_at: datetime
    violation_id: str | None = None
    violation_no: str | None = None
    card_id: str | None = None
    card_no: str | None = None
    element: str | None = None
    due: datetime | None = None
    fired: datetime | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """In which causes are listed: by fact, then by number."""
        return self.fact_at, self.warning_no, self.card_no or ""


# Period, indicator, and the ids of the warning and the card, where it was one.
LineKey = tuple[str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """Points taken by one indicator, or by a deduction such as ``yellow``, for one cause.

    ``cause`` is None where no single event took them: a low satisfaction, say. ``period`` is the month in
    sheets that are scored by month, else the period of the sheet. ``relieved``: an objection was upheld, and the
    line, which stays, takes nothing.
    """

    indicator: str
    points: Decimal
    cause: Cause | None
    period: str = ""
    relieved: bool = False

    @property
    def key(self) -> LineKey:
        """What the line is of, the same each time the sheet is computed."""
        warning, card = (None, None) if self.cause is None else (self.cause.warning_id, self.cause.card_id)
        return self.period, self.indicator, warning, card


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One row of a sheet. ``points`` is None where it is not applicable; ``missing`` says for want of what."""

    code: str
    name: str
    name_en: str
    weight: Decimal
    points: Decimal | None
    formula: str
    inputs: Mapping[str, Any]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeductionResult:
    """What a deduction beside the indicators took: ``each`` for each that its formula counted."""

    code: str
    name: str
    name_en: str
    each: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreSheetResult:
    """A scored sheet. ``points``: the sum over applicable indicators; ``total``: what the grade goes by.

    All to 0.01. ``total`` = (100 x points / weights - deducted + bonus) x factor - discipline, within bounds; it
    is computed from unrounded points. ``capped``: red cards lowered the grade. ``parts``: the months of a year.
    """

    sheet: str
    version: int
    period: str
    indicators: tuple[IndicatorResult, ...]
    deductions: tuple[DeductionResult, ...]
    points: Decimal
    weights: Decimal
    deducted: Decimal
    bonus: Decimal
    factor: Decimal
    discipline: Decimal
    total: Decimal
    grade: str
    grade_en: str
    capped: bool
    red_cards: int
    lines: tuple[Line, ...]
    parts: tuple[ScoreSheetResult, ...] = ()

    def body(self) -> dict[str, Any]:
        """The result as JSON without its lines, which have rows of their own."""
        told = asdict(replace(self, lines=(), parts=()))
        del told["lines"]
        return {**told, "parts": [part.body() for part in self.parts]}

    def digest(self) -> str:
        """SHA-256 over the sheet and every line: computing again from the same record gives the same."""
        return sha256(dumps({**self.body(), "lines": [plain(asdict(line)) for line in self.lines]}))
