"""What the caller knows and the engine does not: rule kinds, handlers, roles, functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.decisions import Bundle

# The functions of the legal clock, which the host gives to every expression (docs/architecture.md).
CLOCK_FUNCTIONS = (
    "working days",
    "add working days",
    "calendar days",
    "hours between",
    "suspended working days",
    "deadline after working days",
)


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
