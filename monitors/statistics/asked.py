"""Of what figures are asked: a period of days, and the places, items and systems; every query is narrowed by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, literal

from engine.errors import InvalidData
from monitors import tables as t
from monitors.scope import EVERYWHERE, Scope

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
_DAY = timedelta(days=1)
# What figures may be broken down by, as columns of ``Source.columns``.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "total": (),
    "district": ("district",),
    "department": ("district", "department"),
    "item": ("item",),
    "system": ("system",),
    "version": ("version",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """``since`` and ``until`` are days of ``zone``, both included; an empty text narrows nothing.

    ``scope``: what whoever asks may see; it is a part of every query.
    """

    since: date = FIRST
    until: date = LAST
    scope: Scope = EVERYWHERE
    district: str = ""
    department: str = ""
    item: str = ""
    system: str = ""
    definition: str = ""
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise InvalidData(f"expected a first day not after {self.until}, found {self.since}", field="from")

    @property
    def begin(self) -> datetime:
        """The first instant of the period."""
        return datetime.combine(self.since, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.until + _DAY, time(), self.zone).astimezone(UTC)

    def within_days(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(column >= self.since, column <= self.until)

    def within(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(column >= self.begin, column < self.end)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that figures are made of: what they are joined to, and the columns that say where each belongs."""

    rows: Any
    columns: Mapping[str, ColumnElement[Any]]

    def narrowed(self, statement: Select[Any], asked: Asked) -> Select[Any]:
        """Only what is asked for, and what may be seen."""
        columns = self.columns
        statement = statement.select_from(self.rows)
        statement = statement.where(asked.scope.where(columns["district"], columns["department"]))
        for name in ("district", "department", "item", "system", "definition"):
            wanted = getattr(asked, name)
            if wanted:
                statement = statement.where(columns[name] == wanted)
        return statement

    def grouped(self, group: str) -> list[ColumnElement[Any]]:
        return [self.columns[name] for name in GROUPS[group]]


_R = t.case_record.c


def _of_record(table: Any) -> Source:
    names = {name: table.c[name] for name in ("department", "item", "system", "definition", "version")}
    return Source(table, {"district": table.c.district_code, **names})


CASES, STEPS = _of_record(t.case_record), _of_record(t.step_record)


def _about_cases(rows: Any, table: Any, definition: Any) -> Source:
    """Rows that name a case: its item and system are looked up in the record."""
    joined = rows.outerjoin(
        t.case_record, and_(_R.district_code == table.c.district_code, _R.case_id == table.c.case_id)
    )
    places = {"district": table.c.district_code, "department": table.c.department}
    return Source(joined, {**places, "item": _R.item, "system": _R.system, **definition})


WARNINGS = _about_cases(
    t.warning, t.warning, {"definition": t.warning.c.definition, "version": t.warning.c.definition_version}
)
_OF_RECORD = {"definition": _R.definition, "version": _R.version}
VIOLATIONS = _about_cases(t.violation, t.violation, _OF_RECORD)


def of_violations(table: Any) -> Source:
    """Rows that name a violation, such as orders, cards and appeals."""
    v = t.violation.c
    return _about_cases(
        table.join(t.violation, and_(v.district_code == table.c.district_code, v.id == table.c.violation_id)),
        t.violation,
        _OF_RECORD,
    )


ORDERS, CARDS, APPEALS = (of_violations(one) for one in (t.supervision_order, t.card, t.appeal))
# What departments send belongs to a district alone; whoever sees but a department of it sees none of it.
EVENTS = Source(t.envelope, {"district": t.envelope.c.district_code, "department": literal("")})
