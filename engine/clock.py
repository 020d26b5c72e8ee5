"""The only place that reads the time of day.

Everything else takes an aware UTC ``datetime`` as an argument, or a :class:`Clock`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved: for replays, scenarios and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Stand at ``instant``; a replay also moves back, when a case starts earlier."""
        self._now = _aware(instant)

    def advance(self, step: timedelta) -> None:
        self._now += step


class ShiftedClock:
    """Another clock, moved forward by an offset that is read anew at each look."""

    def __init__(self, base: Clock, offset: Callable[[], timedelta]) -> None:
        self._base = base
        self._offset = offset

    def now(self) -> datetime:
        return self._base.now() + self._offset()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a watched clock: by how much it stands ahead of the time that has passed, and by how much
    it was set back since the look before; both zero on a clock that just runs."""

    now: datetime
    ahead: timedelta = timedelta()
    fell: timedelta = timedelta()


class ClockWatch:
    """Holds a clock against one that nobody can set.

    Set forward by more than ``FORWARD`` it stays *ahead* until it is set back; what is set back is told once.
    Less than that is taken as it comes: clocks are corrected all the time.
    """

    FORWARD = timedelta(minutes=5)
    BACKWARD = timedelta(seconds=1)

    def __init__(self, clock: Clock, steady: Callable[[], float] | None = None) -> None:
        self._clock, self._steady = clock, steady or monotonic
        self._lock = threading.Lock()
        self._before = (clock.now(), self._steady())
        self._ahead = timedelta()

    def look(self) -> Look:
        with self._lock:
            now, steady = self._clock.now(), self._steady()
            moved = now - self._before[0] - timedelta(seconds=steady - self._before[1])
            self._before = (now, steady)
            if self._ahead or moved > self.FORWARD:
                self._ahead += moved
                if self._ahead <= self.FORWARD:
                    self._ahead = timedelta()
            return Look(now, self._ahead, -moved if moved < -self.BACKWARD else timedelta())


def monotonic() -> float:
    """Seconds of a clock that no one can set back, for watchdogs and durations."""
    return time.monotonic()


def cpu_seconds() -> float:
    """CPU seconds of this process, for figures that a busy machine does not blur."""
    return time.process_time()


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"expected an aware instant, found {instant.isoformat()}")
    return instant.astimezone(UTC)
