"""Calendar parts of dates as functions."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from ..bounds import Meter
from ..values import Value
from .registry import builtin

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@builtin("day of week(date: moment)")
def day_of_week(meter: Meter, day: date) -> Value:
    """The English name of the weekday."""
    return _DAYS[day.weekday()]


@builtin("day of year(date: moment)")
def day_of_year(meter: Meter, day: date) -> Value:
    """1 to 366."""
    return Decimal(day.timetuple().tm_yday)


@builtin("week of year(date: moment)")
def week_of_year(meter: Meter, day: date) -> Value:
    """The ISO week, 1 to 53."""
    return Decimal(day.isocalendar()[1])


@builtin("month of year(date: moment)")
def month_of_year(meter: Meter, day: date) -> Value:
    """The English name of the month."""
    return _MONTHS[day.month - 1]


@builtin("last day of month(date: moment)")
def last_day_of_month(meter: Meter, day: date) -> Value:
    """28 to 31."""
    return Decimal(monthrange(day.year, day.month)[1])
