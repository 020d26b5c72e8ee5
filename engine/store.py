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
from engine.chains import append_act, write_chain
from engine.errors import NotFound
from engine.incidents import Place
from engine.instances.execution import Execution, Records
from engine.instances.mending import entry_body, entry_kind
from engine.instances.rows import Row, RowSet
from engine.journal import Chain
from engine.model import Instance, Outcome
from engine.orders import Order
from engine.prepared import Prepared
from engine.sealing.states import States
from engine.spiff import dump
from engine.tables import extension, history, instance, subscription, suspension, task, timer
from engine.witness import bear_witness, digest


class LostRace(Exception):
    """Somebody else changed the instance, or used the key, in the same moment."""


LOST_RACE = (LostRace, IntegrityError)
_AS_IN_VIEW = [name for name in Instance.__dataclass_fields__ if name in instance.c]


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
        troubled=bool(present["troubled"]),
        tasks=RowSet.of(("id",), statements.OPEN_TASKS.rows(connection, key)),
        timers=RowSet.of(("id",), statements.STANDING_TIMERS.rows(connection, key), timer_row),
        subscriptions=RowSet.of(("id",), some("subscription", statements.SUBSCRIPTIONS)),
        history=RowSet.of(("element", "occurrence"), statements.OPEN_HISTORY.rows(connection, key), passage),
        suspensions=RowSet.of(("id",), some("suspension", statements.SUSPENSIONS)),
        extensions=RowSet.of(("instance_id",), some("extension", statements.EXTENSIONS)),
    )


def save(connection: Connection, execution: Execution, gone: Sequence[Row], states: States, *, new: bool) -> int:
    """Write what came of a command, and that it was so into its last entry; ``gone`` are the subscriptions to delete.

    The compare-and-set covers state and data together.
    """
    records, chain, view = execution.records, execution.chain, execution.instance
    of_tables = {
        history: records.history,
        task: records.tasks,
        timer: records.timers,
        subscription: records.subscriptions,
        suspension: records.suspensions,
        extension: records.extensions,
    }
    written = {table: rows for table, rows in of_tables.items() if rows.new or rows.changed}
    row = {name: getattr(view, name) for name in _AS_IN_VIEW}
    row |= {"revision": view.revision + 1, "data": execution.data, "blob": dump(execution.workflow)}
    row["check_value"] = states.mark(row, bear_witness(chain, row, written, gone))
    _save_instance(connection, row, chain, new=new, gone_over=execution.gone_over)
    statements.FORGET_SUBSCRIPTION.run_many(connection, [{"key_id": one["id"]} for one in gone])
    for table, rows in written.items():
        _write(connection, table, rows)
    write_chain(connection, chain)
    return int(row["revision"])


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


def instance_of_timer(connection: Connection, timer_id: str) -> str:
    """The case whose timer it is; raises NotFound."""
    found = connection.scalar(select(timer.c.instance_id).where(timer.c.id == timer_id))
    if found is None:
        raise NotFound(f"expected a timer {timer_id}, found none", timer=timer_id)
    return str(found)


def append_aside(connection: Connection, place: Place, order: Order, at: datetime, states: States) -> Outcome:
    """Put an act on an incident into the journal: of its case, or of the acts without one."""
    assert order.mend is not None
    kind, actor, body = entry_kind(order.mend), order.actor.id, entry_body(order.mend)
    if not place.instance_id:
        append_act(connection, kind, actor, at, body)
        return Outcome("", 0, "")
    row = read_instance(connection, place.instance_id, lock=True)
    chain = opened(row, states)
    chain.append(kind, actor, at, at, body)
    row["revision"] += 1
    row["check_value"] = states.mark(row, bear_witness(chain, row, {}, ()))
    _save_instance(connection, row, chain, new=False)
    write_chain(connection, chain)
    return Outcome(row["id"], row["revision"], row["state"])


def opened(row: Row, states: States) -> Chain:
    """The chain of an instance as its row was read; raises StateAltered when the row is not as it was stored."""
    found = digest(instance, row)
    states.demand(row, found)
    return Chain(row["district_code"], row["id"], row["journal_seq"], row["journal_hash"], found)


def _save_instance(connection: Connection, row: Row, chain: Chain, *, new: bool, gone_over: bool = False) -> None:
    """Store an instance at its next revision, unless somebody else did."""
    values = row | {"journal_seq": chain.seq, "journal_hash": chain.hash}
    if new:
        statements.INSERTS[instance].run(connection, values)
        return
    before = row["revision"] - 1
    values |= {"key_district": row["district_code"], "key_id": row["id"], "key_revision": before}
    saving = statements.SAVE_OPEN_INSTANCE if row["state"] == "open" else statements.SAVE_INSTANCE
    if gone_over:
        saving = statements.SAVE_MIGRATED_INSTANCE
    if saving.run(connection, values) != 1:
        raise LostRace(f"expected instance {row['id']} at revision {before}, found another")


def _write(connection: Connection, table: Table, rows: RowSet) -> None:
    insert_many(connection, table, rows.inserts())
    keys = statements.KEYS[table]
    for columns, changed in rows.updates().items():
        keyed = [row | {f"key_{name}": row[name] for name in keys} for row in changed]
        statements.update_of(table, columns).run_many(connection, keyed)


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
