"""Reads and writes the rows of one instance: everything of a command in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
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
from engine.model import Instance, Outcome
from engine.orders import Order
from engine.prepared import Prepared
from engine.spiff import dump
from engine.tables import extension, history, instance, job, journal, subscription, suspension, task, timer


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)
ACTS = "acts"  # the chain of what concerns no case


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
        if rows.new or rows.changed:
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
    found = statements.INSTANCE_OF_TASK.one(connection, {"task": task_id})
    if found is None:
        raise NotFound(f"expected a step {task_id}, found none", task=task_id)
    return str(found["instance_id"])


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
        statements.INSERTS[instance].run(connection, values)
        return view.revision + 1
    _compare_and_set(connection, view.district_code, view.id, view.revision, values)
    return view.revision + 1


def _compare_and_set(connection: Connection, district: str, name: str, revision: int, values: Row) -> None:
    keys = {"key_district": district, "key_id": name, "key_revision": revision}
    if statements.SAVE_INSTANCE.run(connection, values | keys) != 1:
        raise LostRace(f"expected instance {name} at revision {revision}, found another")


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
