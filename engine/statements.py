"""The statements that every command needs, built once: building one costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert, Select, Table, Update, bindparam, insert, select, update

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
    unsealed_head,
)

KEYS: dict[Table, tuple[str, ...]] = {
    task: ("district_code", "id"),
    timer: ("district_code", "id"),
    subscription: ("district_code", "id"),
    history: ("district_code", "instance_id", "element", "occurrence"),
    suspension: ("district_code", "id"),
    extension: ("district_code", "instance_id"),
}
SET_WITH_STATE = ("state", "revision", "data", "blob", "ended_at", "journal_seq", "journal_hash", "check_value")


def _update(table: Table) -> Update:
    """Every column but the key, by the key, whose parameters are called ``key_…``."""
    keys = KEYS[table]
    rest: dict[str, Any] = {column.name: bindparam(column.name) for column in table.c if column.name not in keys}
    return update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in keys)).values(rest)


OF_INSTANCE: dict[Table, Select[Any]] = {
    table: select(table).where(table.c.instance_id == bindparam("instance")) for table in KEYS
}
UPDATES: dict[Table, Update] = {table: _update(table) for table in KEYS}
INSERTS: dict[Table, Insert] = {
    table: insert(table) for table in [*KEYS, instance, journal, unsealed_head, command, job]
}
INSTANCE = select(instance).where(instance.c.id == bindparam("instance"))
LOCKED_INSTANCE = INSTANCE.with_for_update()
OUTCOME = select(command.c.outcome).where(command.c.key == bindparam("key"))
SAVE_INSTANCE = (
    update(instance)
    .where(
        instance.c.district_code == bindparam("key_district"),
        instance.c.id == bindparam("key_id"),
        instance.c.revision == bindparam("key_revision"),
    )
    .values({name: bindparam(name) for name in SET_WITH_STATE})
)
FORGET_SUBSCRIPTION = subscription.delete().where(subscription.c.id == bindparam("key_id"))
