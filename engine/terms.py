"""The terms of a limit: how much time, how it is counted, and the one extension it may get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from engine.calendar import utc
from engine.errors import EngineError

Unit = Literal["working_day", "calendar_day", "hour", "working_hour", "until"]
Granularity = Literal["day", "instant"]
StartRule = Literal["next_day", "instant"]
AfterHours = Literal["as_is", "next_working_day"]

_MOST = {"working_day": 36_525, "calendar_day": 36_525, "hour": 876_600, "working_hour": 292_200, "until": 0}


class LimitError(EngineError):
    """A limit that cannot be counted; the facts name the field, what was expected and what was found."""

    code = "limit_error"


class ExtensionError(LimitError):
    """A second extension, or one in another unit than the limit's."""

    code = "extension_error"


@dataclass(frozen=True, slots=True)
class Limit:
    """How much time there is, and how it is counted.

    * ``amount``: a Decimal or int >= 0, at most 100 years; by day a fraction counts as a whole day.
    * ``unit``: ``until`` = the case itself states the deadline in ``until``; it is taken as given, without
      suspension or roll, and used/remaining count hours (by day: calendar days) from the start to it.
      ``working_hour`` counts in the office hours of the calendar.
    * ``granularity``: ``day`` (decided on the last permitted day is in time) or ``instant``. Hours are always
      by instant.
    * ``start_rule``: ``next_day`` (the day of the event is not counted) or, by instant only, ``instant``
      (counting runs from the event). Hours always run from the event.
    * ``after_hours``: ``next_working_day`` replaces a start on a day off by the next working day.
    * ``roll``: a last day on a day off becomes the next working day. Of no effect on hours and ``until``.
    """

    amount: Decimal | int
    unit: Unit = "working_day"
    granularity: Granularity = "day"
    start_rule: StartRule = "next_day"
    after_hours: AfterHours = "as_is"
    roll: bool = True
    until: datetime | None = None

    def __post_init__(self) -> None:
        for field, kinds in (
            ("unit", Unit),
            ("granularity", Granularity),
            ("start_rule", StartRule),
            ("after_hours", AfterHours),
        ):
            _one_of(field, getattr(self, field), get_args(kinds))
        object.__setattr__(self, "amount", _amount(self.amount, _MOST[self.unit]))
        if (self.unit == "until") != (self.until is not None):
            raise LimitError("expected 'until' with the unit 'until' and only then", field="until")
        if self.until is not None:
            object.__setattr__(self, "until", utc(self.until, "until"))
        if self.unit in ("hour", "working_hour"):
            object.__setattr__(self, "granularity", "instant")
            object.__setattr__(self, "start_rule", "instant")
        elif self.granularity == "day" and self.start_rule == "instant":
            raise LimitError("counting from the instant needs granularity 'instant'", field="start_rule")

    @classmethod
    def given(cls, until: datetime, granularity: Granularity = "day") -> Limit:
        """The limit of a case that states its own deadline."""
        return cls(0, "until", granularity, until=until)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time as a separate act (行政许可法 Art 42: once, by the head of the agency, with a reason told)."""

    amount: Decimal | int
    unit: Unit
    approver: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        _one_of("unit", self.unit, ("working_day", "calendar_day", "hour", "working_hour"))
        object.__setattr__(self, "amount", _amount(self.amount, _MOST[self.unit]))
        object.__setattr__(self, "at", utc(self.at, "extension"))


def extend(present: Extension | None, new: Extension) -> Extension:
    """The extension of a case after ``new``. Raises :class:`ExtensionError` when there is one already."""
    if present is not None:
        raise ExtensionError(
            f"expected no extension yet, found one of {present.amount} {present.unit} "
            f"by {present.approver} at {present.at.isoformat()}",
            at=present.at,
        )
    return new


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise LimitError(f"{field}: expected one of {', '.join(allowed)}, found {value!r}", field=field)


def _amount(value: object, most: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise LimitError(f"amount: expected an int or a Decimal, found {value!r}", field="amount")
    found = Decimal(value)
    if not found.is_finite() or not 0 <= found <= most:
        raise LimitError(f"amount: expected 0 to {most}, found {value}", field="amount")
    return found
