"""Decrees as the pages take and tell them: reading what was posted, and mistakes in words."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from monitors.decrees import DecreeRefused, Mistake, Proposal, is_of_hours, read_hours, read_notice, read_sheet
from monitors.decrees.moved import NO_LONGER_DUE, Moved
from monitors.decrees.preview import Foreseen

LONGEST_TITLE = 200
SHOWN_MISTAKES = 20
YEARS = range(2000, 2100)

# What is wrong at a place; the values are what was found and what was expected.
MISTAKE = {
    "missing": _l("%(expected)s is missing"),
    "column": _l("the column “%(found)s” is not known; there are %(expected)s"),
    "twice": _l("“%(found)s” stands there twice"),
    "before": _l("%(found)s is before the first valid day, %(expected)s"),
    "empty": _l("there is no row"),
    "unreadable": _l("the file is none of %(expected)s"),
    "too_many": _l("more than %(expected)s rows"),
    "width": _l("%(found)s values where %(expected)s are expected"),
    "csv": _l("this is not CSV: %(found)s"),
    "truth": _l("“%(found)s” is none of %(expected)s"),
    "long": _l("%(found)s characters, and at most %(expected)s fit"),
    "weekday": _l("%(found)s can only be a day of the week %(expected)s (1 is Monday)"),
    "date": _l("“%(found)s” is no date"),
    "time": _l("“%(found)s” is no time of day such as %(expected)s"),
    "hours": _l("the hours are not in order: %(found)s"),
    "kind": _l("“%(found)s” is no kind of day; there are %(expected)s"),
    "no_holiday": _l("no holiday was found; one reads like “%(expected)s”"),
    "not_understood": _l("not understood: “%(found)s”"),
    "span": _l("the days %(found)s are no holiday"),
    "count": _l("the text says %(expected)s days, and names %(found)s"),
    "weekday_of": _l("%(found)s: the day of the week is not that of %(expected)s"),
    "made_up": _l("%(found)s make-up days for %(expected)s weekdays off"),
    "made_up_weekday": _l("the make-up day %(found)s is a working day already"),
}


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a posted form: a proposal, or why there is none."""

    proposal: Proposal | None
    mistakes: tuple[str, ...] = field(default=())


def posted(form: ImmutableMultiDict[str, str], file: FileStorage | None) -> Posted:
    """The decree that was posted: the words of a year's notice, or a file of days."""
    title, district = form.get("title", "").strip(), form.get("district", "") or None
    valid_from, year = _date(form.get("valid_from", "")), form.get("year", "", type=str)
    whole = form.get("form") == "notice"
    told = [_("Name the document.")] if not 0 < len(title) <= LONGEST_TITLE else []
    if whole and not (year.isascii() and year.isdigit() and int(year) in YEARS):
        told.append(_("Name the year, such as 2027."))
    if valid_from is None:
        told.append(_("Name the first valid day, such as 2027-01-01."))
    if not whole and (file is None or not file.filename):
        told.append(_("Choose a CSV file."))
    if told or valid_from is None:
        return Posted(None, tuple(told))
    try:
        if whole:
            days = _from(valid_from, read_notice(form.get("text", ""), int(year), title))
            return Posted(Proposal(title, valid_from, days, district, int(year)))
        assert file is not None
        return Posted(_of_file(file.read(), title, valid_from, district))
    except DecreeRefused as error:
        return Posted(None, tuple(in_words(one) for one in error.mistakes[:SHOWN_MISTAKES]))


def _of_file(content: bytes, title: str, valid_from: date, district: str | None) -> Proposal:
    """A sheet of days or of office hours, as its header says."""
    if is_of_hours(content):
        return Proposal(title, valid_from, (), district, hours=read_hours(content, valid_from))
    return Proposal(title, valid_from, read_sheet(content, title, valid_from), district)


def _from(valid_from: date, days: Iterable[Any]) -> tuple[Any, ...]:
    """The notice of a year may name days of December; those before it is valid are told, not left out."""
    found = tuple(days)
    early = [
        Mistake(0, "", "before", day.date.isoformat(), valid_from.isoformat()) for day in found if day.date < valid_from
    ]
    if early:
        raise DecreeRefused(early)
    return found


def in_words(mistake: Mistake) -> str:
    """``Line 3, kind: …`` in the language of the request."""
    said = str(MISTAKE[mistake.code]) % {"found": mistake.found, "expected": mistake.expected}
    if not mistake.line:
        return said
    if not mistake.column:
        return _("Line %(line)d: %(said)s", line=mistake.line, said=said)
    return _("Line %(line)d, %(column)s: %(said)s", line=mistake.line, column=mistake.column, said=said)


def days_between(before: datetime | None, after: datetime | None, zone: ZoneInfo) -> int | None:
    """By how many calendar days a due moved; None where one of the two is not known."""
    if before is None or after is None:
        return None
    return (after.astimezone(zone).date() - before.astimezone(zone).date()).days


def as_csv(rows: Iterable[Moved | Foreseen], zone: ZoneInfo) -> Iterable[str]:
    """The moved limits as lines of CSV, the header first; spreadsheets know the encoding by the mark before it."""
    yield "\ufeff" + _line(
        ["case", "district", "department", "element", "rule", "rung", "kind", "before", "after", "days"]
    )
    for row in rows:
        over = row.over if isinstance(row, Foreseen) else row.kind == NO_LONGER_DUE
        kind = NO_LONGER_DUE if over else "moved"
        instants = [at.astimezone(zone).isoformat() if at else "" for at in (row.before, row.after)]
        named = [row.case_no, row.district_code, row.department, row.element, row.rule, row.rung, kind]
        days = days_between(row.before, row.after, zone)
        yield _line([*named, *instants, "" if days is None else str(days)])


def _line(values: list[str]) -> str:
    """Values that a spreadsheet would take for formulas are given as text."""
    text = StringIO()
    csv.writer(text).writerow([f"'{value}" if value[:1] in "=+@\t\r" and value else value for value in values])
    return text.getvalue()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
