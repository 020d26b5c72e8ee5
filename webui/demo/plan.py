"""What the generator yields: cases with their acts in the order of time, and what must be found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """A warning that must be raised: of which rule, at which level, because of which day.

    ``due`` is the instant at which the rule was first broken, ``raised`` when that can be noticed.
    """

    rule: str
    level: str
    occurrence: int
    due: datetime
    raised: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person does to a case or, with ``warning``, to the violation file of that warning of it."""

    at: datetime
    case: str
    do: str  # start complete suspend resume extend
    by: str
    step: str = ""  # the element, of a completion
    data: Row = field(default_factory=dict)
    warning: Expected | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One planned case; ``recipe`` says what was planted in it."""

    number: str
    item: Row
    recipe: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """One warning that must be found: its case, rule and level, the local day it counts from, its kind."""

    case: str
    rule: str
    level: str
    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A city's year. ``acts`` are those of all cases up to ``until``, on one line of time."""

    first: date
    until: datetime
    cases: tuple[Case, ...]
    acts: tuple[Act, ...]
    truth: tuple[Truth, ...]


KINDS: Mapping[tuple[str, str], str] = {
    ("AA-01.1", "yellow"): "late_receiving",
    ("AA-02.1", "yellow"): "second_supplement",
    ("AA-03.1", "yellow"): "rejection_without_reason",
    ("AA-04.1", "notice"): "near_limit",
    ("AA-04.1", "yellow"): "late_total",
    ("AA-04.1", "red"): "far_too_late",
    ("AA-05.1", "yellow"): "long_extension",
    ("AA-15.1", "yellow"): "skipped_step",
    ("AA-15.2", "yellow"): "same_person",
    ("AA-16.1", "notice"): "late_step",
    ("AA-19.1", "red"): "wrong_fee",
}
