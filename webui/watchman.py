"""Whether the product does its work, as the web process sees it: the worker cannot report its own death.

Read at most every two seconds and kept meanwhile: every page of those who must know shows it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine import Database, watch
from engine.clock import Clock, ClockWatch, monotonic
from engine.errors import SchemaMismatch
from engine.sealing import Gap
from webui import schema

KEPT = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that keeps the product from its work: database, schema, worker, clock, timers or anchor.

    ``since`` when, where that is known; ``count`` of what (late timers, workers that hold).
    """

    code: str
    since: datetime | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What the web process sees: alarms, workers heard of lately, firings refused for a stale lease."""

    alarms: tuple[Alarm, ...]
    workers: int = 0
    refused: int = 0

    @property
    def good(self) -> bool:
        return not self.alarms

    def lacks(self, code: str) -> bool:
        return any(alarm.code == code for alarm in self.alarms)


class Watchman:
    """``clock`` tells when timers are due, ``wall`` is the machine's, by which workers give signs of life.

    ``moved_at`` is when the demo's clock was moved last (None: never): what fell due then is not late yet;
    ``gaps`` the holders of the journal's seals that are behind.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wall: Clock,
        moved_at: Callable[[], datetime | None] | None = None,
        gaps: Callable[[], Sequence[Gap]] = tuple,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._database, self._clock, self._wall = database, clock, wall
        self._gaps = gaps
        self._moved_at, self._steady = moved_at, steady
        self._clock_watch = ClockWatch(wall, steady)
        self._started = steady()
        self._lock = threading.Lock()
        self._seen: tuple[float, State] | None = None

    def look(self) -> State:
        """The present state, at most two seconds old."""
        with self._lock:
            if self._seen is None or self._steady() - self._seen[0] > KEPT:
                self._seen = (self._steady(), self._read())
            return self._seen[1]

    def shown(self) -> tuple[Alarm, ...]:
        """The alarms for people: a worker that starts together with the pages gets its time to do so."""
        young = self._steady() - self._started <= watch.SILENCE.total_seconds()
        return tuple(
            alarm for alarm in self.look().alarms if not (young and alarm.code == "worker" and alarm.since is None)
        )

    def _read(self) -> State:
        try:
            schema.check(self._database)
            unanchored = tuple(Alarm("anchor", gap.since) for gap in self._gaps())
            with self._database.read() as connection:
                found = self._of(connection)
            return replace(found, alarms=found.alarms + unanchored)
        except SchemaMismatch:
            return State((Alarm("schema"),))
        except SQLAlchemyError:
            return State((Alarm("database"),))

    def _of(self, connection: Connection) -> State:
        now, found = self._wall.now(), watch.beats(connection)
        alive = [beat for beat in found if not beat.silent(now)]
        alarms = (
            *_of_workers(found, alive),
            *self._of_clocks(alive),
            *self._of_timers(connection),
        )
        return State(alarms, len(alive), sum(beat.refused for beat in found))

    def _of_clocks(self, alive: list[watch.Beat]) -> Iterator[Alarm]:
        holding = [beat for beat in alive if beat.ahead]
        if holding or self._clock_watch.look().ahead:
            yield Alarm("clock", count=len(holding))

    def _of_timers(self, connection: Connection) -> Iterator[Alarm]:
        moved = self._moved_at() if self._moved_at else None
        if moved is not None and self._wall.now() - moved <= watch.TOLERANCE:
            return
        late = watch.overdue(connection, self._clock.now())
        if late.count:
            yield Alarm("timers", late.oldest, late.count)


def _of_workers(found: list[watch.Beat], alive: list[watch.Beat]) -> Iterator[Alarm]:
    if not alive:
        yield Alarm("worker", found[0].at if found else None)
