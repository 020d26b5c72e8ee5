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
    do: str  # start complete suspend resume extend, or arrive: a case that ran elsewhere
    by: str
    step: str = ""  # the element, of a completion
    data: Row = field(default_factory=dict)
    warning: Expected | None = None
    events: tuple[Act, ...] = ()  # what arrives, its start first


@dataclass(frozen=True, slots=True)
class Case:
    """One planned case; ``recipe`` says what was planted in it."""

    number: str
    item: Row
    recipe: str
    acts: tuple[Act, ...]
    rows: tuple[Row, ...] = ()  # what other departments recorded about it


@dataclass(frozen=True, slots=True)
class Truth:
    """One warning that must be found: its case, rule and level, the local day it counts from, its kind of rule."""

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
    rows: tuple[Row, ...] = ()  # of data sets


# The kind of each rule of the models that are played.
RULE_KINDS: Mapping[str, str] = {
    "AA-01.1": "time_limit",
    "AA-02.1": "expression",
    "AA-03.1": "expression",
    "AA-04.1": "time_limit",
    "AA-05.1": "expression",
    "AA-15.1": "step_order",
    "AA-15.2": "four_eyes",
    "AA-16.1": "time_limit",
    "AA-19.1": "expression",
    "LR-01.1": "materials",
    "LR-02.1": "repeated_step",
    "LR-03.1": "deemed_outcome",
    "LR-04.1": "conflict_of_interest",
    "LR-04.2": "authority",
    "LR-05.1": "condition",
    "LR-05.2": "step_skipped",
    "LR-05.3": "backdating",
    "LR-05.4": "suspension_abuse",
    "LR-06.1": "fee",
    "LR-07.1": "publication",
    "LR-08.1": "satisfaction",
    "LR-09.1": "stalled",
    "LR-09.2": "suspension_limit",
    "PU-01.1": "split_purchase",
    "PU-02.1": "minimum_duration",
    "PU-03.1": "amount_range",
    "PU-04.1": "panel_composition",
    "SU-01.1": "cross_match",
    "SU-01.2": "cross_match",
    "SU-02.1": "late_report",
    "SU-03.1": "cumulative_cap",
    "SU-03.2": "peer_outlier",
    "SU-04.1": "periodic_duty",
    "SU-05.1": "pile_up_before_term",
}
# What a warning of an approval is called among the planted faults.
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
