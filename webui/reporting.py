"""What a report is asked for in an address or on the command line, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from monitors.scope import Scope
from monitors.statistics import exporting
from monitors.statistics.asked import FIRST, LAST, Asked
from monitors.statistics.reports import REPORTS, Report
from monitors.statistics.tables import Table
from webui.wiring import Application

LONGEST = 120
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A report with its table, and what was asked."""

    report: Report
    asked: Asked
    group: str
    table: Table

    def as_file(self, kind: str, *, english: bool) -> bytes:
        """The whole of it as ``csv``, ``xlsx`` or ``pdf``."""
        title, zone = self.report.title.text(english), self.asked.zone
        if kind == "csv":
            return exporting.csv_of(self.table, english=english, zone=zone)
        if kind == "xlsx":
            return exporting.xlsx_of(self.table, title, english=english, zone=zone)
        notes = (self.report.about.text(english), f"{self.asked.since} – {self.asked.until}")
        return exporting.pdf_of(self.table, title, notes, english=english, zone=zone)


def make(app: Application, code: str, given: Mapping[str, str], scope: Scope) -> Made:
    """That report of what is ``given`` (from, to, by, district …); what is nonsense is as if it were not given."""
    report = REPORTS[code]
    first, last = period_of(report.period, today(app))
    since, until = _day(given.get("from", ""), first), _day(given.get("to", ""), last)
    if since > until:
        since = until
    narrowed = {name: given.get(name, "").strip()[:LONGEST] for name in report.filters}
    asked = Asked(since, until, scope, zone=app.zone, **narrowed)
    by = given.get("by", "")
    group = by if by in report.groups else (report.groups or ("total",))[0]
    with app.database.read() as connection:
        return Made(report, asked, group, report.make(connection, asked, group))


def today(app: Application) -> date:
    return app.clock.now().astimezone(app.zone).date()


def period_of(kind: str, day: date) -> tuple[date, date]:
    """The day, month, quarter or year in which that day is, up to the day; ``all``: whatever there is."""
    begins: Mapping[str, Callable[[], date]] = {
        "day": lambda: day,
        "month": lambda: day.replace(day=1),
        "quarter": lambda: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": lambda: day.replace(month=1, day=1),
        "all": lambda: FIRST,
    }
    return begins[kind](), day


def last_periods(day: date) -> tuple[str, ...]:
    """The months and quarters that are over, the last ones: of these bulletins may be issued."""
    first = day.replace(day=1)
    months = []
    for _ in range(6):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    quarters = [f"{one.year}Q{one.month // 3}" for one in months if one.month % 3 == 0]
    return (*(f"{one:%Y-%m}" for one in months), *quarters)


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if FIRST <= found <= LAST else otherwise
