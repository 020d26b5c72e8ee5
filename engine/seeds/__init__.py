"""Calendar rows to start from; afterwards a city's calendars are rows in the database.

``cn_2025_2026.csv`` was generated once from ``chinesecalendar`` 1.11 and agrees with ``holidays`` 0.109 on
every day of both years; ``tests/engine/test_calendar.py`` compares it with both again. HOLIDAY marks a
statutory holiday or its 补假, ADJUSTED_REST a weekday that a make-up day (ADJUSTED_WORK) pays for, WEEKEND
a weekend day inside the holiday (it changes nothing and gives the day its name).
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from engine.calendar import CalendarDay, DayKind


@cache
def load_seed(name: str = "cn_2025_2026") -> tuple[CalendarDay, ...]:
    """The rows of ``engine/seeds/<name>.csv`` (columns date, kind, name, source_doc, confirmed)."""
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(_row(record) for record in csv.DictReader(text.splitlines()))


def _row(record: dict[str, str]) -> CalendarDay:
    return CalendarDay(
        date=date.fromisoformat(record["date"]),
        kind=DayKind(record["kind"]),
        name=record["name"],
        source_doc=record["source_doc"],
        confirmed=record["confirmed"] == "true",
    )
