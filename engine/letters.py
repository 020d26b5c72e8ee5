"""A message on its way: for whom it is, what it carries, and until when it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.durations import parse_duration
from engine.errors import InvalidData
from engine.model import Data

KEPT = "P30D"  # how long a message waits for its receiver where nothing else is said
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """``id`` is its key: a message of the same key is delivered once. ``sender`` is the case that threw it.

    ``district_code`` and ``scope`` are those of a case that it starts, where the model names no others.
    """

    id: str
    message: str
    correlation: str
    payload: Data
    until: datetime
    sender: str | None = None
    district_code: str | None = None
    scope: str | None = None
    arguments: Data = field(init=False)

    def __post_init__(self) -> None:
        if not 0 < len(self.correlation) <= LONGEST_KEY:
            raise InvalidData(
                f"expected a correlation key of 1 to {LONGEST_KEY} characters for {self.message}, "
                f"found {len(self.correlation)}",
                field="correlation",
            )
        names = ("message", "correlation", "payload", "until", "sender", "district_code", "scope")
        object.__setattr__(self, "arguments", {name: getattr(self, name) for name in names})


def letter_of(key: str, given: Data) -> Letter:
    """The letter in the arguments of an order, as they were given or as they were stored."""
    until: Any = given["until"]
    return Letter(key, **{**given, "until": datetime.fromisoformat(until) if isinstance(until, str) else until})


def kept_until(at: datetime, keep: str | None) -> datetime:
    """When a message that nobody waits for is given up."""
    return parse_duration(keep or KEPT).after(at)
