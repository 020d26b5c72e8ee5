"""The functions of days that rules may call (domain sheets 0.3, B.6), bound to one calendar and ledger.

``wd``: working days d with date(from) < d <= date(to), suspensions not deducted (行政许可法 Art 82,
民法典 Art 201). A null argument gives null, so that the rule becomes undetermined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from engine.budget import Budget, ByDay, ticks
from engine.calendar import WorkingCalendar
from engine.countdown import decimal
from engine.limits import Ledger, merged
from engine.officehours import OfficeHours, standard_days

NAMES = (
    "working days",
    "add working days",
    "calendar days",
    "hours between",
    "suspended working days",
    "deadline after working days",
    "working hours",
    "days by hours",
)
# Those whose value another calendar may change.
COUNTING = tuple(name for name in NAMES if name not in ("calendar days", "hours between"))
_HOUR = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def bound(calendar: WorkingCalendar, ledger: Ledger = ()) -> Mapping[str, Callable[..., Any]]:
    """The functions by name; they take dates or instants and numbers as FEEL has them."""
    days = _Days(calendar, ledger)
    found = (
        days.working,
        days.add_working,
        days.calendar_days,
        days.hours,
        days.suspended,
        days.deadline_after,
        days.working_hours,
        days.days_by_hours,
    )
    return dict(zip(NAMES, found, strict=True))


def counted(calendar: WorkingCalendar, start: Any, end: Any, unit: str) -> Decimal | None:
    """How many working_day, calendar_day or hour from one date or instant to another, as the functions count."""
    days = bound(calendar)
    names = {
        "working_day": "working days",
        "calendar_day": "calendar days",
        "hour": "hours between",
        "working_hour": "working hours",
    }
    found: Decimal | None = days[names[unit]](start, end)
    return found


class _Days:
    def __init__(self, calendar: WorkingCalendar, ledger: Ledger) -> None:
        self._calendar = calendar
        self._ledger = ledger

    def working(self, start: Any, end: Any) -> Decimal | None:
        """``working days(from, to)``"""
        a, b = self._day(start), self._day(end)
        return None if a is None or b is None else Decimal(self._calendar.working_days(a, b))

    def add_working(self, start: Any, n: Any) -> date | None:
        """``add working days(date, n)``: the last permitted day."""
        day = self._day(start)
        if day is None or not isinstance(n, (Decimal, int)) or n < 0:
            return None
        return self._calendar.add_working_days(day, int(n))

    def calendar_days(self, start: Any, end: Any) -> Decimal | None:
        """``calendar days(from, to)``: 0 when the second is not after the first."""
        a, b = self._day(start), self._day(end)
        return None if a is None or b is None else Decimal(max(0, (b - a).days))

    def hours(self, start: Any, end: Any) -> Decimal | None:
        """``hours between(from, to)``: clock hours, negative when the second comes first."""
        a, b = self._instant(start), self._instant(end)
        return None if a is None or b is None else Decimal((b - a) // _TICK) / (_HOUR // _TICK)

    def suspended(self, start: Any, end: Any) -> Decimal | None:
        """``suspended working days(from, to)``: those of the merged suspensions inside (from, to]."""
        a, b = self._day(start), self._day(end)
        if a is None or b is None:
            return None
        budget = Budget.of(ByDay(self._calendar, working=True), merged(self._ledger))
        return Decimal(int(budget.stopped(a.toordinal(), b.toordinal())))

    def deadline_after(self, start: Any, n: Any) -> datetime | None:
        """``deadline after working days(from, n)``: 00:00 of the day after the n-th working day."""
        last = self.add_working(start, n)
        return None if last is None else self._calendar.start_of_day(last + timedelta(days=1))

    def working_hours(self, start: Any, end: Any) -> Decimal | None:
        """``working hours(from, to)``: office hours between, suspensions not deducted; 0 when the second comes first."""
        a, b = self._instant(start), self._instant(end)
        if a is None or b is None or not OfficeHours.known(self._calendar, a):
            return None
        scale = OfficeHours.of(self._calendar, a)
        return decimal(max(Fraction(0), scale.at(ticks(b)) - scale.at(ticks(a))))

    def days_by_hours(self, start: Any, end: Any) -> Decimal | None:
        """``days by hours(from, to)``: standard days of office hours, begun ones rounded up, 1 at least."""
        a, b = self._instant(start), self._instant(end)
        if a is None or b is None or not OfficeHours.known(self._calendar, a):
            return None
        return Decimal(standard_days(self._calendar, a, b))

    def _day(self, value: Any) -> date | None:
        if isinstance(value, datetime):
            return self._calendar.local_date(self._aware(value))
        return value if isinstance(value, date) else None

    def _instant(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            # In UTC: the difference of two datetimes of one zone is wall-clock time.
            return self._aware(value).astimezone(UTC)
        return self._calendar.start_of_day(value) if isinstance(value, date) else None

    def _aware(self, value: datetime) -> datetime:
        return value if value.tzinfo is not None else value.replace(tzinfo=self._calendar.tz)
