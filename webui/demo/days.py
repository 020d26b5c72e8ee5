"""Working days as the synthetic city counts them: a plain set of dates, nothing of the product's own calendar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice


@dataclass(frozen=True, slots=True)
class Days:
    """The working days of the span that is played, in order, and the zone of the city."""

    working: tuple[date, ...]
    zone: tzinfo

    @classmethod
    def of(cls, working: Iterable[date], zone: tzinfo) -> Days:
        return cls(tuple(sorted(working)), zone)

    def on_or_after(self, day: date) -> date:
        """The first working day from that day on."""
        return self.working[bisect_left(self.working, day)]

    def before(self, day: date) -> date:
        """The last working day before that day."""
        return self.working[bisect_left(self.working, day) - 1]

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after that day; with 0 the day itself."""
        return day if count == 0 else self.working[bisect_right(self.working, day) + count - 1]

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """The working days d with ``first`` < d <= ``last``."""
        return self.working[bisect_right(self.working, first) : bisect_right(self.working, last)]

    def later(self, day: date) -> Iterator[date]:
        """The working days after that day."""
        return islice(self.working, bisect_right(self.working, day), None)

    def midnight(self, day: date) -> datetime:
        """The first instant of a day."""
        return datetime.combine(day, time.min, self.zone)

    def day_of(self, instant: datetime) -> date:
        """The local day of an instant."""
        return instant.astimezone(self.zone).date()


def after(day: date) -> date:
    """The next calendar day."""
    return day + timedelta(days=1)
