"""The suspension ledger: when the legal clock of a case stood still, and who let it.

行政许可法 Art 45: time for hearing, tender, auction, inspection, test, quarantine, appraisal and expert
review is not counted. Suspending and resuming change this ledger only; every deadline is derived again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.calendar import utc
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.limits import Limit

Interval = tuple[datetime, datetime | None]


class LedgerError(EngineError):
    """A suspension that cannot be: it ends before it starts."""

    code = "ledger_error"


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock stands from ``start`` to ``end`` (``None``: still standing).

    ``kind``: what for (听证, 检测 ...); ``approver``: who allowed it; ``own_limit``: how long it may last,
    a limit with a timer of its own. Both instants are aware and kept in UTC.
    """

    kind: str
    start: datetime
    end: datetime | None
    approver: str
    own_limit: Limit | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc(self.start, "suspension start"))
        if self.end is not None:
            object.__setattr__(self, "end", utc(self.end, "suspension end"))
            if self.end < self.start:
                raise LedgerError(
                    f"suspension {self.kind}: expected an end after {self.start.isoformat()}, "
                    f"found {self.end.isoformat()}",
                    kind=self.kind,
                )

    @property
    def open(self) -> bool:
        return self.end is None


Ledger = tuple[Suspension, ...]


def merged(ledger: Iterable[Suspension]) -> tuple[Interval, ...]:
    """The times of standstill, in order, overlapping and touching ones as one; only the last can be open."""
    found: list[Interval] = []
    for item in sorted(ledger, key=lambda s: s.start):
        if found and (found[-1][1] is None or item.start <= found[-1][1]):
            found[-1] = (found[-1][0], _later(found[-1][1], item.end))
        else:
            found.append((item.start, item.end))
    return tuple(found)


def open_suspension(ledger: Iterable[Suspension]) -> Suspension | None:
    """The earliest suspension that still runs, if one does."""
    return min((s for s in ledger if s.open), key=lambda s: s.start, default=None)


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    return None if a is None or b is None else max(a, b)
