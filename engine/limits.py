"""The legal clock: a limit is a budget, and its deadline is derived from facts that others state.

Pure: every function takes the limit, the start, the suspension ledger and the calendar, and where a
present instant matters, that too. All instants are aware and given back in UTC.

**How "used" is counted.** By day, ``used(t)`` is the number of counted days d with
date(start) < d <= date(t) that are not suspended: *a day counts from its 00:00*. So with L units used
is L, and remaining 0, from 00:00 of the last permitted day, although that whole day is still in time;
``remaining <= 1`` is first true at 00:00 of the last but one counted day, ``remaining <= 0.5`` at 00:00 of
the last permitted day, which is what ladder A says of both (domain sheets B.2). Had a day counted at its
end, ``remaining <= 0.5`` would first be true when the limit is already broken. By instant, used grows
evenly through a counted day (or by clock hours) and ``remaining <= 0.5`` is half a day before the deadline.

**Last permitted day**: the first day D with ``wd(start, D) - suspended >= amount`` (行政许可法 Arts 42, 45,
82; 民法典 Art 201), then moved

* to the day on which a suspension ends, if D ends while the clock stands: a suspension that begins on the
  last day keeps the limit alive (time under Art 45 is not counted, and ``wd - suspended_wd <= L`` still
  holds on every day of the suspension);
* to the next working day, if ``roll`` and it is no working day (民法典 Art 203). For working days this
  concerns only a day reached through a suspension, for a counted day is a working day anyway.

**Late** is from 00:00 of the next calendar day on (by instant: one microsecond after the deadline); an
act on the deadline is in time. ``due`` is ``None`` while an open suspension keeps the last day unknown; an
open suspension that began after the last permitted day changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from engine.calendar import WorkingCalendar
from engine.countdown import Countdown, decimal
from engine.due import Due, Step
from engine.ledger import Ledger, LedgerError, Suspension, merged, open_suspension
from engine.terms import Extension, ExtensionError, Limit, LimitError, extend

__all__ = [
    "Due",
    "Extension",
    "ExtensionError",
    "Ledger",
    "LedgerError",
    "Limit",
    "LimitError",
    "Step",
    "Suspension",
    "due",
    "extend",
    "first_instant_overdue_by",
    "first_instant_remaining",
    "first_instant_used",
    "merged",
    "open_suspension",
    "overdue",
    "remaining",
    "total",
    "used",
]


def due(
    limit: Limit,
    start: datetime,
    ledger: Ledger,
    calendar: WorkingCalendar,
    extension: Extension | None = None,
) -> Due | None:
    """The deadline with its reasons; ``None`` while an open suspension stops the clock before it."""
    return Countdown.of(limit, start, ledger, calendar, extension).due()


def total(limit: Limit, start: datetime, calendar: WorkingCalendar, extension: Extension | None = None) -> Decimal:
    """The whole budget in units, with the extension (for ``until``: from the start to it)."""
    return decimal(Countdown.of(limit, start, (), calendar, extension).total)


def used(limit: Limit, start: datetime, at: datetime, ledger: Ledger, calendar: WorkingCalendar) -> Decimal:
    """The units used at ``at``, net of suspensions; 0 before the start. Rounded down to 9 places."""
    return decimal(Countdown.of(limit, start, ledger, calendar).used(at))


def remaining(
    limit: Limit,
    start: datetime,
    at: datetime,
    ledger: Ledger,
    calendar: WorkingCalendar,
    extension: Extension | None = None,
) -> Decimal:
    """total - used, rounded down to 9 places; negative once more than the budget is used."""
    clock = Countdown.of(limit, start, ledger, calendar, extension)
    return decimal(clock.total - clock.used(at))


def overdue(
    limit: Limit,
    start: datetime,
    at: datetime,
    ledger: Ledger,
    calendar: WorkingCalendar,
    extension: Extension | None = None,
) -> Decimal:
    """The units by which ``at`` is late: 0 in time or while the deadline is unknown.

    By day the first overdue day is 1 from its 00:00, also when it is a day off: overdue is the least n with
    date(at) <= add_wd(last day, n). ``first_instant_overdue_by(n)`` is the first instant with overdue > n.
    """
    return decimal(Countdown.of(limit, start, ledger, calendar, extension).overdue(at))


def first_instant_used(
    limit: Limit, units: Decimal | int, start: datetime, ledger: Ledger, calendar: WorkingCalendar
) -> datetime | None:
    """The first instant with used >= units (by day: a 00:00), never before the start.

    ``None`` while an open suspension comes first.
    """
    return Countdown.of(limit, start, ledger, calendar).when_used(Fraction(units))


def first_instant_remaining(
    limit: Limit,
    units: Decimal | int,
    start: datetime,
    ledger: Ledger,
    calendar: WorkingCalendar,
    extension: Extension | None = None,
) -> datetime | None:
    """The first instant with remaining <= units. ``None`` while an open suspension comes first."""
    clock = Countdown.of(limit, start, ledger, calendar, extension)
    return clock.when_used(clock.total - Fraction(units))


def first_instant_overdue_by(
    limit: Limit,
    units: Decimal | int,
    start: datetime,
    ledger: Ledger,
    calendar: WorkingCalendar,
    extension: Extension | None = None,
) -> datetime | None:
    """The first instant that is late by *more* than ``units``; with 0 it is ``first_late``.

    By day: 00:00 of the day after add_wd(last day, floor(units)), for an overdue of n days is a limit of n
    days from the last permitted day. Suspensions after the deadline are not counted either; nothing rolls.
    """
    clock = Countdown.of(limit, start, ledger, calendar, extension)
    last = clock.last()
    reached = None if last is None else clock.overdue_to(last, Fraction(units))
    return None if reached is None else clock.instant(reached + 1)
