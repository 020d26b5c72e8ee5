"""What a benchmark found, and the arithmetic of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class BenchFailed(Exception):
    """What was measured did not do what it had to do; its figures mean nothing."""


@dataclass(slots=True)
class Found:
    """``ratios`` are our rate over the baseline's; ``figures`` carry their unit in their name."""

    ratios: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)


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
