"""Random changes of case rows with SQL, each undone again: what reconciliation must find, every one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, String, Table, delete, insert, select

from engine import Database
from engine.chains import ACTS
from engine.db import UtcDateTime
from engine.reconcile import Report
from engine.tables import history, instance, journal
from engine.witness import COVERED, VOLATILE

Row = dict[str, Any]
_SOME: dict[type, Any] = {UtcDateTime: datetime(2026, 1, 1, tzinfo=UTC), Integer: 7, String: "x", JSON: {"x": 1}}
Found = Callable[[Database], Report]
_ENDS = {"journal_seq", "journal_hash"}  # volatile to the digest, and compared with the chain itself


def campaign(database: Database, runs: int, seed: int, look: Found) -> tuple[int, list[str]]:
    """Make ``runs`` edits one after the other; how many, and those that ``look`` did not find at their case."""
    dice, missed, kinds = random.Random(seed), [], Counter[str]()
    for _ in range(runs):
        with database.read() as connection:
            table = dice.choice([*COVERED, journal])
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        if not rows:
            continue
        row = dice.choice(rows)
        kind, after = _edit(dice, table, row, rows)
        case = _case(table, row)
        _replace(database, table, row, after)
        report = look(database)
        if not any(finding.case == case for finding in report.findings):
            missed.append(f"{kind} of {table.name} {_changes(row, after)}")
        _replace(database, table, after, row)
        kinds[kind] += 1
    return sum(kinds.values()), missed


def _edit(dice: random.Random, table: Table, row: Row, rows: list[Row]) -> tuple[str, Row | None]:
    """What the row is to become: None is deleted."""
    if table is journal:
        column = table.c[dice.choice(("recorded_at", "district_code"))]
        return "update", {**row, column.name: _other(dice, row[column.name], column)}
    kind = dice.choice(("update", "update", "update", "delete", "move"))
    if kind == "delete":
        return kind, None
    others = [one for one in rows if _case(table, one) != _case(table, row)]
    if kind == "move" and table not in (instance, history) and others:
        return kind, {**row, "instance_id": _case(table, dice.choice(others))}
    quiet = VOLATILE.get(table, frozenset()) - _ENDS
    column = dice.choice([column for column in table.c if column.name not in quiet])
    return "update", {**row, column.name: _other(dice, row[column.name], column)}


def _other(dice: random.Random, value: Any, column: Column[Any]) -> Any:
    """Another value that the column can hold, as near as it gets."""
    if value is None:
        return next(some for kind, some in _SOME.items() if isinstance(column.type, kind))
    if isinstance(value, datetime):
        return value + dice.choice((timedelta(microseconds=1), timedelta(days=-1)))
    if isinstance(value, bytes):
        at = dice.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    if isinstance(value, (int, Decimal)):
        return value + 1
    if isinstance(value, dict):
        return {**value, "planted": dice.randrange(9)} if not value or dice.random() < 0.5 else _less(value)
    if isinstance(value, str):
        return value[:-1] + ("y" if value.endswith("x") else "x") if value else "x"
    raise TypeError(f"expected a value of a known kind, found {value!r} in {column}")


def _less(value: Row) -> Row:
    return dict(list(value.items())[1:])


def _case(table: Table, row: Row) -> str:
    if table is journal:
        return "" if row["chain"] == ACTS else str(row["chain"])
    return str(row["id"] if table is instance else row["instance_id"])


def _replace(database: Database, table: Table, before: Row | None, after: Row | None) -> None:
    with database.begin() as connection:
        if before is not None:
            _delete(connection, table, before)
        if after is not None:
            connection.execute(insert(table).values(after))


def _delete(connection: Connection, table: Table, row: Row) -> None:
    key = [column == row[column.name] for column in table.primary_key.columns]
    assert connection.execute(delete(table).where(*key)).rowcount == 1


def _changes(row: Row, after: Row | None) -> Row:
    return {} if after is None else {name: after[name] for name in row if row[name] != after[name]}
