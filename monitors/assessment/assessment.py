"""The yearly assessment (考核): scores departments, keeps the sheets, and answers what took which point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.calendar import WorkingCalendar
from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t
from monitors.assessment.adjusting import Adjustment, adjustments_of, settle
from monitors.assessment.cases import CaseFigures
from monitors.assessment.figures import Figures
from monitors.assessment.gather import Period, gather
from monitors.assessment.results import ScoreSheetResult
from monitors.assessment.scoring import NOTHING, Manual, mean, score
from monitors.assessment.sheetfile import sheet_of
from monitors.assessment.sheets import Sheet, sheet_in_force
from monitors.handling.given import CalendarSource
from monitors.model import Department
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import put


@dataclass(frozen=True, slots=True)
class Score:
    """A department's score of a year, as it is kept; ``body`` is ``ScoreSheetResult.body()`` as JSON."""

    district_code: str
    department: str
    period: str
    sheet: str
    version: int
    points: Decimal
    total: Decimal
    grade: str
    computed_at: datetime
    body: Mapping[str, Any]
    frozen_at: datetime | None = None
    frozen_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking; equal totals share a place."""

    rank: int
    score: Score


@dataclass(frozen=True, slots=True)
class Deduction:
    """A line of a kept score: points taken, for what. ``body`` has numbers, rule, and the event that fired."""

    district_code: str
    department: str
    period: str
    sheet: str
    version: int
    line: int
    indicator: str
    points: Decimal
    violation_id: str | None
    card_id: str | None
    warning_id: str | None
    case_id: str | None
    fact_at: datetime | None
    body: Mapping[str, Any]


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
        """Keep sheets; a version that is there already is overwritten by the file."""
        with self.database.begin() as connection:
            for sheet in sheets:
                row = {name: getattr(sheet, name) for name in ("district_code", "code", "version", "valid_from")}
                put(connection, t.score_sheet, {**row, "body": dict(sheet.source)})

    def score(self, department: Department, year: int, at: datetime, manual: Manual = NOTHING) -> Score:
        """Score the department's year as it is known ``at``, and keep score and deductions.

        Computing again from the same record gives the identical sheet. A frozen one stays as it is: where the total
        comes out otherwise than it and its adjustments say, that is one more adjustment. Raises NotFound without a
        sheet in force.
        """
        # Gathering may take long and only reads; nobody who writes waits for it.
        with self.database.read() as connection:
            result = self._compute(connection, department, year, at, manual)
        with self.database.begin() as connection:
            return _keep(connection, department, result, at)

    def freeze(self, year: int, at: datetime, by: str) -> int:
        """Freeze the kept scores of that year (B.8); how many. What they would be later is kept as adjustments."""
        c = t.score.c
        kept = (c.period == str(year), c.sheet == self.sheet, c.frozen_at.is_(None))
        with self.database.begin() as connection:
            done = connection.execute(update(t.score).where(*kept).values(frozen_at=at, frozen_by=by))
        return int(done.rowcount)

    def adjustments(self, department: Department, year: int) -> tuple[Adjustment, ...]:
        """What became known after the freeze, the first first."""
        found = self.kept(department, year)
        if found is None:
            return ()
        with self.database.read() as connection:
            return adjustments_of(connection, found)

    def score_all(self, departments: Iterable[Department], year: int, at: datetime) -> tuple[Score, ...]:
        """Score these departments, each in a transaction of its own."""
        return tuple(self.score(department, year, at) for department in departments)

    def ranking(self, year: int, scope: Scope = EVERYWHERE) -> tuple[Ranked, ...]:
        """The kept scores of that year by the sheet in force, best first, then by district and department."""
        c = t.score.c
        wanted = select(t.score).where(
            c.period == str(year), c.sheet == self.sheet, scope.where(c.district_code, c.department)
        )
        with self.database.read() as connection:
            rows = [Score(**row._mapping) for row in connection.execute(wanted)]
        newest = max((row.version for row in rows), default=0)
        scores = [row for row in rows if row.version == newest]
        scores.sort(key=lambda row: (-row.total, row.district_code, row.department))
        totals = [row.total for row in scores]
        return tuple(Ranked(totals.index(row.total) + 1, row) for row in scores)

    def kept(self, department: Department, year: int) -> Score | None:
        """The department's kept score of that year, or None."""
        scope = Scope(frozenset({(department.district_code, department.code)}))
        return next((ranked.score for ranked in self.ranking(year, scope)), None)

    def deductions(self, department: Department, year: int) -> tuple[Deduction, ...]:
        """The lines of the kept score, in the order of the sheet."""
        found = self.kept(department, year)
        if found is None:
            return ()
        c = t.deduction.c
        wanted = select(t.deduction).where(*_same(c, found)).order_by(c.line)
        with self.database.read() as connection:
            return tuple(Deduction(**row._mapping) for row in connection.execute(wanted))

    def figures(self, department: Department, year: int, at: datetime) -> Figures:
        """The figures that a year's score is computed from."""
        with self.database.read() as connection:
            calendar = self._calendar(connection, department)
            return gather(connection, calendar, self.cases, _period(calendar, department, year, None, at))

    def _compute(
        self,
        connection: Connection,
        department: Department,
        year: int,
        at: datetime,
        manual: Manual,
    ) -> ScoreSheetResult:
        sheet = self._sheet(connection, department.district_code, year)
        calendar = self._calendar(connection, department)
        whole = gather(connection, calendar, self.cases, _period(calendar, department, year, None, at))
        if not sheet.monthly:
            return score(sheet, whole, str(year), manual)
        months: list[ScoreSheetResult] = []
        for month in range(1, 13):
            period = _period(calendar, department, year, month, at)
            if months and period.since > at:
                break
            figures = replace(gather(connection, calendar, self.cases, period), closed_in_year=whole.cases.closed)
            months.append(score(sheet, figures, f"{year}-{month:02d}", manual))
        return mean(sheet, str(year), months, len(whole.cards.get("red", ())), manual)

    def _sheet(self, connection: Connection, district_code: str, year: int) -> Sheet:
        c = t.score_sheet.c
        for wanted in (district_code, "*"):
            rows = connection.execute(select(t.score_sheet).where(c.district_code == wanted, c.code == self.sheet))
            found = sheet_in_force([sheet_of(row.body) for row in rows], year)
            if found is not None:
                return found
        raise NotFound(f"expected a score sheet {self.sheet} in force in {year}, found none", sheet=self.sheet)

    def _calendar(self, connection: Connection, department: Department) -> WorkingCalendar:
        return self.calendars.for_case("", department.district_code, connection)


def _period(calendar: WorkingCalendar, department: Department, year: int, month: int | None, at: datetime) -> Period:
    """A calendar year or month in the zone of the district."""
    first = date(year, month or 1, 1)
    after = date(year + 1, 1, 1) if month in (None, 12) else date(year, (month or 0) + 1, 1)
    since, until = calendar.start_of_day(first), calendar.start_of_day(after)
    return Period(department.district_code, department.code, since, until, at)


def _keep(connection: Connection, department: Department, result: ScoreSheetResult, at: datetime) -> Score:
    frozen = connection.execute(select(t.score).where(*_same(t.score.c, _key(department, result)))).first()
    if frozen is not None and frozen.frozen_at is not None:
        standing = Score(**frozen._mapping)
        settle(connection, standing, result, at)
        return standing
    return _write(connection, _key(department, result), result, at)


def _key(department: Department, result: ScoreSheetResult) -> dict[str, Any]:
    return {
        "district_code": department.district_code,
        "department": department.code,
        "period": result.period,
        "sheet": result.sheet,
        "version": result.version,
    }


def _write(connection: Connection, key: Mapping[str, Any], result: ScoreSheetResult, at: datetime) -> Score:
    put(
        connection,
        t.score,
        {
            **key,
            "points": result.points,
            "total": result.total,
            "grade": result.grade,
            "computed_at": at,
            "body": result.body(),
        },
    )
    stored = connection.execute(select(t.score).where(*_same(t.score.c, key))).one()
    kept = Score(**stored._mapping)
    connection.execute(delete(t.deduction).where(*_same(t.deduction.c, kept)))
    rows = _rows(key, result)
    if rows:
        connection.execute(insert(t.deduction), rows)
    return kept


def _rows(key: Mapping[str, Any], result: ScoreSheetResult) -> list[dict[str, Any]]:
    linked = ("violation_id", "card_id", "warning_id", "case_id", "fact_at")
    rows = []
    for number, line in enumerate(result.lines, start=1):
        told = asdict(line.cause) if line.cause is not None else {}
        rows.append(
            {
                **key,
                "line": number,
                "indicator": line.indicator,
                "points": line.points,
                **{name: told.get(name) for name in linked},
                "body": {
                    "period": line.period,
                    **{name: value for name, value in told.items() if name not in linked},
                },
            }
        )
    return rows


def _same(columns: Any, key: Score | Mapping[str, Any]) -> Sequence[Any]:
    names = ("district_code", "department", "period", "sheet", "version")
    values = key if isinstance(key, Mapping) else asdict(key)
    return [columns[name] == values[name] for name in names]
