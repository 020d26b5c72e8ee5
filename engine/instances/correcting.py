"""A time that was recorded wrongly, put right: when a step began or was done, when a stop began or ended.

The row holds the time that is right, the journal both, with the reason; every limit of the case is derived anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.errors import Conflict, InvalidData, NotFound
from engine.instances.renewing import count_anew
from engine.instances.rows import Row, RowSet

if TYPE_CHECKING:
    from engine.instances.execution import Execution

_PASSAGE, _STOP = ("entered_at", "completed_at"), ("start", "end")


def correct(execution: Execution, fact: Mapping[str, Any], to: datetime, reason: str) -> Mapping[str, Any]:
    """Put the fact right; gives what moved. Raises NotFound, Conflict where it did not happen or is so already, and
    InvalidData for a time that cannot be: in the future, before the case, or in the wrong order."""
    if not reason.strip():
        raise InvalidData("expected a reason, found none", field="reason")
    rows, row, (first, last) = _find(execution, fact)
    what = fact["what"]
    if what not in (first, last):
        raise InvalidData(f"expected {first} or {last}, found {what}", field="what")
    before = row[what]
    if before is None or before == to:
        raise Conflict(f"expected a time other than {to.isoformat()}, found {before}", field=what)
    _check(execution, to, row[first] if what == last else None, row[last] if what == first else None)
    rows.update(row, **{what: to})
    execution.note("corrected", {"fact": dict(fact), "from": before, "to": to, "reason": reason})
    execution.touch()
    count_anew(execution, {"corrected": dict(fact), "reason": reason})
    execution.settle()
    execution.advance()
    return {"moved": execution.renewed}


def _find(execution: Execution, fact: Mapping[str, Any]) -> tuple[RowSet, Row, tuple[str, str]]:
    records = execution.records
    if "suspension" in fact:
        rows, row, names = records.suspensions, records.suspensions.get(fact["suspension"]), _STOP
    else:
        rows, row, names = records.history, records.history.get(fact["element"], fact["occurrence"]), _PASSAGE
    if row is None:
        raise NotFound(f"expected a passage or a stop of this case, found no {dict(fact)}")
    return rows, row, names


def _check(execution: Execution, to: datetime, not_before: datetime | None, not_after: datetime | None) -> None:
    if to.utcoffset() is None:
        raise InvalidData(f"expected an instant with an offset, found {to.isoformat()}", field="to")
    earliest = max(not_before or execution.instance.started_at, execution.instance.started_at)
    latest = min(not_after or execution.at, execution.at)
    if not earliest <= to <= latest:
        raise InvalidData(
            f"expected a time from {earliest.isoformat()} to {latest.isoformat()}, found {to.isoformat()}", field="to"
        )
