"""The only place that reads the time of day.

Everything else takes an aware UTC ``datetime`` as an argument, or a :class:`Clock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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
