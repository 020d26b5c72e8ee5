"""The rows of a case as they are before something that can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from engine import statements
from engine.casedata import dumps, loads
from engine.db import UtcDateTime
from engine.instances.rows import Row, RowSet
from engine.tables import history, task, timer
from engine.witness import VOLATILE

if TYPE_CHECKING:
    from engine.instances.execution import Execution

Kept = dict[str, Any]
_NAMES: dict[Table, str] = {history: "history", task: "task", timer: "timer"}
_LEASE = VOLATILE[timer]


def taken(execution: Execution) -> Kept:
    """What is open in a case: its version, and its open passages, steps and clocks, as JSON."""
    instance, rows = execution.instance, _rows(execution)
    kept = {"version": instance.version, "pinned": instance.pinned}
    stored = {_NAMES[table]: [_plain(row) for row in those] for table, those in rows.items()}
    found: Kept = loads(dumps(kept | stored))
    return found


def restored(execution: Execution, kept: Kept) -> None:
    """Put the rows back as they were; what came since is over."""
    over: dict[Table, dict[str, Any]] = {
        history: {"outcome": "cancelled", "completed_at": execution.at},
        task: {"state": "cancelled", "completed_at": execution.at},
        timer: {"state": "cancelled"},
    }
    for table, rows in _rows(execution).items():
        before = {rows.key_of(row): row for row in (_row(table, stored) for stored in kept[_NAMES[table]])}
        for row in rows:
            if rows.key_of(row) not in before and _is_open(row):
                rows.update(row, **over[table])
        for key, row in before.items():
            now = _find(execution, table, rows, key)
            changed = {name: value for name, value in row.items() if name not in _LEASE and now[name] != value}
            if changed:
                rows.update(now, **changed)


def _plain(row: Row) -> Row:
    return {str(name): value for name, value in row.items()}


def _rows(execution: Execution) -> dict[Table, RowSet]:
    records = execution.records
    return {history: records.history, task: records.tasks, timer: records.timers}


def _find(execution: Execution, table: Table, rows: RowSet, key: Any) -> Row:
    found = rows.get(*key) if isinstance(key, tuple) else rows.get(key)
    if found is None and table is task:
        place = {"district": execution.instance.district_code, "id": key}
        found = statements.TASK.one(execution.connection, place)
        assert found is not None
        rows.rows[key] = found
    assert found is not None
    return found


def _is_open(row: Row) -> bool:
    return row.get("outcome") == "open" or row.get("state") in ("open", "armed", "suspended")


def _row(table: Table, stored: Row) -> Row:
    instants = {column.name for column in table.c if isinstance(column.type, UtcDateTime)}
    return {
        name: datetime.fromisoformat(value) if name in instants and value is not None else value
        for name, value in stored.items()
    }
