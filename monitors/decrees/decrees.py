"""The life of a decree: handed in and provisional, confirmed by a second person or rejected.

Only what is confirmed counts. Confirming asks the engine, in the same transaction, to count every open case anew
(``engine/recounting.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, desc, insert, select, update

from engine.calendar import CalendarDay, DayKind
from engine.chains import append_act
from engine.clock import Clock
from engine.db import Database
from engine.errors import Conflict, NotAllowed, NotFound
from engine.recounting import ask_for_recount
from engine.worktimes import WorkTime
from monitors import tables as t
from monitors.calendars import DEFAULT_CODE, base_of, give_own_calendar, set_days, set_hours, work_time

PROVISIONAL, CONFIRMED, REJECTED = "provisional", "confirmed", "rejected"
Because = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is handed in. With ``year`` the days are all that the country says of it; without a district it is for
    the calendar that all share."""

    title: str
    valid_from: date
    days: Sequence[CalendarDay]
    district_code: str | None = None
    year: int | None = None
    hours: Sequence[WorkTime] = ()


@dataclass(frozen=True, slots=True)
class Decree:
    """A decree and what became of it; ``state`` is provisional, confirmed or rejected."""

    id: str
    calendar_code: str
    district_code: str | None
    year: int | None
    title: str
    valid_from: date
    days: tuple[CalendarDay, ...]
    hours: tuple[WorkTime, ...]
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None

    @property
    def because(self) -> Because:
        """Why a limit moved, as the journal tells it."""
        return {"decree": self.id, "title": self.title, "calendar": self.calendar_code}


class Decrees:
    """Hands in, confirms, rejects and finds decrees."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def propose(self, proposal: Proposal, *, by: str) -> Decree:
        """Keep a decree as provisional; it changes no day yet. Raises NotFound for a district that is not there."""
        with self._database.begin() as connection:
            if proposal.district_code is not None:
                _must_exist(connection, proposal.district_code)
            decree_id = uuid4().hex
            values = {
                "id": decree_id,
                "calendar_code": proposal.district_code or DEFAULT_CODE,
                "district_code": proposal.district_code,
                "year": proposal.year,
                "title": proposal.title,
                "valid_from": proposal.valid_from,
                "days": [_plain(day) for day in proposal.days],
                "hours": [_plain_hours(table) for table in proposal.hours],
                "state": PROVISIONAL,
                "proposed_by": by,
                "proposed_at": self._clock.now(),
            }
            connection.execute(insert(t.calendar_decree).values(values))
            return self._told(connection, decree_id, "calendar_proposed", by)

    def confirm(self, decree_id: str, *, by: str, opinion: str = "") -> Decree:
        """Let its days count from now on; raises NotAllowed for who handed it in, Conflict when it was decided."""
        with self._database.begin() as connection:
            decree = self._decide(connection, decree_id, CONFIRMED, by, opinion)
            put_in_force(connection, decree)
            ask_for_recount(connection, f"decree:{decree.id}", self._clock.now())
            return decree

    def reject(self, decree_id: str, *, by: str, opinion: str) -> Decree:
        """Let it change nothing, with the reason."""
        with self._database.begin() as connection:
            return self._decide(connection, decree_id, REJECTED, by, opinion)

    def get(self, decree_id: str) -> Decree:
        with self._database.read() as connection:
            return _find(connection, decree_id)

    def all(self, limit: int = 200) -> tuple[Decree, ...]:
        """The decrees, the latest first."""
        query = select(t.calendar_decree).order_by(desc(t.calendar_decree.c.proposed_at)).limit(limit)
        with self._database.read() as connection:
            return tuple(_decree(row) for row in connection.execute(query))

    def _decide(self, connection: Connection, decree_id: str, state: str, by: str, opinion: str) -> Decree:
        found = _find(connection, decree_id, lock=True)
        if found.state != PROVISIONAL:
            raise Conflict(f"expected a provisional decree, found it {found.state}", decree=decree_id)
        if found.proposed_by == by:
            raise NotAllowed("expected another person than the one who handed the decree in", decree=decree_id)
        values = {"state": state, "decided_by": by, "decided_at": self._clock.now(), "opinion": opinion}
        connection.execute(update(t.calendar_decree).where(t.calendar_decree.c.id == decree_id).values(values))
        return self._told(connection, decree_id, f"calendar_{state}", by)

    def _told(self, connection: Connection, decree_id: str, kind: str, by: str) -> Decree:
        """The decree as it stands now, after a line about it in the journal of acts without a case."""
        decree = _find(connection, decree_id)
        body = {
            name: value
            for name, value in asdict(decree).items()
            if name not in ("days", "hours", "proposed_at", "decided_at")
        }
        body["valid_from"] = decree.valid_from.isoformat()
        body["days"] = [[day.date.isoformat(), str(day.kind), day.name, day.confirmed] for day in decree.days]
        body["hours"] = [str(table) for table in decree.hours]
        append_act(connection, kind, by, self._clock.now(), body)
        return decree


def put_in_force(connection: Connection, decree: Decree) -> None:
    """Enter its days into the calendar that it speaks of; a district without one of its own is given one."""
    code = DEFAULT_CODE if decree.district_code is None else give_own_calendar(connection, decree.district_code)
    set_days(connection, code, decree.days, year=decree.year)
    if decree.hours:
        set_hours(connection, code, decree.hours, decree.title)


def last_of(connection: Connection, calendar_code: str) -> Because:
    """Why that calendar is as it is: what was decided last about it or its base."""
    codes = [code for code in (calendar_code, base_of(connection, calendar_code)) if code is not None]
    c = t.calendar_decree.c
    query = select(t.calendar_decree).where(c.calendar_code.in_(codes), c.state == CONFIRMED)
    row = connection.execute(query.order_by(c.decided_at.desc(), c.id).limit(1)).one_or_none()
    return {"calendar": calendar_code} if row is None else _decree(row).because


def _must_exist(connection: Connection, district_code: str) -> None:
    if connection.execute(select(t.district.c.code).where(t.district.c.code == district_code)).scalar() is None:
        raise NotFound(f"expected a district {district_code}, found none", district=district_code)


def _find(connection: Connection, decree_id: str, *, lock: bool = False) -> Decree:
    query = select(t.calendar_decree).where(t.calendar_decree.c.id == decree_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(f"expected a decree {decree_id}, found none", decree=decree_id)
    return _decree(row)


def _decree(row: Row[Any]) -> Decree:
    days, hours = tuple(_day(day) for day in row.days), tuple(work_time(*_hours(table)) for table in row.hours)
    return Decree(**{**row._mapping, "days": days, "hours": hours})


def _plain(day: CalendarDay) -> dict[str, Any]:
    return {**asdict(day), "date": day.date.isoformat(), "kind": day.kind.value}


def _plain_hours(table: WorkTime) -> dict[str, Any]:
    spans = [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in table.spans]
    return {"valid_from": table.valid_from.isoformat(), "spans": spans}


def _hours(plain: Mapping[str, Any]) -> tuple[date, list[list[str]]]:
    return date.fromisoformat(plain["valid_from"]), plain["spans"]


def _day(plain: Mapping[str, Any]) -> CalendarDay:
    return CalendarDay(**{**plain, "date": date.fromisoformat(plain["date"]), "kind": DayKind(plain["kind"])})
