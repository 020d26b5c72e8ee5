"""The statements that every command needs, built once: building one costs more than running it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Table, bindparam, func, insert, select, update

from engine.prepared import Prepared
from engine.tables import (
    command,
    definition,
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

KEYS: dict[Table, tuple[str, ...]] = {
    task: ("district_code", "id"),
    timer: ("district_code", "id"),
    subscription: ("district_code", "id"),
    history: ("district_code", "instance_id", "element", "occurrence"),
    suspension: ("district_code", "id"),
    extension: ("district_code", "instance_id"),
}
_SET_WITH_STATE = ("state", "revision", "data", "blob", "ended_at", "journal_seq", "journal_hash")

_INSTANCE = select(instance).where(instance.c.id == bindparam("instance"))
INSTANCE = Prepared(_INSTANCE)
LOCKED_INSTANCE = Prepared(_INSTANCE.with_for_update())
OF_INSTANCE = {table: Prepared(select(table).where(table.c.instance_id == bindparam("instance"))) for table in KEYS}
INSERTS = {table: Prepared(insert(table)) for table in [*KEYS, instance, journal, command, job]}
OUTCOME = Prepared(select(command.c.outcome).where(command.c.key == bindparam("key")))
INSTANCE_OF_TASK = Prepared(select(task.c.instance_id).where(task.c.id == bindparam("task")))
NEWEST_VERSION = Prepared(
    select(func.max(definition.c.version).label("version")).where(definition.c.name == bindparam("name"))
)
SAVE_INSTANCE = Prepared(
    update(instance)
    .where(
        instance.c.district_code == bindparam("key_district"),
        instance.c.id == bindparam("key_id"),
        instance.c.revision == bindparam("key_revision"),
    )
    .values({name: bindparam(name) for name in _SET_WITH_STATE})
)
FORGET_SUBSCRIPTION = Prepared(subscription.delete().where(subscription.c.id == bindparam("key_id")))


@cache
def update_of(table: Table, columns: tuple[str, ...]) -> Prepared:
    """Sets these columns of one row, found by its key."""
    keys = KEYS[table]
    found = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
    return Prepared(found.values({name: bindparam(name) for name in columns}))
