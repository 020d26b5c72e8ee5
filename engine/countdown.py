"""One limit made countable: budget, start, end and the reasons for it; :mod:`engine.limits` is its face."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from engine.budget import Budget, ByDay, Hours, Scale, Units, WithinDays, from_ticks, ticks
from engine.calendar import WorkingCalendar, to_date, utc
from engine.due import Due, Step
from engine.ledger import Interval, Ledger, merged
from engine.officehours import OfficeHours
from engine.terms import Extension, ExtensionError, Limit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Countdown:
    """A limit on its scale. ``begin`` is the start after ``after_hours``, ``origin`` the position from which
    it counts; both ``counted`` and ``last`` days are positions on the scale."""

    limit: Limit
    calendar: WorkingCalendar
    intervals: tuple[Interval, ...]
    budget: Budget
    event: datetime
    begin: datetime
    origin: int
    total: Units
    extension: Extension | None

    @classmethod
    def of(
        cls,
        limit: Limit,
        start: datetime,
        ledger: Ledger,
        calendar: WorkingCalendar,
        extension: Extension | None = None,
    ) -> Countdown:
        event = utc(start, "start")
        scale = _scale(limit, event, calendar)
        intervals = () if limit.until else merged(ledger)
        budget = Budget.of(scale, intervals)
        begin = _begin(limit, event, calendar)
        origin = _origin(limit, begin, scale, calendar)
        amount = budget.gross(origin, scale.position(limit.until)) if limit.until else Fraction(limit.amount)
        whole = amount + _more(limit, extension)
        return cls(limit, calendar, intervals, budget, event, begin, origin, whole, extension)

    @property
    def by_day(self) -> bool:
        return isinstance(self.budget.scale, ByDay)

    def instant(self, position: int) -> datetime:
        """The first instant of a position."""
        return self.calendar.start_of_day(to_date(position)) if self.by_day else from_ticks(position)

    def day(self, position: int) -> date:
        """The local day that ends with, or holds, a position (24:00 belongs to the day it ends)."""
        return to_date(position) if self.by_day else self.calendar.local_date(from_ticks(position - 1))

    def used(self, at: datetime) -> Units:
        return self.budget.net(self.origin, self.budget.scale.position(utc(at)))

    def when_used(self, units: Units) -> datetime | None:
        """The first instant with used >= units, not before the start."""
        if units <= 0:
            return self.begin
        position = self.budget.reach(self.origin, units)
        return None if position is None else self.instant(position)

    def counted(self) -> int | None:
        """The last day by count alone; ``None`` while an open suspension comes first."""
        if self.limit.until:
            return self.budget.scale.position(self.limit.until)
        return self.budget.reach(self.origin, self.total)

    def moves(self, counted: int) -> tuple[tuple[str, int, int], ...] | None:
        """How the counted day becomes the last permitted day: (rule, from, to), in order."""
        found: list[tuple[str, int, int]] = []
        here = counted
        while True:
            released = self.budget.released(here)
            if released is None:
                return None
            if released != here:
                found.append(("suspended_at_end", here, released))
            rolled = self._rolled(released, bool(found))
            if rolled == released:
                return tuple(found)
            found.append(("rolled", released, rolled))
            here = rolled

    def last(self) -> int | None:
        """The position of the last permitted day or of the deadline."""
        counted = self.counted()
        moves = None if counted is None else self.moves(counted)
        return None if moves is None else (moves[-1][2] if moves else counted)

    def overdue_to(self, last: int, units: Units) -> int | None:
        """The last position that is late by no more than ``units``."""
        reached = self.budget.reach(last, floor(units) if self.by_day else units)
        return None if reached is None else self.budget.released(reached)

    def overdue(self, at: datetime) -> Units:
        """The units by which ``at`` is late; by day the running day is a whole one, working or not."""
        last = self.last()
        here = self.budget.scale.position(utc(at))
        if last is None or here <= last:
            return 0
        late = self.budget.net(last, here)
        reached = self.overdue_to(last, late)
        return late + 1 if self.by_day and reached is not None and here > reached else late

    def due(self) -> Due | None:
        counted = self.counted()
        moves = None if counted is None else self.moves(counted)
        if counted is None or moves is None:
            return None
        last = moves[-1][2] if moves else counted
        first_late, last_day = self.instant(last + 1), self.day(last)
        return Due(
            last_day=last_day,
            last_day_start=self.calendar.start_of_day(last_day),
            deadline=first_late - timedelta(microseconds=1),
            first_late=first_late,
            reason=(*self._start_steps(), *self._count_steps(counted), *map(self._move_step, moves)),
            calendar_version=self.calendar.version,
            provisional=self._provisional(counted, last_day),
        )

    def _rolled(self, position: int, after_stop: bool) -> int:
        unit = self.limit.unit
        if not self.limit.roll or not (unit == "calendar_day" or (unit == "working_day" and after_stop)):
            return position
        day = self.day(position)
        target = self.calendar.next_working_day(day)
        if target == day:
            return position
        return target.toordinal() if self.by_day else ticks(self.calendar.start_of_day(target + _DAY)) - 1

    def _provisional(self, counted: int, last_day: date) -> bool:
        if self.limit.until:
            return False
        if self.limit.unit in ("working_day", "working_hour") or self.limit.after_hours == "next_working_day":
            first = self.calendar.local_date(self.event)
        elif self.limit.unit == "calendar_day" and self.limit.roll:
            first = self.day(counted)
        else:
            return False
        return bool(self.calendar.provisional_years(first, last_day))

    def _start_steps(self) -> list[Step]:
        day, begin = self.calendar.local_date(self.event), self.calendar.local_date(self.begin)
        steps = []
        if begin != day:
            steps.append(self._off("start_moved", day, begin))
        counts_from = self.limit.start_rule if not self.limit.until else "given"
        steps.append(Step("start", begin, note=counts_from))
        return steps

    def _count_steps(self, counted: int) -> list[Step]:
        if self.limit.until:
            return [Step("given", self.day(counted), note=self.limit.until.isoformat())]
        steps = [Step("budget", units=decimal(Fraction(self.limit.amount)), note=self.limit.unit)]
        if self.extension:
            note = f"{self.extension.approver}: {self.extension.reason}"
            steps.append(Step("extended", units=decimal(Fraction(self.extension.amount)), note=note))
        steps += self._stop_steps(counted)
        steps.append(Step("counted", to_day=self.day(counted), units=decimal(self.total)))
        return steps

    def _stop_steps(self, counted: int) -> list[Step]:
        steps = []
        for (begun, ended), (start, end) in zip(self.intervals, self.budget.stops, strict=True):
            if end is None or end <= self.origin or start >= counted:
                continue
            units = self.budget.gross(max(start, self.origin), min(end, counted))
            day, to_day = self.calendar.local_date(begun), self.calendar.local_date(ended or begun)
            steps.append(Step("suspended", day, to_day, decimal(units)))
        return steps

    def _move_step(self, move: tuple[str, int, int]) -> Step:
        rule, source, target = move
        day, to_day = self.day(source), self.day(target)
        return self._off(rule, day, to_day) if rule == "rolled" else Step(rule, day, to_day)

    def _off(self, rule: str, day: date, to_day: date) -> Step:
        """A step that a day off is the reason for: which one, and by which decree."""
        row = self.calendar.day(day)
        return Step(rule, day, to_day, note=self.calendar.describe(day), name=row.name, source=row.source_doc)


def decimal(units: Units) -> Decimal:
    """Units as a Decimal, rounded down to 9 places (a part of a day may have no finite decimal)."""
    if isinstance(units, int) or units.denominator == 1:
        return Decimal(int(units))
    return Decimal(floor(units * 10**9)).scaleb(-9).normalize()


def _scale(limit: Limit, start: datetime, calendar: WorkingCalendar) -> Scale:
    by_instant = limit.granularity == "instant"
    if limit.unit == "working_hour":
        return OfficeHours.of(calendar, start)
    if limit.unit == "hour" or (limit.unit == "until" and by_instant):
        return Hours()
    working = limit.unit == "working_day"
    return WithinDays(calendar, working) if by_instant else ByDay(calendar, working)


def _begin(limit: Limit, event: datetime, calendar: WorkingCalendar) -> datetime:
    if limit.after_hours == "as_is" or calendar.is_working(event):
        return event
    return calendar.start_of_day(calendar.next_working_day(event))


def _origin(limit: Limit, begin: datetime, scale: Scale, calendar: WorkingCalendar) -> int:
    if isinstance(scale, WithinDays) and limit.start_rule == "next_day":
        return ticks(calendar.start_of_day(calendar.local_date(begin) + _DAY))
    return scale.position(begin)


def _more(limit: Limit, extension: Extension | None) -> Fraction:
    if extension is None:
        return Fraction(0)
    if extension.unit != limit.unit:
        raise ExtensionError(f"expected an extension in {limit.unit}, found one in {extension.unit}")
    return Fraction(extension.amount)
