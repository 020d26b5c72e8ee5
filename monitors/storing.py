"""Writes that must be right on both databases: insert once, and in an order that readers can rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

from engine import Prepared
from monitors.tables import counter


def _insert(dialect: str, table: Table) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    module: Any = postgresql if dialect == "postgresql" else sqlite
    return module.insert(table)


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its primary key stands there; tells whether it was inserted."""
    return _once(connection.dialect.name, table, tuple(values)).one(connection, values) is not None


@cache
def _once(dialect: str, table: Table, columns: tuple[str, ...]) -> Prepared:
    keys = list(table.primary_key.columns)
    statement = _insert(dialect, table).on_conflict_do_nothing(index_elements=keys)
    # RETURNING, for the row count of an INSERT is not told by every driver.
    return Prepared(statement.returning(keys[0]), columns)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows; those whose primary key stands there already stay as they are."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table).on_conflict_do_nothing(), list(rows))


def put(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or overwrite the one with its primary key."""
    _putting(connection.dialect.name, table, tuple(values)).run(connection, values)


@cache
def _putting(dialect: str, table: Table, columns: tuple[str, ...]) -> Prepared:
    statement = _insert(dialect, table)
    keys = list(table.primary_key.columns)
    rest = {name: statement.excluded[name] for name in columns if name not in {key.name for key in keys}}
    whole = (
        statement.on_conflict_do_update(index_elements=keys, set_=rest)
        if rest
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    return Prepared(whole, columns)


_TURN = text("select pg_advisory_xact_lock(1246971479)")  # any number, the same everywhere


def in_turn(connection: Connection) -> None:
    """Wait for one's turn, kept until the transaction ends.

    What is numbered or announced after it becomes visible in the order of its numbers: a page that has
    seen alert 7 never misses an alert 6 committed later. Always taken before a counter's row, so that
    two transactions cannot wait for each other. On SQLite a writing transaction is its own turn.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)


def next_number(connection: Connection, prefix: str, year: int) -> str:
    """The next readable number of that prefix and year, such as ``W-2026-000123``.

    Taken in turn: numbers become visible in their order, and a rolled back transaction leaves no gap.
    """
    in_turn(connection)
    counted = _counting(connection.dialect.name).one(connection, {"name": f"{prefix}-{year}", "value": 1})
    assert counted is not None
    return f"{prefix}-{year}-{counted['value']:06d}"


@cache
def _counting(dialect: str) -> Prepared:
    statement = _insert(dialect, counter).on_conflict_do_update(
        index_elements=[counter.c.name], set_={"value": counter.c.value + 1}
    )
    return Prepared(statement.returning(counter.c.value))
