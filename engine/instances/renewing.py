"""Limits derived anew because what they count by has changed, such as a calendar after a decree.

Whoever's command meets the case first does it, before anything due is fired: a limit must never fire, or be
outrun, by a calendar that holds no longer. Each change is an entry of the journal with its reason. A rung that
fired stays fired; one that would not have fired by now is told, for what followed from it is people's to undo.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.handlers import Renewed, RungRequest
from engine.instances.pins import as_it_began
from engine.instances.rows import Row
from engine.instances.states import FIRED
from engine.model import Data, MovedLimit, Rung
from engine.statements import FIRED_CHECKPOINTS

if TYPE_CHECKING:
    from engine.instances.execution import Execution

LATER = "derived_later"  # in the reason of a rung that fired: what was derived of it later


def renew(execution: Execution, *, whole: bool = False) -> None:
    """Derive anew whatever rests on what holds no longer; ``whole`` looks also where all rungs have fired."""
    standing = [row for row in execution.records.timers if row["state"] != FIRED]
    because = _why(execution, standing)
    if because is None and not whole:
        return
    fired = _fired(execution)
    because = because or _why(execution, fired)
    if because is None:
        return
    count_anew(execution, because, fired)


def count_anew(execution: Execution, because: Data, fired: list[Row] | None = None) -> None:
    """Derive every limit of the case, and tell what moved and what has fired that would not have."""
    moved = [_moved(row, before) for row, before in execution.derive_anew(because)]
    looked = [_looked_at(execution, row) for row in (_fired(execution) if fired is None else fired)]
    over = [told for told in looked if told is not None]
    for one in over:
        execution.note("no_longer_due", {**one.told(), "because": because})
    execution.note("recounted", {"because": because, "moved": len(moved), "no_longer_due": len(over)})
    execution.renewed = [one.told() for one in (*moved, *over)]
    if moved or over:
        execution.handlers.renewed(Renewed(execution.connection, execution.view, because, (*moved, *over)))


def reason_of(row: Row) -> Data:
    """What the row rests on: as it was derived last, also after it has fired."""
    reason: Data = row["reason"]
    return reason.get(LATER, reason)


def _why(execution: Execution, rows: Iterable[Row]) -> Data | None:
    instance, outdated = execution.instance, execution.handlers.outdated
    for row in rows:
        found = outdated(execution.connection, instance.definition, instance.district_code, reason_of(row))
        if found is not None:
            return found
    return None


def _fired(execution: Execution) -> list[Row]:
    """The rungs of checkpoints that fired; they are read only here."""
    timers = execution.records.timers
    for row in FIRED_CHECKPOINTS.rows(execution.connection, {"instance": execution.instance.id}):
        timers.rows.setdefault(row["id"], row)
    return [row for row in timers if row["checkpoint"] is not None and row["state"] == FIRED]


def _moved(row: Row, before: datetime | None) -> MovedLimit:
    return _told(row, before, row["due"], over=False)


def _looked_at(execution: Execution, row: Row) -> MovedLimit | None:
    """Note what is derived of a rung that fired; tells it when it would not have fired while its host was there."""
    passage = execution.records.history.get(row["host"] or row["element"], row["occurrence"])
    if passage is None:
        return None
    rungs = _rungs(execution, row, passage["entered_at"])
    rung = next((rung for rung in rungs if (rung.rule, rung.rung) == (row["rule"], row["rung"])), None)
    found = rung or next(iter(rungs), None)
    until = passage["completed_at"] or execution.at
    due = None if rung is None else rung.due
    holds = due is not None and due <= until
    was = row["reason"].get(LATER, {}).get("holds", True)
    later = {**(found.reason if found else reason_of(row)), "holds": holds}
    execution.records.timers.update(row, reason={**row["reason"], LATER: later})
    return None if holds or not was else _told(row, row["due"], due, over=True)


def _rungs(execution: Execution, row: Row, entered_at: datetime) -> list[Rung]:
    host = row["host"] or row["element"]
    view = as_it_began(execution.view, row["checkpoint"], host, row["occurrence"])
    request = RungRequest(
        execution.connection, view, row["element"], row["checkpoint"], row["host"], row["occurrence"], entered_at
    )
    return list(execution.handlers.rungs(request))


def _told(row: Row, before: datetime | None, after: datetime | None, *, over: bool) -> MovedLimit:
    named: dict[str, Any] = {
        name: row[name] for name in ("element", "host", "checkpoint", "rule", "rung", "occurrence")
    }
    return MovedLimit(timer=row["id"], before=before, after=after, over=over, **named)
