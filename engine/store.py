"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from engine import incidents, statements
from engine.errors import NotFound
from engine.instances.execution import Execution, Records
from engine.instances.rows import Row, RowSet
from engine.spiff import dump
from engine.tables import (
    extension,
    history,
    instance,
    job,
    journal,
    subscription,
    suspension,
    task,
    timer,
    unsealed_head,
)


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)


def read_instance(connection: Connection, instance_id: str, *, lock: bool = False) -> Row:
    """The instance's row, locked where the database locks rows; raises NotFound."""
    query = statements.LOCKED_INSTANCE if lock else statements.INSTANCE
    row = connection.execute(query, {"instance": instance_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"expected an instance {instance_id}, found none", instance=instance_id)
    return dict(row)


def read_records(connection: Connection, instance_id: str) -> Records:
    """All rows of an instance that a command may need."""

    def rows(table: Table) -> list[Row]:
        found = connection.execute(statements.OF_INSTANCE[table], {"instance": instance_id})
        return [dict(row) for row in found.mappings()]

    return Records(
        tasks=RowSet.of(("id",), rows(task)),
        timers=RowSet.of(("id",), rows(timer)),
        subscriptions=RowSet.of(("id",), rows(subscription)),
        history=RowSet.of(("element", "occurrence"), rows(history)),
        suspensions=RowSet.of(("id",), sorted(rows(suspension), key=lambda row: row["start"])),
        extensions=RowSet.of(("instance_id",), rows(extension)),
    )


def save(connection: Connection, execution: Execution, *, new: bool) -> int:
    """Write what came of a command; the compare-and-set covers state and data together."""
    records = execution.records
    revision = _save_instance(connection, execution, new=new)
    for table, rows in (
        (history, records.history),
        (task, records.tasks),
        (timer, records.timers),
        (subscription, records.subscriptions),
        (suspension, records.suspensions),
        (extension, records.extensions),
    ):
        _write(connection, table, rows)
    insert_many(connection, journal, execution.chain.rows)
    insert_many(connection, unsealed_head, execution.chain.head())
    insert_new(connection, job, records.jobs)
    for row in records.incidents:
        incidents.record(connection, row)
    return revision


def _save_instance(connection: Connection, execution: Execution, *, new: bool) -> int:
    view, chain = execution.instance, execution.chain
    values = {
        "state": view.state,
        "revision": view.revision + 1,
        "data": execution.data,
        "blob": dump(execution.workflow),
        "ended_at": view.ended_at,
        "journal_seq": chain.seq,
        "journal_hash": chain.hash,
    }
    if new:
        fixed = ("district_code", "id", "scope", "definition", "version", "business_key")
        values |= {name: getattr(view, name) for name in fixed}
        values |= {"started_at": view.started_at, "parent_id": view.parent_id}
        connection.execute(statements.INSERTS[instance], values)
        return view.revision + 1
    keys = {"key_district": view.district_code, "key_id": view.id, "key_revision": view.revision}
    changed = connection.execute(statements.SAVE_INSTANCE, values | keys)
    if changed.rowcount != 1:
        raise LostRace(f"expected instance {view.id} at revision {view.revision}, found another")
    return view.revision + 1


def _write(connection: Connection, table: Table, rows: RowSet) -> None:
    insert_many(connection, table, rows.inserts())
    changed = rows.updates()
    if changed:
        keys = statements.KEYS[table]
        connection.execute(statements.UPDATES[table], [_keyed(row, keys) for row in changed])


def _keyed(row: Row, keys: Sequence[str]) -> Row:
    """The row's values with those of its key under the names of the statement's parameters."""
    return {f"key_{name}" if name in keys else name: value for name, value in row.items()}


def delete_subscriptions(connection: Connection, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(statements.FORGET_SUBSCRIPTION, [{"key_id": row["id"]} for row in rows])


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(statements.INSERTS[table], list(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for row in rows:
        connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing())


def earlier_outcome(connection: Connection, key: str) -> dict[str, Any] | None:
    """The outcome of the command that had this key, if there was one."""
    return connection.execute(statements.OUTCOME, {"key": key}).scalar_one_or_none()
