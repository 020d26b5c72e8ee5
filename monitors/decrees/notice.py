"""The yearly notice in its own words: 国务院办公厅关于…年部分节假日安排的通知 (全国年节及纪念日放假办法 Arts 2, 6, 7).

``二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。``
What the notice says twice is held against itself: the day of the week of every date and the number of days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.calendar import CalendarDay, DayKind
from monitors.decrees.mistakes import DecreeRefused, Mistake

ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+、)?\s*([^\s：:、（]+(?:、[^\s：:、（]+)*)\s*[：:](.+)")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^）]*)）)?")
_COUNT = re.compile(r"(?:共|放假)(\d+)天")
_SIGNED = re.compile(r"\s*(?:国务院办公厅)?\s*\d{4}年\d{1,2}月\d{1,2}日\s*")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日", 1)} | {"天": 7}
_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Holiday:
    """One holiday of the notice."""

    line: int
    name: str
    off: list[date] = field(default_factory=list)
    made_up: list[date] = field(default_factory=list)


def read_notice(text: str, year: int, title: str) -> tuple[CalendarDay, ...]:
    """The days that the notice of a year speaks of, in order; raises DecreeRefused with every mistake.

    Of the weekdays off, the last ones are those that the make-up days pay for (ADJUSTED_REST).
    """
    mistakes: list[Mistake] = []
    holidays = [
        found for line, row in enumerate(text.splitlines(), 1) if (found := _holiday(line, row, year, mistakes))
    ]
    days: dict[date, CalendarDay] = {}
    for holiday in holidays:
        for row in _rows(holiday, title, mistakes):
            if row.date in days:
                mistakes.append(Mistake(holiday.line, holiday.name, "twice", row.date.isoformat()))
            days[row.date] = row
    if not holidays and not mistakes:
        mistakes.append(Mistake(0, "", "no_holiday", "", "春节：2月15日（周日）至23日（周一）放假调休，共9天。"))
    if mistakes:
        raise DecreeRefused(mistakes)
    return tuple(days[day] for day in sorted(days))


def _holiday(line: int, text: str, year: int, mistakes: list[Mistake]) -> _Holiday | None:
    heading = _HEADING.fullmatch(text.strip())
    if heading is None or not _DATE.search(heading[2]):
        if _DATE.search(text) and not _SIGNED.fullmatch(text):
            mistakes.append(Mistake(line, "", "not_understood", text.strip()[:60]))
        return None
    found = _Holiday(line, heading[1])
    for sentence in filter(None, re.split(r"[。；;]", heading[2])):
        if "上班" in sentence:
            found.made_up += [day for day, _ in _dates(found, sentence, year, mistakes)]
        elif "放假" in sentence:
            _take_off(found, sentence, year, mistakes)
        elif _DATE.search(sentence):
            mistakes.append(Mistake(line, found.name, "not_understood", sentence.strip()[:60]))
    return found


def _take_off(holiday: _Holiday, sentence: str, year: int, mistakes: list[Mistake]) -> None:
    """The days off that a sentence names: single ones, and spans from one to another."""
    dates = list(_dates(holiday, sentence, year, mistakes))
    off: list[date] = []
    while dates:
        first, through = dates.pop(0)
        last = dates.pop(0)[0] if through and dates else first
        if not 0 <= (last - first).days < 31:
            mistakes.append(Mistake(holiday.line, holiday.name, "span", f"{first} – {last}"))
            return
        off += [first + _DAY * n for n in range((last - first).days + 1)]
    told = _COUNT.search(sentence)
    if told is not None and int(told[1]) != len(off):
        mistakes.append(Mistake(holiday.line, holiday.name, "count", str(len(off)), told[1]))
    holiday.off += off


def _dates(holiday: _Holiday, sentence: str, year: int, mistakes: list[Mistake]) -> Iterator[tuple[date, bool]]:
    """Each date of a sentence, and whether a span goes on from it (至)."""
    month = 0
    for found in _DATE.finditer(sentence):
        year, month = int(found[1] or year), int(found[2] or month)
        try:
            day = date(year, month, int(found[3]))
        except ValueError:
            mistakes.append(Mistake(holiday.line, holiday.name, "date", found[0]))
            continue
        told = _WEEKDAY.search(found[4] or "")
        if told is not None and _WEEKDAYS[told[1]] != day.isoweekday():
            mistakes.append(Mistake(holiday.line, holiday.name, "weekday_of", found[0], day.isoformat()))
        yield day, sentence[found.end() : found.end() + 1] == "至"


def _rows(holiday: _Holiday, title: str, mistakes: list[Mistake]) -> Iterator[CalendarDay]:
    english = ", ".join(ENGLISH.get(name, name) for name in holiday.name.split("、"))
    name = f"{holiday.name}/{english}"
    weekdays = [day for day in holiday.off if day.isoweekday() <= 5]
    if len(holiday.made_up) > len(weekdays):
        mistakes.append(Mistake(holiday.line, holiday.name, "made_up", str(len(holiday.made_up)), str(len(weekdays))))
    paid_for = set(weekdays[len(weekdays) - len(holiday.made_up) :])
    for day in holiday.off:
        rest = DayKind.ADJUSTED_REST if day in paid_for else DayKind.HOLIDAY
        yield CalendarDay(day, rest if day.isoweekday() <= 5 else DayKind.WEEKEND, name, title)
    for day in holiday.made_up:
        if day.isoweekday() <= 5:
            mistakes.append(Mistake(holiday.line, holiday.name, "made_up_weekday", day.isoformat()))
        yield CalendarDay(day, DayKind.ADJUSTED_WORK, name, title)
