"""Working calendars: which days count, and why a day does not.

Pure: no clock, no I/O. The base rule is Monday to Friday; a row of the calendar overrides it for its day
(全国年节及纪念日放假办法 Arts 2, 6, 7; the yearly State Council notice moves working days, 调休).
Dates are local dates of the calendar's zone; instants are aware and are given back in UTC, because the
difference of two datetimes of one zone is wall-clock time and wrong across a change to summer time.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.errors import EngineError
from engine.worktimes import WorkTime, in_order

_WEEKDAYS = (
    "周一/Monday",
    "周二/Tuesday",
    "周三/Wednesday",
    "周四/Thursday",
    "周五/Friday",
    "周六/Saturday",
    "周日/Sunday",
)


class CalendarError(EngineError):
    """A calendar was asked for what it cannot tell; the facts name the value and what was expected."""

    code = "calendar_error"


class NaiveTimeError(CalendarError):
    """An instant without a zone was given; ``what`` names it."""

    code = "naive_time"


class DayKind(StrEnum):
    """What a day is. Only WORK and ADJUSTED_WORK are working days."""

    WORK = "WORK"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    ADJUSTED_WORK = "ADJUSTED_WORK"
    ADJUSTED_REST = "ADJUSTED_REST"
    LOCAL_OFF = "LOCAL_OFF"


_WORKING = frozenset({DayKind.WORK, DayKind.ADJUSTED_WORK})


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row. ``name`` is bilingual (国庆节/National Day); ``source_doc`` names the decree."""

    date: date
    kind: DayKind
    name: str = ""
    source_doc: str = ""
    confirmed: bool = True

    @property
    def working(self) -> bool:
        return self.kind in _WORKING


def utc(instant: datetime, what: str = "instant") -> datetime:
    """``instant`` in UTC. Raises :class:`NaiveTimeError` when it carries no zone."""
    if instant.utcoffset() is None:
        raise NaiveTimeError(f"{what}: expected an aware instant, found {instant.isoformat()}", what=what)
    return instant.astimezone(UTC)


@dataclass(frozen=True)
class WorkingCalendar:
    """A working calendar at one version.

    ``rows`` maps a date to its row; ``hours`` are the tables of office hours, none where limits count no hours. ``version`` goes into evidence; left empty it is a hash of the content.
    Two calendars with equal content are equal. A date that does not exist in the zone (Apia, 2011-12-30)
    is a day like any other unless a row says otherwise. A look-up costs O(log rows).
    """

    code: str
    zone: str
    rows: Mapping[date, CalendarDay] = field(default_factory=dict, hash=False)
    version: str = ""
    hours: tuple[WorkTime, ...] = ()
    _tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _days: list[int] = field(init=False, repr=False, compare=False)
    _shift: list[int] = field(init=False, repr=False, compare=False)
    _upto: list[int] = field(init=False, repr=False, compare=False)
    _confirmed: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = dict(sorted(self.rows.items()))
        for day, row in rows.items():
            if row.date != day:
                raise CalendarError(f"row of {row.date} stands under {day}", day=day, found=row.date)
        moved = [(day.toordinal(), row.working - _is_weekday(day)) for day, row in rows.items()]
        moved = [(ordinal, change) for ordinal, change in moved if change]
        days = [ordinal for ordinal, _ in moved]
        shift = list(accumulate((change for _, change in moved), initial=0))
        values = {
            "rows": MappingProxyType(rows),
            "version": self.version or _content_hash(self.code, self.zone, rows.values(), self.hours),
            "_tz": _load_zone(self.zone),
            "_days": days,
            "_shift": shift,
            "_upto": [_weekdays_upto(o) + s for o, s in zip(days, shift[1:], strict=True)],
            "_confirmed": frozenset(d.year for d, r in rows.items() if r.confirmed and r.kind is not DayKind.LOCAL_OFF),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def of(
        cls, code: str, zone: str, rows: Iterable[CalendarDay], version: str = "", hours: Iterable[WorkTime] = ()
    ) -> WorkingCalendar:
        """A calendar from rows. Raises :class:`CalendarError` when a date has two rows."""
        by_date: dict[date, CalendarDay] = {}
        for row in rows:
            if row.date in by_date:
                raise CalendarError(f"two rows for {row.date}", day=row.date)
            by_date[row.date] = row
        return cls(code, zone, by_date, version, in_order(hours))

    @property
    def tz(self) -> ZoneInfo:
        return self._tz

    def local_date(self, when: date | datetime) -> date:
        """The date of ``when``; an instant is read in the calendar's zone."""
        return utc(when).astimezone(self._tz).date() if isinstance(when, datetime) else when

    def day(self, when: date | datetime) -> CalendarDay:
        """The row of that day, or the row that the base rule makes of it (without a source)."""
        day = self.local_date(when)
        row = self.rows.get(day)
        if row is not None:
            return row
        kind = DayKind.WORK if _is_weekday(day) else DayKind.WEEKEND
        return CalendarDay(day, kind, _WEEKDAYS[day.weekday()], "", not self.is_provisional(day))

    def is_working(self, when: date | datetime) -> bool:
        """Whether that day is a working day."""
        day = self.local_date(when)
        row = self.rows.get(day)
        return row.working if row is not None else _is_weekday(day)

    def working_days(self, a: date | datetime, b: date | datetime) -> int:
        """``wd(a, b)``: the working days d with date(a) < d <= date(b); 0 when b is not after a.

        The day of the event is not counted (民法典 Art 201).
        """
        first, last = self.local_date(a).toordinal(), self.local_date(b).toordinal()
        return self.index(last) - self.index(first) if last > first else 0

    def add_working_days(self, a: date | datetime, n: int) -> date:
        """``add_wd(a, n)``: the last permitted day, that is the n-th working day after date(a).

        With n = 0 it is date(a) itself, working or not. Raises :class:`CalendarError` when n < 0 or the
        answer lies beyond the year 9999.
        """
        if n < 0:
            raise CalendarError(f"expected n >= 0, found {n}", found=n)
        day = self.local_date(a)
        return to_date(self.nth(self.index(day.toordinal()) + n)) if n else day

    def next_working_day(self, when: date | datetime) -> date:
        """The first working day on or after that day."""
        day = self.local_date(when)
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def start_of_day(self, day: date) -> datetime:
        """The first instant of that local day, in UTC.

        Where summer time skips midnight it is the first instant that exists, where midnight comes twice
        the first of the two.
        """
        return datetime.combine(day, time.min, self._tz).astimezone(UTC)

    def is_decreed(self, year: int) -> bool:
        """Whether a confirmed row of that year says more than that a place is closed."""
        return year in self._confirmed

    def is_provisional(self, when: date | datetime) -> bool:
        """Whether that day may still change: its year has no confirmed row (one of the decree, a local
        closing day is not enough), or the row itself is not confirmed."""
        day = self.local_date(when)
        row = self.rows.get(day)
        return day.year not in self._confirmed or (row is not None and not row.confirmed)

    def provisional_years(self, first: date | datetime, last: date | datetime) -> tuple[int, ...]:
        """The years from ``first`` to ``last``, both included, with a provisional day in that span."""
        a, b = self.local_date(first), self.local_date(last)
        years = {year for year in range(a.year, b.year + 1) if year not in self._confirmed}
        years.update(day.year for day, row in self.rows.items() if not row.confirmed and a <= day <= b)
        return tuple(sorted(years))

    def describe(self, when: date | datetime) -> str:
        """Why that day is (not) a working day: ``2025-10-01 HOLIDAY 国庆节/National Day (notice)``."""
        row = self.day(when)
        source = f" ({row.source_doc})" if row.source_doc else ""
        unsure = "" if not self.is_provisional(row.date) else " [暂定/provisional]"
        return f"{row.date.isoformat()} {row.kind} {row.name}{source}{unsure}"

    def index(self, ordinal: int) -> int:
        """The number of working days from year 1 up to the day with that ordinal, it included."""
        return _weekdays_upto(ordinal) + self._shift[bisect_right(self._days, ordinal)]

    def nth(self, k: int) -> int:
        """The ordinal of the k-th working day since year 1; the inverse of :meth:`index`, k >= 1."""
        at = bisect_left(self._upto, k)
        plain = _weekday_number(k - self._shift[at])
        return min(plain, self._days[at]) if at < len(self._days) else plain


def to_date(ordinal: int) -> date:
    """The date with that ordinal. Raises :class:`CalendarError` outside the years 1 to 9999."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise CalendarError("expected a day of the years 1 to 9999, found one beyond", ordinal=ordinal) from None


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5


def _weekdays_upto(ordinal: int) -> int:
    """Mondays to Fridays among the days 1 .. ordinal (day 1, 0001-01-01, is a Monday)."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _weekday_number(k: int) -> int:
    """The ordinal of the k-th Monday-to-Friday day."""
    weeks, rest = divmod(k - 1, 5)
    return weeks * 7 + rest + 1


def _load_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CalendarError(f"expected the name of a time zone, found {name!r}", found=name) from None


def _content_hash(code: str, zone: str, rows: Iterable[CalendarDay], hours: Iterable[WorkTime]) -> str:
    lines = [f"{r.date}|{r.kind}|{r.name}|{r.source_doc}|{r.confirmed:d}" for r in rows]
    return hashlib.sha256("\n".join([code, zone, *lines, *map(str, hours)]).encode()).hexdigest()[:16]
