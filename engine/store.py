"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from engine import incidents, statements
from engine.errors import NotFound
from engine.instances.execution import Execution, Records
from engine.instances.rows import Row, RowSet
from engine.model import Instance
from engine.prepared import Prepared
from engine.spiff import dump
from engine.tables import extension, history, instance, job, journal, subscription, suspension, task, timer


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)


def read_instance(connection: Connection, instance_id: str, *, lock: bool = False) -> Row:
    """The instance's row, locked where the database locks rows; raises NotFound."""
    query = statements.LOCKED_INSTANCE if lock else statements.INSTANCE
    row = query.one(connection, {"instance": instance_id})
    if row is None:
        raise NotFound(f"expected an instance {instance_id}, found none", instance=instance_id)
    return row


def read_records(connection: Connection, instance: Instance) -> Records:
    """The rows that a command may need: what is over and done with is looked up when it is asked for."""
    key = {"district": instance.district_code, "instance": instance.id}
    present = statements.PRESENT.one(connection, key) or {}

    def some(table: str, statement: Prepared) -> list[Row]:
        return statement.rows(connection, key) if present[table] else []

    def timer_row(name: str) -> Row | None:
        return statements.TIMER.one(connection, {"district": instance.district_code, "id": name})

    def passage(name: tuple[str, int]) -> Row | None:
        return statements.PASSAGE.one(connection, {**key, "element": name[0], "occurrence": name[1]})

    @cache
    def past() -> dict[tuple[str, int], Row]:
        return {(row["element"], row["occurrence"]): row for row in statements.HISTORY.rows(connection, key)}

    return Records(
        past=past,
        tasks=RowSet.of(("id",), statements.OPEN_TASKS.rows(connection, key)),
        timers=RowSet.of(("id",), statements.STANDING_TIMERS.rows(connection, key), timer_row),
        subscriptions=RowSet.of(("id",), some("subscription", statements.SUBSCRIPTIONS)),
        history=RowSet.of(("element", "occurrence"), statements.OPEN_HISTORY.rows(connection, key), passage),
        suspensions=RowSet.of(("id",), some("suspension", statements.SUSPENSIONS)),
        extensions=RowSet.of(("instance_id",), some("extension", statements.EXTENSIONS)),
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
        statements.INSERTS[instance].run(connection, values)
        return view.revision + 1
    keys = {"key_district": view.district_code, "key_id": view.id, "key_revision": view.revision}
    if statements.SAVE_INSTANCE.run(connection, values | keys) != 1:
        raise LostRace(f"expected instance {view.id} at revision {view.revision}, found another")
    return view.revision + 1


def _write(connection: Connection, table: Table, rows: RowSet) -> None:
    insert_many(connection, table, rows.inserts())
    keys = statements.KEYS[table]
    for columns, changed in rows.updates().items():
        keyed = [row | {f"key_{name}": row[name] for name in keys} for row in changed]
        statements.update_of(table, columns).run_many(connection, keyed)


def delete_subscriptions(connection: Connection, rows: Sequence[Row]) -> None:
    statements.FORGET_SUBSCRIPTION.run_many(connection, [{"key_id": row["id"]} for row in rows])


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    statements.INSERTS[table].run_many(connection, rows)


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for row in rows:
        connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing())


def earlier_outcome(connection: Connection, key: str) -> dict[str, Any] | None:
    """The outcome of the command that had this key, if there was one."""
    row = statements.OUTCOME.one(connection, {"key": key})
    return row["outcome"] if row is not None else None
