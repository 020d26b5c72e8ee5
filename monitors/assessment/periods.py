"""What is assessed: a month, a quarter, a half-year or a year, named 2026-03, 2026-Q1, 2026-H1 and 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from engine.errors import InvalidData

_NAME = re.compile(r"([12][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")


@dataclass(frozen=True, slots=True)
class Span:
    """The days ``first`` <= day < ``after`` under the name of the period."""

    name: str
    first: date
    after: date

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def whole_year(self) -> bool:
        return len(self.name) == 4

    def months(self) -> tuple[Span, ...]:
        """Its calendar months, the first first; a month has itself."""
        last = 12 if self.after.year > self.year else self.after.month - 1
        return tuple(span_of(f"{self.year}-{month:02d}") for month in range(self.first.month, last + 1))


def span_of(period: int | str) -> Span:
    """The days of a period; a number is a year. Raises InvalidData for another name."""
    found = _NAME.fullmatch(str(period))
    if found is None:
        raise InvalidData(f"expected a period like 2026, 2026-H1, 2026-Q1 or 2026-03, found {period!r}", field="period")
    year = int(found[1])
    if found[2]:
        first, length = int(found[2]), 1
    elif found[3]:
        first, length = 3 * int(found[3]) - 2, 3
    elif found[4]:
        first, length = 6 * int(found[4]) - 5, 6
    else:
        first, length = 1, 12
    after = first + length
    end = date(year + 1, 1, 1) if after > 12 else date(year, after, 1)
    return Span(str(period), date(year, first, 1), end)
