"""A sheet of office hours (CSV): ``valid_from,am_start,am_end,pm_start,pm_end``, each row until the next one's day.

A half of the day may be left out, both fields of it.
"""

from __future__ import annotations

from datetime import date, time

from engine.worktimes import HoursError, Span, WorkTime
from monitors.decrees.mistakes import DecreeRefused, Mistake
from monitors.decrees.sheet import Record, records, text_of

COLUMNS = ("valid_from", "am_start", "am_end", "pm_start", "pm_end")


def is_of_hours(content: bytes) -> bool:
    """Whether a sheet speaks of office hours and not of days."""
    return text_of(content).lstrip().startswith("valid_from")


def read_hours(content: bytes, valid_from: date) -> tuple[WorkTime, ...]:
    """The tables of a sheet, in order; raises DecreeRefused with every mistake that is in it."""
    mistakes: list[Mistake] = []
    found: dict[date, WorkTime] = {}
    for line, record in records(content, COLUMNS, COLUMNS):
        table = _table(line, record, mistakes)
        if table is None:
            continue
        if table.valid_from in found:
            mistakes.append(Mistake(line, "valid_from", "twice", record["valid_from"]))
        elif table.valid_from < valid_from:
            mistakes.append(Mistake(line, "valid_from", "before", record["valid_from"], valid_from.isoformat()))
        found[table.valid_from] = table
    if not found and not mistakes:
        mistakes.append(Mistake(1, "valid_from", "empty"))
    if mistakes:
        raise DecreeRefused(mistakes)
    return tuple(found[day] for day in sorted(found))


def _table(line: int, record: Record, mistakes: list[Mistake]) -> WorkTime | None:
    before = len(mistakes)
    day = None
    try:
        day = date.fromisoformat(record["valid_from"])
    except ValueError:
        mistakes.append(Mistake(line, "valid_from", "date", record["valid_from"]))
    halves = [_span(line, record, half, mistakes) for half in ("am", "pm")]
    spans = tuple(span for span in halves if span is not None)
    if len(mistakes) > before or day is None:
        return None
    try:
        return WorkTime(day, spans)
    except HoursError as error:
        mistakes.append(Mistake(line, "", "hours", error.message))
        return None


def _span(line: int, record: Record, half: str, mistakes: list[Mistake]) -> Span | None:
    names = (f"{half}_start", f"{half}_end")
    if not any(record[name] for name in names):
        return None
    moments = []
    for name in names:
        try:
            moments.append(time.fromisoformat(record[name]).replace(second=0, microsecond=0, tzinfo=None))
        except ValueError:
            mistakes.append(Mistake(line, name, "time", record[name], "09:00"))
    return (moments[0], moments[1]) if len(moments) == 2 else None
