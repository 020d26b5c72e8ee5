"""What became of warnings, counted by department."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitors import tables as t
from monitors.scope import EVERYWHERE, Scope


@dataclass(frozen=True, slots=True)
class Tally:
    """The warnings of a department raised in a period, by what became of them; ``corrected`` closed by themselves."""

    district_code: str
    department: str
    raised: int
    undecided: int
    confirmed: int
    dismissed: int
    exempted: int
    corrected: int
    waived: int
    recalled: int


_OF_STATE = {
    "open": "undecided",
    "explained": "undecided",
    "confirmed": "confirmed",
    "dismissed": "dismissed",
    "exempted": "exempted",
    "auto_closed": "corrected",
    "waived": "waived",
    "recalled": "recalled",
}


def tallies(connection: Connection, since: datetime, until: datetime, scope: Scope = EVERYWHERE) -> tuple[Tally, ...]:
    """One line for each department with warnings of ``since`` <= raised < ``until``, by district and code."""
    c = t.warning.c
    wanted = (
        select(c.district_code, c.department, c.state, func.count())
        .where(c.raised_at >= since, c.raised_at < until, scope.where(c.district_code, c.department))
        .group_by(c.district_code, c.department, c.state)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for district, department, state, number in connection.execute(wanted):
        line = found.setdefault((district, department), dict.fromkeys((*_OF_STATE.values(), "raised"), 0))
        line[_OF_STATE[state]] += number
        line["raised"] += number
    return tuple(Tally(district, department, **line) for (district, department), line in sorted(found.items()))
