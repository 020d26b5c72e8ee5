"""A sheet of days (CSV): ``date,kind,name`` and, where they differ from the decree's, ``source_doc,confirmed``.

The columns of ``engine/seeds``. Spreadsheets here save GB 18030 as often as UTF-8, so both are read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.calendar import CalendarDay, DayKind
from monitors.decrees.mistakes import DecreeRefused, Mistake

NEEDED = ("date", "kind", "name")
COLUMNS = (*NEEDED, "source_doc", "confirmed")
LONGEST = {"name": 100, "source_doc": 200}
MOST_ROWS = 5_000
_ON_WEEKENDS = frozenset({DayKind.WEEKEND, DayKind.ADJUSTED_WORK})
_ON_WEEKDAYS = frozenset({DayKind.ADJUSTED_REST})
_TRUTH = {"true": True, "false": False, "": True}
Record = Mapping[str, str]


def read_sheet(content: bytes, title: str, valid_from: date) -> tuple[CalendarDay, ...]:
    """The days of a sheet, in order of date; raises DecreeRefused with every mistake that is in it.

    A row without a source of its own has the ``title``; none may speak of a day before ``valid_from``.
    """
    found: dict[date, CalendarDay] = {}
    mistakes: list[Mistake] = []
    for line, record in records(content, COLUMNS, NEEDED):
        row = _row(line, record, title, mistakes)
        if row is None:
            continue
        if row.date in found:
            mistakes.append(Mistake(line, "date", "twice", record["date"]))
        elif row.date < valid_from:
            mistakes.append(Mistake(line, "date", "before", record["date"], valid_from.isoformat()))
        found[row.date] = row
    if mistakes:
        raise DecreeRefused(mistakes)
    if not found:
        raise DecreeRefused([Mistake(1, "date", "empty")])
    return tuple(found[day] for day in sorted(found))


def text_of(content: bytes) -> str:
    """The text of a sheet; raises DecreeRefused when it is in none of the encodings."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DecreeRefused([Mistake(0, "", "unreadable", "", "UTF-8, GB 18030")])


def records(content: bytes, columns: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[int, Record]]:
    """Each row with the number of its line; a header that is wrong is the only mistake that is told."""
    reader = csv.reader(text_of(content).splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check(header, columns, needed)
        for values in reader:
            if not any(values):
                continue
            if reader.line_num > MOST_ROWS:
                raise DecreeRefused([Mistake(reader.line_num, "", "too_many", "", str(MOST_ROWS))])
            if len(values) != len(header):
                raise DecreeRefused([Mistake(reader.line_num, "", "width", str(len(values)), str(len(header)))])
            yield reader.line_num, dict(zip(header, (value.strip() for value in values), strict=True))
    except csv.Error as error:
        raise DecreeRefused([Mistake(reader.line_num, "", "csv", str(error))]) from error


def _check(header: list[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    wrong = [Mistake(1, name, "column", name, ", ".join(columns)) for name in header if name not in columns]
    wrong += [Mistake(1, name, "missing", "", name) for name in needed if name not in header]
    wrong += [Mistake(1, name, "twice", name) for name in sorted(set(header)) if header.count(name) > 1]
    if wrong:
        raise DecreeRefused(wrong)


def _row(line: int, record: Record, title: str, mistakes: list[Mistake]) -> CalendarDay | None:
    before = len(mistakes)
    day, kind = _day(line, record["date"], mistakes), _kind(line, record["kind"], mistakes)
    name, source = record["name"], record.get("source_doc") or title
    confirmed = _TRUTH.get(record.get("confirmed", "").lower())
    if confirmed is None:
        mistakes.append(Mistake(line, "confirmed", "truth", record["confirmed"], "true, false"))
    if not name:
        mistakes.append(Mistake(line, "name", "missing", "", "name"))
    for column, text in (("name", name), ("source_doc", source)):
        if len(text) > LONGEST[column]:
            mistakes.append(Mistake(line, column, "long", str(len(text)), str(LONGEST[column])))
    if day is not None and kind is not None and not fits(day, kind):
        mistakes.append(Mistake(line, "kind", "weekday", kind, "1-5" if kind in _ON_WEEKDAYS else "6-7"))
    if len(mistakes) > before or day is None or kind is None or confirmed is None:
        return None
    return CalendarDay(day, kind, name, source, confirmed)


def fits(day: date, kind: DayKind) -> bool:
    """Whether a day of that kind can fall on that day of the week."""
    weekend = day.isoweekday() > 5
    return not (weekend if kind in _ON_WEEKDAYS else kind in _ON_WEEKENDS and not weekend)


def _day(line: int, text: str, mistakes: list[Mistake]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        mistakes.append(Mistake(line, "date", "date", text, "2027-02-06"))
        return None


def _kind(line: int, text: str, mistakes: list[Mistake]) -> DayKind | None:
    try:
        return DayKind(text)
    except ValueError:
        mistakes.append(Mistake(line, "kind", "kind", text, ", ".join(DayKind)))
        return None
