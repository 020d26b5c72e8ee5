"""What a report is: a name, what it tells, which filters it takes, and how its table is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from monitors.statistics.asked import Asked
from monitors.statistics.tables import Table
from monitors.words import Words

Make = Callable[[Connection, Asked, str], Table]  # the last: what it is broken down by


@dataclass(frozen=True, slots=True)
class Report:
    """``period``: how much it takes in when nothing is asked for: day month quarter year all. ``groups``: what it may be
    broken down by, the first if nothing is asked for."""

    code: str
    title: Words
    about: Words
    period: str
    make: Make
    groups: tuple[str, ...] = ()
    filters: tuple[str, ...] = ("district", "department", "item", "system")
