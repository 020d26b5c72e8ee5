"""The statements that every command needs, built once: building one costs more than running it."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Table, bindparam, exists, insert, or_, select, update

from engine.prepared import Prepared
from engine.tables import (
    command,
    definition,
    extension,
    history,
    incident,
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

_OF_DISTRICT: BindParameter[str] = bindparam("district")
_OF_INSTANCE: BindParameter[str] = bindparam("instance")
_INSTANCE = select(instance).where(instance.c.id == _OF_INSTANCE)
INSTANCE = Prepared(_INSTANCE)
LOCKED_INSTANCE = Prepared(_INSTANCE.with_for_update())
# Which of the tables that most cases have no row in have one of this case; of the incidents, one that stands.
# It is asked when the case is locked: before, somebody else might still write one.
PRESENT = Prepared(
    select(
        exists()
        .where(incident.c.instance_id == _OF_INSTANCE, incident.c.state.in_(("waiting", "parked")))
        .label("troubled"),
        exists().where(subscription.c.instance_id == _OF_INSTANCE).label("subscription"),
        exists().where(suspension.c.instance_id == _OF_INSTANCE).label("suspension"),
        exists()
        .where(extension.c.district_code == _OF_DISTRICT, extension.c.instance_id == _OF_INSTANCE)
        .label("extension"),
    )
)
SUBSCRIPTIONS = Prepared(select(subscription).where(subscription.c.instance_id == _OF_INSTANCE))
SUSPENSIONS = Prepared(
    select(suspension).where(suspension.c.instance_id == _OF_INSTANCE).order_by(suspension.c.start, suspension.c.id)
)
EXTENSIONS = Prepared(
    select(extension).where(extension.c.district_code == _OF_DISTRICT, extension.c.instance_id == _OF_INSTANCE)
)
_HISTORY = select(history).where(history.c.district_code == _OF_DISTRICT, history.c.instance_id == _OF_INSTANCE)
HISTORY = Prepared(_HISTORY)
OPEN_HISTORY = Prepared(select(history).where(history.c.instance_id == _OF_INSTANCE, history.c.outcome == "open"))
PASSAGE = Prepared(
    _HISTORY.where(history.c.element == bindparam("element"), history.c.occurrence == bindparam("occurrence"))
)
OPEN_TASKS = Prepared(select(task).where(task.c.instance_id == _OF_INSTANCE, task.c.state == "open"))
STANDING_TIMERS = Prepared(
    select(timer).where(timer.c.instance_id == _OF_INSTANCE, timer.c.state.not_in(("fired", "cancelled")))
)
FIRED_CHECKPOINTS = Prepared(
    select(timer).where(timer.c.instance_id == _OF_INSTANCE, timer.c.state == "fired", timer.c.checkpoint.is_not(None))
)
TIMERS_OF_PASSAGE = Prepared(
    select(timer).where(
        timer.c.instance_id == _OF_INSTANCE,
        timer.c.element == bindparam("element"),
        timer.c.occurrence == bindparam("occurrence"),
    )
)
TASK = Prepared(select(task).where(task.c.district_code == _OF_DISTRICT, task.c.id == bindparam("id")))
TIMER = Prepared(select(timer).where(timer.c.district_code == _OF_DISTRICT, timer.c.id == bindparam("id")))
INSERTS = {table: Prepared(insert(table).inline()) for table in [*KEYS, instance, journal, unsealed_head, command, job]}
OUTCOME = Prepared(select(command.c.outcome).where(command.c.key == bindparam("key")))
INSTANCE_OF_TASK = Prepared(select(task.c.instance_id).where(task.c.id == bindparam("task")))
# The version that a case which starts then starts on: of those in force, the one that came into force last.
_AT: BindParameter[datetime] = bindparam("at", type_=definition.c.valid_from.type)
VERSION_IN_FORCE = Prepared(
    select(definition.c.version)
    .where(
        definition.c.name == bindparam("name"),
        definition.c.deployed_at.is_not(None),
        or_(definition.c.valid_from.is_(None), definition.c.valid_from <= _AT),
        or_(definition.c.retired_at.is_(None), definition.c.retired_at > _AT),
    )
    .order_by(definition.c.valid_from.is_(None), definition.c.valid_from.desc(), definition.c.version.desc())
    .limit(1)
)
_AS_IT_WAS = update(instance).where(
    instance.c.district_code == bindparam("key_district"),
    instance.c.id == bindparam("key_id"),
    instance.c.revision == bindparam("key_revision"),
)
SAVE_INSTANCE = Prepared(_AS_IT_WAS.values({name: bindparam(name) for name in SET_WITH_STATE}))
# Most commands leave a case as open as it was: what its index is made of is then not touched.
SAVE_OPEN_INSTANCE = Prepared(
    _AS_IT_WAS.values({name: bindparam(name) for name in SET_WITH_STATE if name not in ("state", "ended_at")})
)
SAVE_MIGRATED_INSTANCE = Prepared(
    _AS_IT_WAS.values({name: bindparam(name) for name in (*SET_WITH_STATE, "version", "pinned")})
)
FORGET_SUBSCRIPTION = Prepared(subscription.delete().where(subscription.c.id == bindparam("key_id")))


@cache
def update_of(table: Table, columns: tuple[str, ...]) -> Prepared:
    """Sets these columns of one row, found by its key."""
    keys = KEYS[table]
    found = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
    return Prepared(found.values({name: bindparam(name) for name in columns}))
