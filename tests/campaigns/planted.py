"""The faults of the controls: an engine that does in two transactions what belongs into one, a moment apart, and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table

from engine import Database, Runtime, db, jobs, store
from engine.tables import command
from tests.campaigns.resting import rest
from tests.campaigns.world import STATES, World, Write, handlers, write_at_once

Later = Callable[[Connection], None]
FAULTS = ("journal", "keys", "effects", "jobs")
APART_SECONDS = 0.2
NEW_KEYS = "new keys"  # a client that does not know that it has asked before
DEFERRED = "deferred"  # a transaction that asks for the lock only when it writes


def runtime(world: World, apart: float = APART_SECONDS) -> Runtime:
    """The runtime of a child, with the fault of its world, for the rest of this process."""
    return Runtime(Database(world.url), world.clock, handlers(plant(world.planted, apart)), states=STATES)


def plant(fault: str, apart: float = APART_SECONDS) -> Write:
    """Make this process do it wrongly from now on; how its handlers write. No fault changes nothing."""
    later: list[Later] = []
    if fault in FAULTS:
        _in_two_transactions(later, apart)
    if fault == "journal":
        at_once = store.write_chain
        store.write_chain = lambda _, chain: later.append(lambda connection: at_once(connection, chain))
    elif fault == "keys":
        _keys_afterwards(later)
    elif fault == "effects":
        return lambda _, row: later.append(lambda connection: write_at_once(connection, row))
    elif fault == "jobs":
        _done_before_it_is_run(apart)
    elif fault == DEFERRED:
        db._begin = lambda connection, reading: db.execute(connection, "BEGIN")
    return write_at_once


def _keys_afterwards(later: list[Later]) -> None:
    at_once = store.insert_many

    def insert_many(connection: Connection, table: Table, rows: Any) -> None:
        if table is command:
            later.append(lambda other: at_once(other, table, rows))
        else:
            at_once(connection, table, rows)

    store.insert_many = insert_many


def _in_two_transactions(later: list[Later], apart: float) -> None:
    inner = Database.begin

    @contextmanager
    def begin(self: Database) -> Iterator[Connection]:
        later.clear()
        with inner(self) as connection:
            yield connection
        if later:
            rest(apart)
            with inner(self) as connection:
                for write in later:
                    write(connection)

    Database.begin = begin


def _done_before_it_is_run(apart: float) -> None:
    run = jobs._run

    def done_first(runtime: Runtime, row: Mapping[str, Any]) -> int:
        with runtime.database.begin() as connection:
            jobs.finish(connection, row["id"], jobs.DONE, runtime.clock.now())
        rest(apart)
        return run(runtime, row)

    jobs._run = done_first
