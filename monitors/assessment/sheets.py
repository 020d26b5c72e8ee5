"""Score sheets (考核表): versioned data. What an indicator counts is what its formula reads.

``bpmn/supervision/scoresheets.toml``, read by ``sheetfile.py``::

    [[sheet]]
    code = "DEFAULT"
    version = 1
    valid_from = 2025-01-01
    name = "…"
    name_en = "…"
    basis = "B.8"
    confidence = "E"
    period = "year"                       # or month: the year is then the mean of its months
    lowest = 0
    highest = 105
    bonus_max = 5
    factor = "1"                          # FEEL, optional (折合系数)
    publication_days = 5                  # working days in which departments may object (公示)
    freeze_on = "01-15"                   # of the next year; before it no year is frozen
    three_yellow = "adds"                 # or replaces: the red card that three yellow ones led to counts in their place
    cards = { notice = 0.5, yellow = 3, red = 8 }
    grades = [ { from = 90, name = "优秀", name_en = "Excellent" }, … ]
    cap = { red_cards = 3, grade = "合格" }     # so many red cards earn that grade at most
    discipline = { "警告" = 10, … }       # optional; once in the year; an assessor gives the numbers
    [[sheet.indicator]]
    code = "time"
    name = "时效"
    name_en = "Timeliness"
    weight = 25
    formula = "25 * on_time_rate"         # FEEL over the names of figures.py; bounded by min (0) and max (weight)
    applicable = "closed > 0"             # FEEL, optional
    mode = "auto"                         # or manual: an assessor gives the points, no formula
    [[sheet.deduction]]                   # optional: code name name_en, each (1) times the FEEL number ``count``
    [[sheet.bonus]]                       # optional: code name name_en formula
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (考核指标); points are kept within ``least`` and ``most`` (at most the weight)."""

    code: str
    name: str
    name_en: str
    weight: Decimal
    least: Decimal
    most: Decimal
    manual: bool
    formula: str
    applicable: str


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points off beside the indicators: ``each`` times ``count``, a formula. Cards are such."""

    code: str
    name: str
    name_en: str
    each: Decimal
    count: str


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points on top; all together at most the sheet's ``bonus_max``."""

    code: str
    name: str
    name_en: str
    formula: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (等次): the least total that earns it, and with how many red cards at most (None: any number)."""

    least: Decimal
    name: str
    name_en: str
    most_red_cards: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a score sheet. ``grades`` from the best down; ``district_code`` * is everywhere.

    ``monthly``: a longer period is the mean of its months. ``freeze_on``: month and day of the next year. ``source`` is the mapping that it was made from.
    """

    code: str
    version: int
    valid_from: date
    name: str
    name_en: str
    basis: str
    confidence: str
    monthly: bool
    lowest: Decimal
    highest: Decimal
    bonus_max: Decimal
    factor: str
    indicators: tuple[Indicator, ...]
    deductions: tuple[Deduction, ...]
    bonuses: tuple[Bonus, ...]
    grades: tuple[Grade, ...]
    discipline: Mapping[str, Decimal]
    source: Row
    district_code: str = "*"
    publication_days: int = 5
    freeze_on: tuple[int, int] = (1, 15)
    three_yellow_replace: bool = False

    @property
    def manual(self) -> tuple[str, ...]:
        """What people give: the indicators by hand, the bonus, the kinds of punishment."""
        by_hand = tuple(indicator.code for indicator in self.indicators if indicator.manual)
        return (*by_hand, "bonus", *self.discipline)


def sheet_in_force(sheets: Sequence[Sheet], after: date) -> Sheet | None:
    """The version for a period that ends before the day ``after``: the latest begun by then."""
    begun = [sheet for sheet in sheets if sheet.valid_from < after]
    return max(begun, key=lambda sheet: (sheet.valid_from, sheet.version), default=None)
