"""The notices of one person, for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.clock import Clock
from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person was told, when, and when they marked it read."""

    district_code: str
    id: str
    alert_id: int
    person: str
    kind: str
    level: str
    department: str
    warning_id: str | None
    body: Mapping[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Each method sees one person's notices and no other's."""

    database: Database
    clock: Clock

    def of(self, person: str, *, unread: bool = False, limit: int = 50, offset: int = 0) -> tuple[Notice, ...]:
        """The latest first; all of them, or those not read yet."""
        c = t.notice.c
        wanted = select(t.notice).where(c.person == person).order_by(c.at.desc(), c.alert_id.desc())
        if unread:
            wanted = wanted.where(c.read_at.is_(None))
        with self.database.read() as connection:
            rows = connection.execute(wanted.limit(limit).offset(offset))
            return tuple(Notice(**row._mapping) for row in rows)

    def unread(self, person: str) -> int:
        c = t.notice.c
        wanted = select(func.count()).select_from(t.notice).where(c.person == person, c.read_at.is_(None))
        with self.database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def read(self, person: str, notice: str | None = None) -> None:
        """One notice is read, or all; the first time counts. Raises NotFound for somebody else's."""
        c = t.notice.c
        with self.database.begin() as connection:
            theirs = select(c.id).where(c.person == person, c.id == notice)
            if notice is not None and connection.execute(theirs).first() is None:
                raise NotFound(f"expected a notice {notice} of {person}, found none", notice=notice)
            which = update(t.notice).where(c.person == person, c.read_at.is_(None))
            which = which if notice is None else which.where(c.id == notice)
            connection.execute(which.values(read_at=self.clock.now()))
