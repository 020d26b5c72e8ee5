"""What becomes of firings that came due while nobody was there to fire them.

``each`` (the default): every one fires, late. ``coalesced``: of a timer's firings that are due together only
the last fires, for all of them. ``skip``: what is late by more than the grace does not fire at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EACH, COALESCED, SKIP = "each", "coalesced", "skip"
POLICIES = (EACH, COALESCED, SKIP)
# A worker that is busy is late by seconds: nothing was missed yet.
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The dues that fire and those that are let go, each in order."""

    fire: tuple[datetime, ...]
    let_go: tuple[datetime, ...]


def catch_up(dues: Iterable[datetime], policy: str, now: datetime, grace: timedelta = GRACE) -> CatchUp:
    """Decide about the dues of one timer that have not fired yet; those after ``now`` are left alone."""
    missed = sorted({due for due in dues if due <= now})
    if policy == COALESCED:
        fire = missed[-1:]
    elif policy == SKIP:
        fire = [due for due in missed if now - due <= grace]
    else:
        fire = missed
    return CatchUp(tuple(fire), tuple(due for due in missed if due not in fire))


def late_ms(due: datetime, fired_at: datetime) -> int:
    """How many milliseconds after its due a timer fired; below zero when an event lies before it."""
    return (fired_at - due) // timedelta(milliseconds=1)
