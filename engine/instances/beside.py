"""Steps side by side: nobody replaces what another has decided since his own step was opened, unless he means to.

Which fields were written while steps stood open is kept in the state, for as long as such a step is open: the
number of passages the case had had, who wrote it, and at which element. A step that was opened later has a
greater number and has seen what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import Overwritten
from engine.instances.rows import Row
from engine.model import Data

if TYPE_CHECKING:
    from engine.instances.execution import Execution

OPEN = "open"


class Beside:
    """What was written beside the open steps of one execution."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._writes: dict[str, list[Any]] = execution.workflow.case.writes
        self._before = execution.host.passages  # steps that this command opens have seen what it writes

    def note(self, data: Data, element: str | None) -> None:
        """Fields are about to be written; of worth where another step than the one that states them is open."""
        rows = [row for row in self._execution.records.tasks if row["state"] == OPEN]
        if not rows or (len(rows) == 1 and rows[0]["element"] == element):
            return
        held, actor = self._execution.data, self._execution.actor
        for name, value in data.items():
            if name not in held or held[name] != value:
                self._writes[name] = [self._before, actor.id, element]

    def replaced(self, row: Row, data: Data, over: Data) -> Data:
        """What others wrote since the step was opened and ``data`` replaces, by field.

        ``over`` are the values that may be, by field; raises Overwritten for what would be replaced unseen.
        """
        if not self._writes:
            return {}
        held, loop = self._execution.data, self._execution.element(row["element"]).loop
        found = {
            name: held[name]
            for name, value in data.items()
            if self._written_since(row, name) and held.get(name) != value
            if loop is None or loop.result != name
        }
        unseen = {
            name: {"value": value, "by": self._writes[name][1], "element": self._writes[name][2]}
            for name, value in found.items()
            if name not in over or over[name] != value
        }
        if unseen:
            raise Overwritten(
                f"expected fields that nobody wrote since the step was opened, found {', '.join(sorted(unseen))}",
                task=row["id"],
                fields=unseen,
            )
        return found

    def forget(self) -> None:
        """Drop what every open step has seen."""
        if not self._writes:
            return
        opened = [self._opened(row) for row in self._execution.records.tasks if row["state"] == OPEN]
        first = min(opened, default=None)
        for name in [name for name, write in self._writes.items() if first is None or write[0] < first]:
            del self._writes[name]

    def _written_since(self, row: Row, name: str) -> bool:
        return name in self._writes and self._writes[name][0] >= self._opened(row)

    def _opened(self, row: Row) -> int:
        passage = self._execution.records.history.get(row["element"], row["occurrence"])
        return 0 if passage is None else int(passage["seq"])
