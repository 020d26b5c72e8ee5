"""Bulletins (通报) of a month or a quarter: numbered, and kept as they were issued, whatever is corrected later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, or_, select

from engine.errors import Conflict, InvalidData, NotFound
from monitors import tables as t
from monitors.hashing import sha256
from monitors.model import ANY
from monitors.scope import Scope
from monitors.statistics.asked import Asked
from monitors.statistics.kept import as_data, from_data
from monitors.statistics.reports import REPORTS
from monitors.statistics.tables import Table
from monitors.storing import next_number
from monitors.words import Words

# What a bulletin tells: a report, and what it is broken down by.
PARTS = (("quarterly", "department"), ("districts", "district"), ("overdue", "department"), ("cards", "total"))
SIGN = "效能监察通报"
_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)|Q(?P<quarter>[1-4]))")


@dataclass(frozen=True, slots=True)
class Bulletin:
    """``district_code`` ``*``: of the whole city. ``period`` is ``2026-03`` or ``2026Q1``; ``parts`` name and table."""

    district_code: str
    id: str
    number: str
    period: str
    first_day: date
    last_day: date
    issued_at: datetime
    issued_by: str
    parts: tuple[tuple[Words, Table], ...]

    @property
    def title(self) -> Words:
        return Words(f"{self.period} {SIGN}", f"Supervision bulletin {self.period}")


def days_of(period: str) -> tuple[date, date]:
    """The first and the last day of ``2026-03`` or ``2026Q1``; raises InvalidData."""
    found = _PERIOD.fullmatch(period)
    month = 0 if found is None else int(found["month"] or 3 * int(found["quarter"]) - 2)
    if found is None or not 1 <= month <= 12 or int(found["year"]) < 2000:
        raise InvalidData(f"expected a period such as 2026-03 or 2026Q1, found {period!r}", field="period")
    first = date(int(found["year"]), month, 1)
    after = first
    for _ in range(1 if found["month"] else 3):
        after = (after + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def issue(
    connection: Connection, district_code: str, period: str, *, at: datetime, by: str, zone: ZoneInfo
) -> Bulletin:
    """Issue the bulletin of a period that is over, once; of a district or (``*``) of the city. Raises Conflict, InvalidData."""
    first, last = days_of(period)
    if at.astimezone(zone).date() <= last:
        raise Conflict(f"expected a period that is over, found {period}", period=period)
    b = t.bulletin.c
    if connection.execute(select(b.id).where(b.district_code == district_code, b.period == period)).first():
        raise Conflict(f"expected no bulletin of {period} yet, found one", period=period)
    asked = Asked(first, last, Scope(frozenset({(district_code, ANY)})), zone=zone)
    body = {"parts": [_part(connection, asked, code, group) for code, group in PARTS]}
    identity = sha256("bulletin", district_code, period)[:32]
    values = {
        "district_code": district_code,
        "id": identity,
        "number": _number(connection, district_code, at.astimezone(zone).year),
        "period": period,
        "first_day": first,
        "last_day": last,
        "issued_at": at,
        "issued_by": by,
        "body": body,
    }
    connection.execute(insert(t.bulletin).values(**values))
    return get(connection, identity)


def _part(connection: Connection, asked: Asked, code: str, group: str) -> dict[str, Any]:
    report = REPORTS[code]
    return {"title": [report.title.zh, report.title.en], **as_data(report.make(connection, asked, group))}


def _number(connection: Connection, district_code: str, year: int) -> str:
    name = "" if district_code == ANY else _name(connection, district_code)
    value = int(next_number(connection, f"TB{district_code}", year).rpartition("-")[2])
    return f"{name}{SIGN}〔{year}〕{value}号"


def _name(connection: Connection, district_code: str) -> str:
    found = connection.execute(select(t.district.c.name).where(t.district.c.code == district_code)).scalar()
    return str(found or district_code)


def get(connection: Connection, identity: str) -> Bulletin:
    """That bulletin as it was issued; raises NotFound."""
    row = connection.execute(select(t.bulletin).where(t.bulletin.c.id == identity)).one_or_none()
    if row is None:
        raise NotFound(f"expected a bulletin {identity}, found none", bulletin=identity)
    return _bulletin(row)


def issued(connection: Connection, scope: Scope, limit: int = 200) -> tuple[Bulletin, ...]:
    """Those of the city, and of the districts that the scope touches, the newest first."""
    b = t.bulletin.c
    wanted = select(t.bulletin).where(or_(b.district_code == ANY, scope.touches(b.district_code)))
    rows = connection.execute(wanted.order_by(b.issued_at.desc(), b.number.desc()).limit(limit))
    return tuple(_bulletin(row) for row in rows)


def _bulletin(row: Row[Any]) -> Bulletin:
    given = {name: value for name, value in row._mapping.items() if name != "body"}
    parts = tuple((Words(*one["title"]), from_data(one)) for one in row.body["parts"])
    return Bulletin(**given, parts=parts)
