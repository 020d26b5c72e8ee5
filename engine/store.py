"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from engine import incidents
from engine.errors import NotFound
from engine.instances.execution import Execution, Records
from engine.instances.rows import Row, RowSet
from engine.spiff import dump
from engine.tables import (
    command,
    extension,
    history,
    instance,
    job,
    journal,
    subscription,
    suspension,
    task,
    timer,
)


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)

_KEYS: dict[Table, tuple[str, ...]] = {
    task: ("district_code", "id"),
    timer: ("district_code", "id"),
    subscription: ("district_code", "id"),
    history: ("district_code", "instance_id", "element", "occurrence"),
    suspension: ("district_code", "id"),
    extension: ("district_code", "instance_id"),
}


def read_instance(connection: Connection, instance_id: str, *, lock: bool = False) -> Row:
    """The instance's row, locked where the database locks rows; raises NotFound."""
    query = select(instance).where(instance.c.id == instance_id)
    if lock:
        query = query.with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"expected an instance {instance_id}, found none", instance=instance_id)
    return dict(row)


def read_records(connection: Connection, instance_id: str) -> Records:
    """All rows of an instance that a command may need."""

    def rows(table: Table) -> list[Row]:
        query = select(table).where(table.c.instance_id == instance_id)
        return [dict(row) for row in connection.execute(query).mappings()]

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
        connection.execute(insert(instance).values(values))
        return view.revision + 1
    changed = connection.execute(
        update(instance)
        .where(
            instance.c.district_code == view.district_code,
            instance.c.id == view.id,
            instance.c.revision == view.revision,
        )
        .values(values)
    )
    if changed.rowcount != 1:
        raise LostRace(f"expected instance {view.id} at revision {view.revision}, found another")
    return view.revision + 1


def _write(connection: Connection, table: Table, rows: RowSet) -> None:
    insert_many(connection, table, rows.inserts())
    changed = rows.updates()
    if not changed:
        return
    keys = _KEYS[table]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({column.name: bindparam(column.name) for column in table.c if column.name not in keys})
    )
    values = [row | {f"key_{name}": row[name] for name in keys} for row in changed]
    connection.execute(statement, [{k: v for k, v in row.items() if k not in keys} for row in values])


def delete_subscriptions(connection: Connection, rows: Sequence[Row]) -> None:
    for row in rows:
        connection.execute(subscription.delete().where(subscription.c.id == row["id"]))


def insert_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for row in rows:
        connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing())


def earlier_outcome(connection: Connection, key: str) -> dict[str, Any] | None:
    """The outcome of the command that had this key, if there was one."""
    query = select(command.c.outcome).where(command.c.key == key)
    return connection.execute(query).scalar_one_or_none()
