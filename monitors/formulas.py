"""A parameter of a rule: FEEL text, parsed once, that tells what it read and what was missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.feel import FeelError, parse
from monitors.dayfunctions import NAMES as DAY_FUNCTIONS

if TYPE_CHECKING:
    from monitors.facts import Facts

# Names with a meaning in every rule (docs/architecture.md); the parser must know those with blanks.
OWN_NAMES = (
    "now",
    "case",
    "step completed",
    "item",
    "step",
    "steps",
    "extension_wd",
    "extension_count",
    "extension",
    "suspended",
    "firing",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a formula yielded: its value, the paths read with their values, and the paths that
    were absent or null outside an explicit null test. ``failed`` says why it could not be evaluated."""

    value: Any
    missing: tuple[str, ...] = ()
    reads: Mapping[str, Any] = field(default_factory=dict)
    failed: str = ""

    @property
    def sound(self) -> bool:
        """Whether the value may be relied on: nothing failed, nothing was missing."""
        return not self.failed and not self.missing


class Formula:
    """One FEEL text. ``fault`` says why it does not parse; such a text yields failed readings, no exception."""

    __slots__ = ("_expression", "fault", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._expression: Any = None
        self.fault = ""
        try:
            self._expression = parse(text, names=OWN_NAMES, functions=DAY_FUNCTIONS)
        except FeelError as error:
            self.fault = f"{text!r}: {error}"

    def read(self, facts: Facts) -> Reading:
        """The formula's value over a snapshot."""
        if self.fault:
            return Reading(None, failed=self.fault)
        try:
            told = self._expression.explain(facts.context, functions=facts.functions)
        except FeelError as error:
            return Reading(None, failed=str(error))
        return Reading(told.value, tuple(told.missing), told.reads)


@lru_cache(maxsize=10_000)
def formula(text: str) -> Formula:
    """The formula of a text; equal texts share one."""
    return Formula(text)
