"""What a case has gone through: read from its history when somebody asks, not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import overload

from engine.instances.rows import Row, RowSet
from engine.instances.views import step_of
from engine.model import Step


class Steps(Sequence[Step]):
    """The passages of a case in order of entry, as they were when this look was taken.

    ``known`` are the rows that the command holds in memory, ``stored`` reads all the others.
    """

    def __init__(self, known: RowSet, stored: Callable[[], dict[tuple[str, int], Row]]) -> None:
        self._known = [dict(row) for row in known]
        self._stored = stored

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        rows = {**self._stored(), **{(row["element"], row["occurrence"]): row for row in self._known}}
        return tuple(step_of(row) for row in sorted(rows.values(), key=_order))

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        return self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)


def _order(row: Row) -> tuple[int, datetime]:
    """An event on a border happened after the passage whose number it shares."""
    return row["seq"], row["entered_at"]
