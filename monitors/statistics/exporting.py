"""A report as CSV, xlsx and PDF.

In a CSV a text that a spreadsheet would take for a formula is led by an apostrophe, and so is one that begins with an
apostrophe: taking one away gives the text back. Numbers are numbers. In an xlsx file every text is written as a text.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO, StringIO
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from monitors.documents.printing import pdf_of_html
from monitors.statistics.tables import Table, flat_row, flat_titles
from monitors.statistics.wording import basis, shown

BOM = "\ufeff"  # without it Excel takes Chinese for another encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
MOST_ON_PAPER = 300  # lines; the rest is in CSV and xlsx
_WIDEST = 40


def csv_of(table: Table, *, english: bool, zone: tzinfo) -> bytes:
    """UTF-8 with a byte order mark, lines end with CRLF (RFC 4180)."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([safe(title) for title in flat_titles(table, english)])
    for row in table.rows:
        writer.writerow([_as_text(cell, zone) for cell in flat_row(table, row, english)])
    return (BOM + text.getvalue()).encode()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_text(cell: Any, zone: tzinfo) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(round(cell, 6).normalize(), "f")
    return cell if cell is None or isinstance(cell, int) else safe(cell)


def xlsx_of(table: Table, title: str, *, english: bool, zone: tzinfo) -> bytes:
    """One sheet; shares are numbers shown as percentages, instants are local. The same table gives the same bytes."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": _DAY}
    book = Workbook(content, options)
    book.set_properties({"title": title, "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet(_sheet_name(title))
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    head = book.add_format({"bold": True, "text_wrap": True})
    titles = flat_titles(table, english)
    for at, text in enumerate(titles):
        sheet.write_string(0, at, text, head)
    kinds = [kind for column in table.columns for kind in _kinds(column.kind)]
    widths = [len(text) * 2 for text in titles]
    for line, row in enumerate(table.rows, 1):
        for at, cell in enumerate(flat_row(table, row, english)):
            _write(sheet, line, at, cell, formats.get(kinds[at]), zone, formats)
            widths[at] = max(widths[at], len(str(cell)) if cell is not None else 0)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(_WIDEST, max(8, width + 2)))
    sheet.freeze_panes(1, 0)
    if titles:
        sheet.autofilter(0, 0, len(table.rows), len(titles) - 1)
    book.close()
    return content.getvalue()


_DAY, _INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_FORMATS = {"share": "0.0%", "ratio": "0.00", "yuan": "#,##0.00", "day": _DAY, "instant": _INSTANT}
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def _kinds(kind: str) -> tuple[str, ...]:
    return (kind, "", "") if kind in ("share", "ratio") else (kind,)


def _sheet_name(title: str) -> str:
    return title.translate(_NOT_IN_NAMES).strip()[:31] or "Sheet1"


def _write(sheet: Any, line: int, at: int, cell: Any, style: Any, zone: tzinfo, formats: dict[str, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(line, at, cell.astimezone(zone).replace(tzinfo=None), formats["instant"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, at, cell, formats["day"])
    elif isinstance(cell, (int, Decimal)):
        sheet.write_number(line, at, cell, style)
    else:
        sheet.write_string(line, at, cell)


def pdf_of(table: Table, title: str, notes: tuple[str, ...], *, english: bool, zone: tzinfo) -> bytes:
    """A4 across, the first lines of it; the fonts embedded. Raises PrintingUnavailable."""
    return pdf_of_html(html_of(((title, table),), title, notes, english=english, zone=zone))


def html_of(
    parts: tuple[tuple[str, Table], ...], title: str, notes: tuple[str, ...], *, english: bool, zone: tzinfo
) -> str:
    """Some tables under one title as a page to print."""
    return _template().render(
        language="en" if english else "zh-Hans",
        title=title,
        notes=notes,
        parts=[_printed(name if len(parts) > 1 else "", table, english, zone) for name, table in parts],
    )


def _printed(name: str, table: Table, english: bool, zone: tzinfo) -> dict[str, Any]:
    lines = [
        [
            (shown(column, cell, english, zone), basis(cell), column.kind)
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in table.rows[:MOST_ON_PAPER]
    ]
    left = len(table.rows) - len(lines)
    return {
        "name": name,
        "titles": [column.title.text(english) for column in table.columns],
        "lines": lines,
        "left": (
            f"{left} further lines are in the CSV and xlsx files."
            if english
            else f"其余 {left} 行见 CSV 或 xlsx 文件。"
        )
        if left
        else "",
    }


@cache
def _template() -> Template:
    source = files("monitors.statistics").joinpath("report.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)
