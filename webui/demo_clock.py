"""The demo's clock: the machine's, moved forward by an offset that web and worker both read."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine import Database
from engine.clock import Clock, monotonic
from webui.store import read_setting, stored_setting, write_setting

SETTING = "demo.clock.offset_seconds"
MOVED_AT = "demo.clock.moved_at"
FARTHEST = timedelta(days=3 * 366)
# A page asks for the time many times; the worker must see a move within its tick.
KEPT = 0.2


class DemoClock:
    """Keeps the offset in the database; it only grows, for time never runs back."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall
        self._seen = timedelta()
        self._looked: float | None = None

    def offset(self) -> timedelta:
        """How far the product's time is ahead of the machine's."""
        if self._looked is None or monotonic() - self._looked > KEPT:
            self._seen = timedelta(seconds=float(read_setting(self._database, SETTING) or 0))
            self._looked = monotonic()
        return self._seen

    def advance(self, by: timedelta) -> timedelta:
        """Move forward by that much, at most three years in all; the new offset."""
        with self._database.begin() as connection:
            present = timedelta(seconds=float(stored_setting(connection, SETTING) or 0))
            offset = min(present + max(by, timedelta()), FARTHEST)
            write_setting(connection, SETTING, int(offset.total_seconds()))
            write_setting(connection, MOVED_AT, self._wall.now().isoformat())
        self._looked = None
        return offset

    def moved_at(self) -> datetime | None:
        """When the clock was moved last, by the machine's."""
        found = read_setting(self._database, MOVED_AT)
        return datetime.fromisoformat(found) if found else None
