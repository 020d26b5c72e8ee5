"""Working calendars: rows of ``calendar_day`` made into values, once per version.

A case's calendar follows from its definition, if that names a zone of its own (mirror models of
public logs), else from its district, else from the defaults (全国年节及纪念日放假办法). A calendar may rest on
another, its base: a district's own days stand over those that the whole country has.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from engine import Prepared
from engine.calendar import CalendarDay, DayKind, WorkingCalendar
from engine.db import Database
from engine.errors import NotFound
from engine.seeds import load_seed
from engine.worktimes import WorkTime
from monitors import tables as t
from monitors.storing import put

DEFAULT_CODE = "CN"
DEFAULT_ZONE = "Asia/Shanghai"
PLAIN_CODE = "PLAIN"  # Monday to Friday, no rows: for zones whose holidays nobody entered
_MEMO = "jiancha.calendars"
_CHANGED = "jiancha.calendars.changed"

# One statement, built once: it runs in every command that has a timer. One row, whether the
# district and its calendar are known or not.
_OF_DISTRICT = t.district.c.code == bindparam("district")
_CODE = func.coalesce(select(t.district.c.calendar_code).where(_OF_DISTRICT).scalar_subquery(), bindparam("fallback"))
_BASE = t.calendar.alias("base")
# A base only ever grows too, so that no two states of the two have the same sum.
_SUM = (t.calendar.c.version + func.coalesce(_BASE.c.version, 0)).label("version")
_WITH_BASE = select(_SUM).join_from(t.calendar, _BASE, _BASE.c.code == t.calendar.c.base, isouter=True)
_PLACE = Prepared(
    select(
        _CODE.label("code"),
        select(t.district.c.zone).where(_OF_DISTRICT).scalar_subquery().label("zone"),
        func.coalesce(_WITH_BASE.where(t.calendar.c.code == _CODE).scalar_subquery(), 0).label("version"),
    )
)
_VERSION = Prepared(_WITH_BASE.where(t.calendar.c.code == bindparam("code")))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case counts its days: a calendar's code and an IANA zone."""

    calendar_code: str
    zone: str


def load_places(root: Path) -> dict[str, Place]:
    """The places that the ``mapping.toml`` files below a folder give to their ``model``."""
    files = sorted(root.rglob("mapping.toml"))
    mappings = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    places = {str(mapping["model"]): place_of(mapping) for mapping in mappings if "model" in mapping}
    return {model: place for model, place in places.items() if place is not None}


def place_of(mapping: Mapping[str, Any]) -> Place | None:
    """What a definition's ``mapping.toml`` says: ``zone`` and, if its holidays are rows, ``calendar``."""
    zone = mapping.get("zone")
    return None if zone is None else Place(str(mapping.get("calendar", PLAIN_CODE)), str(zone))


@dataclass(slots=True)
class Calendars:
    """The calendars of all cases; ``own`` maps a definition's name to a place of its own."""

    database: Database
    own: Mapping[str, Place] = field(default_factory=dict)
    default: Place = Place(DEFAULT_CODE, DEFAULT_ZONE)
    _known: dict[tuple[str, str, int], WorkingCalendar] = field(default_factory=dict)

    def for_case(self, definition: str, district_code: str, connection: Connection | None = None) -> WorkingCalendar:
        """The calendar of such a case, as the open transaction sees it.

        Without a connection a reading transaction is opened. Within one transaction the version is
        looked up once, so that a command counts with one calendar from begin to end.
        """
        if connection is None:
            with self.database.read() as reading:
                return self._look_up(reading, definition, district_code)
        transaction = connection.get_transaction()
        memo = connection.info.get(_MEMO)
        if memo is None or memo[0] is not transaction or transaction is None:
            memo = connection.info[_MEMO] = (transaction, {})
        found: dict[tuple[str, str], WorkingCalendar] = memo[1]
        key = (definition, district_code)
        if key not in found:
            found[key] = self._look_up(connection, definition, district_code)
        return found[key]

    def _look_up(self, connection: Connection, definition: str, district_code: str) -> WorkingCalendar:
        place, version = self._place(connection, definition, district_code)
        key = (place.calendar_code, place.zone, version)
        found = self._known.get(key)
        if found is None or _is_changed(connection):
            code = place.calendar_code
            hours = hours_of(connection, code)
            found = WorkingCalendar.of(code, place.zone, days_of(connection, code), hours=hours)
            if not _is_changed(connection):  # else it may never come to be: the transaction may be taken back
                self._known[key] = found
        return found

    def _place(self, connection: Connection, definition: str, district_code: str) -> tuple[Place, int]:
        """Where such a case counts its days, and the version of that calendar."""
        own = self.own.get(definition)
        if own is not None:
            return own, version_of(connection, own.calendar_code)
        given = {"district": district_code, "fallback": self.default.calendar_code}
        found = _PLACE.one(connection, given)
        assert found is not None
        return Place(found["code"], found["zone"] or self.default.zone), found["version"]


def version_of(connection: Connection, code: str) -> int:
    """How often that calendar was changed; 0 for one without rows."""
    found = _VERSION.one(connection, {"code": code})
    return 0 if found is None else int(found["version"])


def days_of(connection: Connection, code: str) -> tuple[CalendarDay, ...]:
    """The days of that calendar over those of its base, in order of date."""
    base = base_of(connection, code)
    days = {day.date: day for of in (base, code) if of is not None for day in own_days_of(connection, of)}
    return tuple(days[day] for day in sorted(days))


def hours_of(connection: Connection, code: str) -> tuple[WorkTime, ...]:
    """The office hours of that calendar, or of its base where it has none of its own."""
    for of in (code, base_of(connection, code)):
        c = t.work_hours.c
        rows = connection.execute(select(c.valid_from, c.spans).where(c.calendar_code == of).order_by(c.valid_from))
        found = tuple(work_time(row.valid_from, row.spans) for row in rows)
        if found:
            return found
    return ()


def work_time(valid_from: date, spans: Iterable[Iterable[str]]) -> WorkTime:
    """A table of office hours from its row: spans as ``["09:00", "12:00"]``."""
    read = [[time.fromisoformat(moment) for moment in span] for span in spans]
    return WorkTime(valid_from, tuple((begin, end) for begin, end in read))


def set_hours(connection: Connection, code: str, tables: Iterable[WorkTime], source_doc: str) -> None:
    """Enter or correct office hours of a calendar."""
    for table in tables:
        spans = [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in table.spans]
        row = {"calendar_code": code, "valid_from": table.valid_from, "spans": spans, "source_doc": source_doc}
        put(connection, t.work_hours, row)
    put(connection, t.calendar, {"code": code, "version": _own_version(connection, code) + 1})
    _note_change(connection)


def base_of(connection: Connection, code: str) -> str | None:
    """The calendar that it rests on."""
    found: str | None = connection.execute(select(t.calendar.c.base).where(t.calendar.c.code == code)).scalar()
    return found


def own_days_of(connection: Connection, code: str) -> tuple[CalendarDay, ...]:
    """The rows of that calendar itself, in order of date."""
    c = t.calendar_day.c
    statement = (
        select(c.date, c.kind, c.name, c.source_doc, c.confirmed).where(c.calendar_code == code).order_by(c.date)
    )
    return tuple(
        CalendarDay(row.date, DayKind(row.kind), row.name, row.source_doc, row.confirmed)
        for row in connection.execute(statement)
    )


def set_days(connection: Connection, code: str, days: Iterable[CalendarDay], *, year: int | None = None) -> int:
    """Enter or correct days of a calendar; gives its new version, or the old one if nothing changed.

    With ``year`` they are all that the country says of it: its other days, but for local closings, go.
    """
    present = {day.date: day for day in own_days_of(connection, code)}
    wanted = {day.date: day for day in days}
    changed = [day for day in wanted.values() if present.get(day.date) != day]
    gone = [day for day in present if day not in wanted and day.year == year]
    gone = [day for day in gone if present[day].kind is not DayKind.LOCAL_OFF]
    version = _own_version(connection, code)
    if not changed and not gone and version:
        return version
    for day in changed:
        put(connection, t.calendar_day, {"calendar_code": code, **_values(day)})
    if gone:
        c = t.calendar_day.c
        connection.execute(delete(t.calendar_day).where(c.calendar_code == code, c.date.in_(gone)))
    put(connection, t.calendar, {"code": code, "version": version + 1})
    _note_change(connection)
    return version + 1


def give_own_calendar(connection: Connection, district_code: str) -> str:
    """The district's own calendar, over the one that it has counted by; gives its code."""
    of_district = t.district.c.code == district_code
    row = connection.execute(select(t.district.c.calendar_code).where(of_district)).one_or_none()
    if row is None:
        raise NotFound(f"expected a district {district_code}, found none", district=district_code)
    if row.calendar_code == district_code:
        return district_code
    base = row.calendar_code or DEFAULT_CODE
    put(connection, t.calendar, {"code": district_code, "version": 1, "base": base})
    connection.execute(t.district.update().where(of_district).values(calendar_code=district_code))
    _note_change(connection)
    return district_code


def _own_version(connection: Connection, code: str) -> int:
    return connection.execute(select(t.calendar.c.version).where(t.calendar.c.code == code)).scalar() or 0


def _note_change(connection: Connection) -> None:
    """What was looked up in this transaction no longer holds, and what is looked up may be taken back."""
    connection.info.pop(_MEMO, None)
    connection.info[_CHANGED] = connection.get_transaction()


def _is_changed(connection: Connection) -> bool:
    return connection.info.get(_CHANGED) is not None and connection.info[_CHANGED] is connection.get_transaction()


def seed(connection: Connection, code: str = DEFAULT_CODE) -> int:
    """Enter the engine's seed years; what a city has corrected since is overwritten. Gives the version."""
    return set_days(connection, code, load_seed())


def _values(day: CalendarDay) -> dict[str, Any]:
    return {
        "date": day.date,
        "kind": day.kind.value,
        "name": day.name,
        "source_doc": day.source_doc,
        "confirmed": day.confirmed,
    }
