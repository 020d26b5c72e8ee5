"""The worker: APScheduler only ticks; a monotonic watchdog sees that it does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete, insert

from engine.clock import monotonic
from engine.runtime import Runtime
from engine.tables import beat

EVERY_SECONDS = 1.0
SILENCE_SECONDS = 30.0
Log = Callable[[str], None]


class Worker:
    """Fires due timers and runs jobs until it is told to stop."""

    def __init__(self, runtime: Runtime, name: str, log: Log) -> None:
        self._runtime, self._name, self._log = runtime, name, log
        self._last = monotonic()

    def tick(self) -> None:
        """One round: everything due, then the sign of life."""
        self._last = monotonic()
        try:
            while self._runtime.tick():
                self._last = monotonic()
            self._beat()
        except Exception as error:
            # A dead database must not end the worker: it tries again at the next tick.
            self._log(f"tick failed: {error}")

    def run(self, stop: threading.Event) -> None:
        """Tick until ``stop`` is set; a scheduler that falls silent is started anew."""
        scheduler = self._started()
        while not stop.wait(EVERY_SECONDS):
            if monotonic() - self._last > SILENCE_SECONDS:
                self._log("the scheduler fell silent; starting it anew")
                scheduler.shutdown(wait=False)
                scheduler = self._started()
                self._last = monotonic()
        scheduler.shutdown(wait=True)

    def _started(self) -> BackgroundScheduler:
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

    def _beat(self) -> None:
        with self._runtime.database.begin() as connection:
            connection.execute(delete(beat).where(beat.c.name == self._name))
            connection.execute(insert(beat).values(name=self._name, at=self._runtime.clock.now()))
