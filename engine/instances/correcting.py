"""A time that was recorded wrongly, put right: when a step began or was done, when a stop began or ended, or a time
that the case's data state.

What is stored is the time that is right, the journal has both, with the reason; every limit is derived anew.
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
    before, after = _stated(execution, fact["field"], to) if "field" in fact else _recorded(execution, fact, to)
    execution.note("corrected", {"fact": dict(fact), "from": before, "to": after, "reason": reason})
    execution.touch()
    count_anew(execution, {"corrected": dict(fact), "reason": reason})
    execution.settle()
    execution.advance()
    return {"moved": execution.renewed}


def _recorded(execution: Execution, fact: Mapping[str, Any], to: datetime) -> tuple[datetime, datetime]:
    """A time of a row; what it was and what it is."""
    rows, row, (first, last) = _find(execution, fact)
    what = fact["what"]
    if what not in (first, last):
        raise InvalidData(f"expected {first} or {last}, found {what}", field="what")
    before = row[what]
    if before is None or before == to:
        raise Conflict(f"expected a time other than {to.isoformat()}, found {before}", field=what)
    _check(execution, to, row[first] if what == last else None, row[last] if what == first else None)
    rows.update(row, **{what: to})
    return before, to


def _stated(execution: Execution, name: str, to: datetime) -> tuple[str, str]:
    """A time among the case's data, a date or an instant; what it was and what it is."""
    before = execution.data.get(name)
    if not isinstance(before, str) or not is_time(before):
        raise NotFound(f"expected a date or an instant in {name}, found {before!r}", field=name)
    after = to.date().isoformat() if "T" not in before else to.isoformat()
    if after == before:
        raise Conflict(f"expected a time other than {after}, found it", field=name)
    _not_to_come(execution, to)
    execution.enter_data({name: after})
    return before, after


def is_time(text: str) -> bool:
    """Whether data of a case hold a date or an instant there."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return False
    return found.tzinfo is not None if "T" in text else len(text) == len("2026-03-11")


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
    _not_to_come(execution, to)
    earliest = max(not_before or execution.instance.started_at, execution.instance.started_at)
    latest = min(not_after or execution.at, execution.at)
    if not earliest <= to <= latest:
        raise InvalidData(
            f"expected a time from {earliest.isoformat()} to {latest.isoformat()}, found {to.isoformat()}", field="to"
        )


def _not_to_come(execution: Execution, to: datetime) -> None:
    if to.utcoffset() is None:
        raise InvalidData(f"expected an instant with an offset, found {to.isoformat()}", field="to")
    if to > execution.at:
        raise InvalidData(f"expected a time up to {execution.at.isoformat()}, found {to.isoformat()}", field="to")
