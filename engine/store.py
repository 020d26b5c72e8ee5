"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from engine import statements
from engine.errors import NotFound
from engine.incidents import Place
from engine.instances.execution import Execution, Records
from engine.instances.mending import entry_body, entry_kind
from engine.instances.rows import Row, RowSet
from engine.journal import Chain
from engine.model import Outcome
from engine.orders import Order
from engine.spiff import dump
from engine.tables import extension, history, instance, job, journal, subscription, suspension, task, timer


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)
ACTS = "acts"  # the chain of what concerns no case


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
    insert_new(connection, job, records.jobs)
    return revision


def place_of(connection: Connection, instance_id: str) -> Place:
    """Where an instance belongs; of one that is not there only the id is known."""
    query = select(instance.c.district_code, instance.c.scope).where(instance.c.id == instance_id)
    row = connection.execute(query).one_or_none()
    return Place(instance_id) if row is None else Place(instance_id, row.district_code, row.scope)


def instance_of_task(connection: Connection, task_id: str) -> str:
    """The case whose step it is; raises NotFound."""
    found = connection.execute(select(task.c.instance_id).where(task.c.id == task_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"expected a step {task_id}, found none", task=task_id)
    return str(found)


def append_aside(connection: Connection, place: Place, order: Order, at: datetime) -> Outcome:
    """Put an act on an incident into the journal: of its case, or of the acts without one."""
    assert order.mend is not None
    row = read_instance(connection, place.instance_id, lock=True) if place.instance_id else None
    chain = _chain_of(connection, place, row)
    chain.append(entry_kind(order.mend), order.actor.id, at, at, entry_body(order.mend))
    insert_many(connection, journal, chain.rows)
    if row is None:
        return Outcome("", 0, "")
    values = {name: row[name] for name in ("state", "data", "blob", "ended_at")}
    values |= {"revision": row["revision"] + 1, "journal_seq": chain.seq, "journal_hash": chain.hash}
    _compare_and_set(connection, row["district_code"], row["id"], row["revision"], values)
    return Outcome(row["id"], row["revision"] + 1, row["state"])


def _chain_of(connection: Connection, place: Place, row: Row | None) -> Chain:
    if row is not None:
        return Chain(row["district_code"], row["id"], row["journal_seq"], row["journal_hash"])
    district = place.district_code or ""
    query = select(journal.c.seq, journal.c.hash).where(journal.c.district_code == district, journal.c.chain == ACTS)
    last = connection.execute(query.order_by(journal.c.seq.desc()).limit(1)).one_or_none()
    return Chain(district, ACTS) if last is None else Chain(district, ACTS, last.seq, last.hash)


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
    _compare_and_set(connection, view.district_code, view.id, view.revision, values)
    return view.revision + 1


def _compare_and_set(connection: Connection, district: str, name: str, revision: int, values: Row) -> None:
    keys = {"key_district": district, "key_id": name, "key_revision": revision}
    changed = connection.execute(statements.SAVE_INSTANCE, values | keys)
    if changed.rowcount != 1:
        raise LostRace(f"expected instance {name} at revision {revision}, found another")


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
