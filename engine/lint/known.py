"""What the caller knows and the engine does not: rule kinds, handlers, roles, functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.feel.inference import Host

if TYPE_CHECKING:
    from engine.decisions import Bundle
    from engine.linking import Source

# The functions of the legal clock, which the host gives to every expression (docs/architecture.md).
CLOCK = {
    "working days": Host(2, "number"),
    "add working days": Host(2, "date"),
    "calendar days": Host(2, "number"),
    "hours between": Host(2, "number"),
    "suspended working days": Host(2, "number"),
    "deadline after working days": Host(2, "date and time"),
    "working hours": Host(2, "number"),
    "days by hours": Host(2, "number"),
}
CLOCK_FUNCTIONS = tuple(CLOCK)


@dataclass(frozen=True, slots=True)
class Known:
    """Names to check against; None where they are not known, and then not checked."""

    kinds: Mapping[str, Collection[str]] | None = None  # rule kind -> its parameters
    required: Mapping[str, Collection[str]] | None = None  # rule kind -> those that must be given
    timed: Collection[str] = ("time_limit",)  # rule kinds that a timer may watch
    handlers: Collection[str] | None = None
    roles: Collection[str] | None = None
    functions: Collection[str] = CLOCK_FUNCTIONS
    decisions: Bundle | None = None  # of the DMN files beside the model
    feed: Mapping[str, Any] | None = None  # the JSON Schema of the feed beside it
    fields: Collection[str] = ()  # what its forms ask for
    ladders: Collection[str] | None = None
    models: Mapping[str, Source | None] = field(default_factory=dict)  # that may be called; None: no version in force
