"""The cells of a report as people read them, on the page and on paper."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal

from monitors.statistics.indicators import Share
from monitors.statistics.tables import Cell, Column
from monitors.words import Words

NOTHING = "—"


def shown(column: Column, cell: Cell, english: bool, zone: tzinfo) -> str:
    """One cell: ``81.3 %`` of a share, ``1.25`` of a ratio; a dash for what is not known."""
    if isinstance(cell, Share):
        return _share(column, cell)
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, Words):
        return cell.text(english)
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}" if column.kind == "yuan" else number(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def basis(cell: Cell) -> str:
    """What a share rests on: ``13 / 16``."""
    return f"{number(cell.numerator)} / {number(cell.denominator)}" if isinstance(cell, Share) else ""


def number(value: Decimal | int) -> str:
    """Without needless zeros, and without a power of ten."""
    if isinstance(value, int):
        return f"{value:,}"
    short = round(value, 4).normalize()
    return f"{short:,f}"


def _share(column: Column, cell: Share) -> str:
    value = cell.value
    if value is None:
        return NOTHING
    return f"{value:.2f}" if column.kind == "ratio" else f"{value * 100:.1f} %"
