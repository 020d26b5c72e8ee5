"""Clocks of a test: one that nobody can set, and a machine's clock that goes with it until somebody does."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.clock import VirtualClock


class Steady:
    """Counts seconds; called like ``monotonic``."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Machine:
    """Time that passes on both clocks, and a wall clock that can be set."""

    def __init__(self, start: datetime) -> None:
        self.wall, self.steady = VirtualClock(start), Steady()

    def passes(self, span: timedelta) -> None:
        self.wall.advance(span)
        self.steady.seconds += span.total_seconds()

    def is_set(self, by: timedelta) -> None:
        self.wall.advance(by)
