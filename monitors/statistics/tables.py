"""A report as values: columns with their names in both languages, and rows of plain cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitors.statistics.indicators import Indicator, Share
from monitors.words import Words

# text count days hours yuan ratio share day instant; a share has its numerator and denominator beside it
Kind = str
Cell = str | int | Decimal | date | datetime | Words | Share | None


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    title: Words
    kind: Kind = "text"
    formula: Words | None = None

    @classmethod
    def of(cls, indicator: Indicator) -> Column:
        kind = {"share": "share", "ratio": "ratio", "yuan": "yuan"}.get(indicator.unit, "count")
        return cls(indicator.code, indicator.name, kind, indicator.formula)


@dataclass(frozen=True, slots=True)
class Table:
    """``more``: there are further rows than these."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: bool = False


_PART, _WHOLE = Words("分子", "numerator"), Words("分母", "denominator")


def flat_titles(table: Table, english: bool) -> list[str]:
    """The headings where each cell holds one value: a share takes three columns."""
    titles = []
    for column in table.columns:
        title = column.title.text(english)
        titles.append(title)
        if column.kind in ("share", "ratio"):
            titles += [f"{title} {_PART.text(english)}", f"{title} {_WHOLE.text(english)}"]
    return titles


def flat_row(
    table: Table, row: Sequence[Cell], english: bool
) -> Iterator[str | int | Decimal | date | datetime | None]:
    """The cells of a row with one value each, in one language."""
    for column, cell in zip(table.columns, row, strict=True):
        if column.kind in ("share", "ratio"):
            whole = cell if isinstance(cell, Share) else None
            yield from (None, None, None) if whole is None else (whole.value, whole.numerator, whole.denominator)
        else:
            yield cell.text(english) if isinstance(cell, Words) else plain(cell)


def plain(cell: Any) -> str | int | Decimal | date | datetime | None:
    found: str | int | Decimal | date | datetime | None = cell
    return found
