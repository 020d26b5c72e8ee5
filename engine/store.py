"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from engine import incidents, statements
from engine.errors import NotFound
from engine.instances.execution import Execution, Records
from engine.instances.rows import Row, RowSet
from engine.journal import Chain
from engine.model import Instance
from engine.sealing.states import States
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
from engine.witness import digest, tag, witnessed


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)
_AS_IN_VIEW = [column.name for column in instance.c if column.name in Instance.__dataclass_fields__]


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


def save(connection: Connection, execution: Execution, gone: Sequence[Row], states: States, *, new: bool) -> int:
    """Write what came of a command, and that it was so into its last entry; ``gone`` are the subscriptions to delete.

    The compare-and-set covers state and data together.
    """
    records = execution.records
    written = {
        history: records.history,
        task: records.tasks,
        timer: records.timers,
        subscription: records.subscriptions,
        suspension: records.suspensions,
        extension: records.extensions,
    }
    row = _instance_row(execution)
    row["check_value"] = _witness(execution.chain, row, written, gone, states)
    _save_instance(connection, execution, row, new=new)
    _delete_subscriptions(connection, gone)
    for table, rows in written.items():
        _write(connection, table, rows)
    write_chain(connection, execution.chain)
    insert_new(connection, job, records.jobs)
    for one in records.incidents:
        incidents.record(connection, one)
    return int(row["revision"])


def _instance_row(execution: Execution) -> Row:
    """The instance as it is to be stored, but for the end of its chain and its check value."""
    view = execution.instance
    row = {name: getattr(view, name) for name in _AS_IN_VIEW}
    return row | {"revision": view.revision + 1, "data": execution.data, "blob": dump(execution.workflow)}


def _witness(
    chain: Chain, row: Row, written: Mapping[Table, RowSet], gone: Sequence[Row], states: States
) -> str | None:
    """Put the digests of all that is written into the command's last entry; gives the instance's check value."""
    digests: dict[str, str | None] = {tag(subscription, one): None for one in gone}
    before = witnessed(subscription, gone)
    own = digest(instance, row)
    digests[tag(instance, row)] = own
    if chain.read is not None:
        before[tag(instance, row)] = chain.read
    for table, rows in written.items():
        digests |= witnessed(table, rows.written())
        before |= witnessed(table, rows.before.values())
    chain.witness(digests, before)
    return states.mark(row, own)


def _save_instance(connection: Connection, execution: Execution, row: Row, *, new: bool) -> None:
    view, chain = execution.instance, execution.chain
    values = row | {"journal_seq": chain.seq, "journal_hash": chain.hash}
    if new:
        connection.execute(statements.INSERTS[instance], values)
        return
    keys = {"key_district": view.district_code, "key_id": view.id, "key_revision": view.revision}
    changing = {name: values[name] for name in statements.SET_WITH_STATE}
    changed = connection.execute(statements.SAVE_INSTANCE, changing | keys)
    if changed.rowcount != 1:
        raise LostRace(f"expected instance {view.id} at revision {view.revision}, found another")


def write_chain(connection: Connection, chain: Chain) -> None:
    """Store what was appended to a chain, and ask for a seal over it."""
    insert_many(connection, journal, chain.rows)
    insert_many(connection, unsealed_head, chain.head())


def _write(connection: Connection, table: Table, rows: RowSet) -> None:
    insert_many(connection, table, rows.inserts())
    changed = rows.updates()
    if changed:
        keys = statements.KEYS[table]
        connection.execute(statements.UPDATES[table], [_keyed(row, keys) for row in changed])


def _keyed(row: Row, keys: Sequence[str]) -> Row:
    """The row's values with those of its key under the names of the statement's parameters."""
    return {f"key_{name}" if name in keys else name: value for name, value in row.items()}


def _delete_subscriptions(connection: Connection, rows: Sequence[Row]) -> None:
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
