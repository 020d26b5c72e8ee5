"""The worker: APScheduler only ticks; a monotonic watchdog sees that it does, and that nobody sets the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from engine import watch
from engine.chains import append_act
from engine.clock import Clock, ClockWatch, Look, monotonic
from engine.errors import StaleLease
from engine.runtime import Runtime
from engine.timers import LEASE

EVERY_SECONDS = 1.0
SILENCE_SECONDS = 30.0
# Between two commands a worker rests for this share of what the last one took. On SQLite it leaves the
# lock free that long, so that a clerk's step gets in however much is due; PostgreSQL locks rows only.
REST_ON_SQLITE = 0.5
LONGEST_REST = 0.05  # seconds
Log = Callable[[str], None]


class Worker:
    """Fires due timers and runs jobs until it is told to stop; the foreman of its own ticks.

    ``wall`` is the machine's clock, by which it gives its sign of life. While that clock stands more than five
    minutes ahead of the time that has passed, nothing is fired: set back, or the worker started anew by
    somebody who has looked at the clock, it goes on.
    """

    def __init__(
        self, runtime: Runtime, name: str, log: Log, wall: Clock, steady: Callable[[], float] = monotonic
    ) -> None:
        self.name = name
        self._runtime, self._log, self._steady = runtime, log, steady
        self._watch = ClockWatch(wall, steady)
        self._started_at = wall.now()
        self._rest = REST_ON_SQLITE if runtime.database.is_sqlite else 0.0
        self.stopping = threading.Event()
        self._last = self._alive = self._since = steady()
        self._holding = False
        self._refused = 0

    # -- the foreman -------------------------------------------------------------------

    def go_on(self) -> bool:
        """Rest a little, then go on unless told to stop."""
        stopped = self.stopping.wait(min((self._steady() - self._since) * self._rest, LONGEST_REST))
        self._last = self._since = self._steady()
        return not stopped

    def refused(self, error: StaleLease) -> None:
        self._refused += 1
        self._log(f"a firing was refused, its lease of {LEASE.seconds} s had run out: {error.message}")

    # -- the rounds ----------------------------------------------------------------------

    @property
    def healthy(self) -> bool:
        """Whether a round succeeded lately and nothing is held."""
        return not self._holding and self._steady() - self._alive <= SILENCE_SECONDS

    def tick(self) -> None:
        """Rounds until nothing is due, each with a sign of life."""
        try:
            behind, done = self._behind(), 0
            while (more := self._round()) and not self.stopping.is_set():
                done += more
            if behind is not None and done:
                self._close_books(behind)
        except Exception as error:
            # A dead database must not end the worker: it tries again at the next tick.
            self._log(f"tick failed: {error}")

    def _round(self) -> int:
        """What was done; nothing while the clock cannot be trusted."""
        self._last = self._since = self._steady()
        look = self._watch.look()
        self._tell(look)
        done = 0 if look.ahead else self._runtime.tick(foreman=self)
        with self._runtime.database.begin() as connection:
            watch.give_beat(connection, watch.Beat(self.name, look.now, self._started_at, look.ahead, self._refused))
        self._alive = self._steady()
        return done

    def _behind(self) -> datetime | None:
        """Since when timers wait that should have fired long ago; None when all is in time."""
        with self._runtime.database.read() as connection:
            return watch.overdue(connection, self._runtime.clock.now()).oldest

    def _close_books(self, since: datetime) -> None:
        """After a time in which nobody fired timers: what was expected of it, and what became of that."""
        now = self._runtime.clock.now()
        with self._runtime.database.read() as connection:
            found = watch.account(connection, since, now)
        body = {"worker": self.name, "since": since, "until": now, **asdict(found)}
        self._write_down("caught_up", self._watch.look().now, body)

    def _tell(self, look: Look) -> None:
        """Log and journal that the clock was set, once for each time."""
        jumped = bool(look.ahead) and not self._holding
        self._holding = bool(look.ahead)
        for moved in ([look.ahead] if jumped else []) + ([-look.fell] if look.fell else []):
            self._log(f"the clock of this machine was set by {moved}" + ("; nothing is fired" if jumped else ""))
            self._note_clock(look.now, moved)

    def _note_clock(self, now: datetime, moved: timedelta) -> None:
        body = {"worker": self.name, "from": now - moved, "to": now, "seconds": round(moved.total_seconds(), 3)}
        self._write_down("clock", now, body)

    def _write_down(self, kind: str, now: datetime, body: Mapping[str, Any]) -> None:
        """In the journal, among the acts that concern no case."""
        with self._runtime.database.begin() as connection:
            append_act(connection, kind, self.name, now, body)

    # -- running ---------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Tick until ``stop`` is set, then finish the command in hand and give back what is claimed.

        A scheduler that falls silent (the clock was set back) is started anew.
        """
        self._last = self._steady()  # Who only begins now has not been silent.
        scheduler = self._scheduler()
        while not stop.wait(EVERY_SECONDS):
            if self._steady() - self._last > SILENCE_SECONDS:
                self._log("the scheduler fell silent; starting it anew")
                scheduler.shutdown(wait=False)
                scheduler = self._scheduler()
                self._last = self._steady()
        self.stopping.set()
        scheduler.shutdown(wait=True)
        self._leave()

    def _scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=EVERY_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        scheduler.start()
        return scheduler

    def _leave(self) -> None:
        try:
            with self._runtime.database.begin() as connection:
                watch.forget_beat(connection, self.name, self._watch.look().now)
        except Exception as error:
            # Without a database there is nothing to take leave of; the silence will be seen.
            self._log(f"could not sign off: {error}")
