"""Calendars as they stood: the days by which a finding was counted, kept once under the hash over them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select

from engine import Prepared
from engine.calendar import CalendarDay, DayKind, WorkingCalendar
from engine.errors import NotFound
from monitors import tables as t
from monitors.calendars import work_time
from monitors.storing import insert_once

_KNOWN = Prepared(select(t.calendar_edition.c.version).where(t.calendar_edition.c.version == bindparam("version")))


def keep_edition(connection: Connection, calendar: WorkingCalendar) -> None:
    """Keep the days of that calendar, unless they are kept already."""
    if _KNOWN.one(connection, {"version": calendar.version}) is None:
        days = [[d.date.isoformat(), d.kind.value, d.name, d.source_doc, d.confirmed] for d in calendar.rows.values()]
        hours = [
            [table.valid_from.isoformat(), [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in table.spans]]
            for table in calendar.hours
        ]
        values = {"version": calendar.version, "code": calendar.code, "zone": calendar.zone}
        insert_once(connection, t.calendar_edition, {**values, "days": days, "hours": hours})


def edition(connection: Connection, version: str) -> WorkingCalendar:
    """The calendar whose days have that hash; raises NotFound where none was kept, or where they have another by now."""
    row = connection.execute(select(t.calendar_edition).where(t.calendar_edition.c.version == version)).one_or_none()
    if row is None:
        raise NotFound(f"expected the days of calendar version {version}, found none kept", version=version)
    found = WorkingCalendar.of(
        row.code,
        row.zone,
        (CalendarDay(date.fromisoformat(d), DayKind(kind), name, doc, sure) for d, kind, name, doc, sure in row.days),
        hours=[work_time(date.fromisoformat(since), spans) for since, spans in row.hours],
    )
    if found.version != version:
        raise NotFound(
            f"expected days with the hash {version}, found {found.version}: they were changed", version=version
        )
    return found
