"""The assessment (考核): scores departments, keeps the sheets, publishes and freezes them, answers what took which point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.calendar import WorkingCalendar
from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t
from monitors.assessment.adjusting import Adjustment, adjustments_of
from monitors.assessment.cases import CaseFigures, CaseRecord
from monitors.assessment.figures import Figures
from monitors.assessment.gather import Period, gather
from monitors.assessment.marks import confirmed_marks
from monitors.assessment.objections import object_to, upheld_lines
from monitors.assessment.periods import Span, span_of
from monitors.assessment.publishing import (
    Publication,
    must_be_freezable,
    must_be_objectable,
    publication,
    publish,
)
from monitors.assessment.results import ScoreSheetResult
from monitors.assessment.scores import Deduction, Ranked, Score, keep, key_of, ranked, same
from monitors.assessment.scoring import mean, score
from monitors.assessment.sheetfile import sheet_of
from monitors.assessment.sheets import Sheet, sheet_in_force
from monitors.handling.given import CalendarSource
from monitors.model import Department
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import insert_once

Name = int | str  # of a period: a year as a number, or 2026, 2026-H1, 2026-Q1, 2026-03


@dataclass(frozen=True, slots=True)
class Assessment:
    """``cases`` None: nothing is known of closed cases, their indicators are not applicable.

    ``sheet`` is the code of the score sheet that is used.
    """

    database: Database
    calendars: CalendarSource
    cases: CaseFigures | None = None
    sheet: str = "DEFAULT"

    def install(self, sheets: Iterable[Sheet]) -> None:
        """Keep sheets that come with the product; a version that is there already stays as it is."""
        with self.database.begin() as connection:
            for sheet in sheets:
                row = {name: getattr(sheet, name) for name in ("district_code", "code", "version", "valid_from")}
                insert_once(connection, t.score_sheet, {**row, "body": dict(sheet.source)})

    def score(self, department: Department, period: Name, at: datetime) -> Score:
        """Score the department's period as it is known ``at``, and keep score and deductions.

        Computing again from the same record gives the identical sheet. One that is published is as it was known then,
        but for what fell away since. A frozen one stays as it is: where the total comes out otherwise than it and its
        adjustments say, that is one more adjustment. Raises NotFound without a sheet in force.
        """
        # Gathering may take long and only reads; nobody who writes waits for it.
        with self.database.read() as connection:
            result = self._compute(connection, department, span_of(period), at)
        with self.database.begin() as connection:
            return keep(connection, department, result, at)

    def score_all(self, departments: Iterable[Department], period: Name, at: datetime) -> tuple[Score, ...]:
        """Score these departments, each in a transaction of its own."""
        return tuple(self.score(department, period, at) for department in departments)

    def publish(
        self, departments: Sequence[Department], period: Name, at: datetime, by: str
    ) -> tuple[Publication, ...]:
        """Score these departments and publish the sheets of their districts (公示).

        Raises Conflict before the period is over, and for one that is published already.
        """
        span, made = span_of(period), []
        for district_code in sorted({one.district_code for one in departments}):
            with self.database.begin() as connection:
                sheet = self._sheet(connection, district_code, span)
                calendar = self._calendar(connection, district_code)
                made.append(publish(connection, district_code, sheet, span, calendar, by, at))
            self.score_all([one for one in departments if one.district_code == district_code], period, at)
        return tuple(made)

    def publication(self, district_code: str, period: Name) -> Publication | None:
        with self.database.read() as connection:
            return publication(connection, district_code, span_of(period).name, self.sheet)

    def object_to(self, department: Department, period: Name, line: int, reason: str, by: str, at: datetime) -> str:
        """Object to a line of a published sheet; gives the id of the objection.

        Raises NotFound for no such line, Conflict where the days of objection do not run or it was objected to.
        """
        found = self._deduction(department, period, line)
        with self.database.begin() as connection:
            calendar = self._calendar(connection, department.district_code)
            published = publication(connection, department.district_code, span_of(period).name, self.sheet)
            must_be_objectable(published, calendar, at)
            return object_to(connection, found, reason, by, at)

    def freeze(self, departments: Sequence[Department], period: Name, at: datetime, by: str) -> int:
        """Freeze the published sheets of these departments (B.8); how many. What comes later is kept as adjustments.

        Raises Conflict that says what it waits for: the publication, its days, an objection, the day of the sheet.
        """
        span, count = span_of(period), 0
        for department in departments:
            with self.database.begin() as connection:
                sheet = self._sheet(connection, department.district_code, span)
                calendar = self._calendar(connection, department.district_code)
                found = publication(connection, department.district_code, span.name, sheet.code)
                must_be_freezable(connection, found, sheet, span, calendar, at)
                result = self._compute(connection, department, span, at)
                kept = keep(connection, department, result, at)
                if kept.frozen_at is None:
                    values = {"frozen_at": at, "frozen_by": by}
                    connection.execute(
                        update(t.score).where(*same(t.score.c, key_of(department, result))).values(**values)
                    )
                    count += 1
        return count

    def adjustments(self, department: Department, period: Name) -> tuple[Adjustment, ...]:
        """What became known after the freeze, the first first."""
        found = self.kept(department, period)
        if found is None:
            return ()
        with self.database.read() as connection:
            return adjustments_of(connection, found)

    def ranking(self, period: Name, scope: Scope = EVERYWHERE) -> tuple[Ranked, ...]:
        """The kept scores of that period by the sheet in force, best first, then by district and department."""
        c, d = t.score.c, t.department.c
        wanted = select(t.score).where(
            c.period == span_of(period).name, c.sheet == self.sheet, scope.where(c.district_code, c.department)
        )
        with self.database.read() as connection:
            rows = [Score(**row._mapping) for row in connection.execute(wanted)]
            groups = {
                (row[0], row[1]): row[2] for row in connection.execute(select(d.district_code, d.code, d.peer_group))
            }
        newest = max((row.version for row in rows), default=0)
        return ranked([row for row in rows if row.version == newest], groups)

    def kept(self, department: Department, period: Name) -> Score | None:
        """The department's kept score of that period, or None."""
        scope = Scope(frozenset({(department.district_code, department.code)}))
        return next((place.score for place in self.ranking(period, scope)), None)

    def deductions(self, department: Department, period: Name) -> tuple[Deduction, ...]:
        """The lines of the kept score, in the order of the sheet."""
        found = self.kept(department, period)
        if found is None:
            return ()
        c = t.deduction.c
        wanted = select(t.deduction).where(*same(c, found)).order_by(c.line)
        with self.database.read() as connection:
            return tuple(Deduction(**row._mapping) for row in connection.execute(wanted))

    def sheet_of(self, district_code: str, period: Name) -> Sheet:
        """The sheet that the district's departments are assessed by; raises NotFound."""
        with self.database.read() as connection:
            return self._sheet(connection, district_code, span_of(period))

    def figures(self, department: Department, period: Name, at: datetime) -> Figures:
        """The figures that a period's score is computed from."""
        with self.database.read() as connection:
            calendar = self._calendar(connection, department.district_code)
            span = _period(calendar, department, span_of(period), at)
            return gather(connection, calendar, self._cases(connection, calendar, span), span)

    def _compute(self, connection: Connection, department: Department, span: Span, at: datetime) -> ScoreSheetResult:
        district_code = department.district_code
        sheet = self._sheet(connection, district_code, span)
        calendar = self._calendar(connection, district_code)
        known = self._known(connection, department, span, sheet, at)
        whole = _period(calendar, department, span_of(span.year), known, sheet.three_yellow_replace)
        cases = self._cases(connection, calendar, whole)
        closed_in_year = cases.counts(whole.since, min(whole.until, known)).closed
        upheld = upheld_lines(connection, district_code, department.code, span.name, sheet.code)

        def scored(part: Span) -> ScoreSheetResult:
            period = _period(calendar, department, part, known, sheet.three_yellow_replace)
            figures = replace(gather(connection, calendar, cases, period), closed_in_year=closed_in_year)
            manual = confirmed_marks(connection, department, sheet.code, part.name, known)
            return score(sheet, figures, part.name, manual, upheld)

        if not sheet.monthly:
            return scored(span)
        first, *rest = span.months()
        begun = [first, *(month for month in rest if calendar.start_of_day(month.first) <= known)]
        months = [scored(month) for month in begun]
        reds = sum(month.red_cards for month in months)
        return mean(
            sheet, span.name, months, reds, confirmed_marks(connection, department, sheet.code, span.name, known)
        )

    def _known(
        self, connection: Connection, department: Department, span: Span, sheet: Sheet, at: datetime
    ) -> datetime:
        """As of when: of a sheet that is published and not frozen yet, its publication."""
        published = publication(connection, department.district_code, span.name, sheet.code)
        if published is None:
            return at
        c = t.score.c
        frozen = select(c.frozen_at).where(
            c.district_code == department.district_code,
            c.department == department.code,
            c.period == span.name,
            c.sheet == sheet.code,
            c.version == sheet.version,
        )
        return at if connection.execute(frozen).scalar() is not None else published.published_at

    def _cases(self, connection: Connection, calendar: WorkingCalendar, period: Period) -> CaseRecord:
        if self.cases is None:
            return CaseRecord()
        until = min(period.until, period.at)
        return self.cases.record(connection, calendar, period.district_code, period.department, period.since, until)

    def _deduction(self, department: Department, period: Name, line: int) -> Deduction:
        for found in self.deductions(department, period):
            if found.line == line:
                return found
        raise NotFound(f"expected a line {line} of the sheet, found none", line=line)

    def _sheet(self, connection: Connection, district_code: str, span: Span) -> Sheet:
        """The version that was published, else the one in force at the end of the period."""
        c = t.score_sheet.c
        published = publication(connection, district_code, span.name, self.sheet)
        for wanted in (district_code, "*"):
            rows = connection.execute(select(t.score_sheet).where(c.district_code == wanted, c.code == self.sheet))
            sheets = [sheet_of(row.body) for row in rows]
            if published is not None:
                sheets = [sheet for sheet in sheets if sheet.version == published.version]
            found = sheet_in_force(sheets, span.after)
            if found is not None:
                return found
        raise NotFound(f"expected a score sheet {self.sheet} in force in {span.name}, found none", sheet=self.sheet)

    def _calendar(self, connection: Connection, district_code: str) -> WorkingCalendar:
        return self.calendars.for_case("", district_code, connection)


def _period(
    calendar: WorkingCalendar, department: Department, span: Span, at: datetime, three_yellow_replace: bool = False
) -> Period:
    """The span in the zone of the district."""
    since, until = calendar.start_of_day(span.first), calendar.start_of_day(span.after)
    return Period(department.district_code, department.code, since, until, at, three_yellow_replace)
