"""What a benchmark found, and the arithmetic of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.clock import cpu_seconds, monotonic


class BenchFailed(Exception):
    """What was measured did not do what it had to do; its figures mean nothing."""


@dataclass(slots=True)
class Found:
    """``ratios`` are our rate over the baseline's; ``figures`` carry their unit in their name."""

    ratios: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)


class Spent(NamedTuple):
    """Seconds on the wall's clock, and of this process's CPU."""

    wall: float
    cpu: float

    def __truediv__(self, number: int) -> Spent:
        return Spent(self.wall / number, self.cpu / number)


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = monotonic(), cpu_seconds()

    def spent(self) -> Spent:
        return Spent(monotonic() - self._wall, cpu_seconds() - self._cpu)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 4)


def must_equal(what: str, found: object, expected: object) -> None:
    """Raises BenchFailed: work that was not done is not fast."""
    if found != expected:
        raise BenchFailed(f"expected {what} to be {expected}, found {found}")
