"""A table as plain data that a database keeps, and back: what was published stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitors.statistics.indicators import Share
from monitors.statistics.tables import Cell, Column, Table
from monitors.words import Words


def as_data(table: Table) -> dict[str, Any]:
    """Columns and rows; a cell that JSON has no value for is a list of its kind and parts."""
    columns = [[one.code, one.title.zh, one.title.en, one.kind] for one in table.columns]
    return {"columns": columns, "rows": [[_kept(cell) for cell in row] for row in table.rows], "more": table.more}


def from_data(data: Mapping[str, Any]) -> Table:
    """The table that ``as_data`` kept."""
    columns = tuple(Column(code, Words(zh, en), kind) for code, zh, en, kind in data["columns"])
    return Table(columns, tuple(tuple(_cell(one) for one in row) for row in data["rows"]), data["more"])


def _kept(cell: Cell) -> Any:
    if isinstance(cell, Words):
        return ["words", cell.zh, cell.en]
    if isinstance(cell, Share):
        return ["share", str(cell.numerator), str(cell.denominator)]
    if isinstance(cell, datetime):
        return ["instant", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    return ["number", str(cell)] if isinstance(cell, Decimal) else cell


def _cell(kept: Any) -> Cell:
    if not isinstance(kept, list):
        cell: Cell = kept
        return cell
    kind, *parts = kept
    if kind == "words":
        return Words(*parts)
    if kind == "share":
        return Share(*(Decimal(one) for one in parts))
    if kind == "instant":
        return datetime.fromisoformat(parts[0])
    return date.fromisoformat(parts[0]) if kind == "day" else Decimal(parts[0])
