"""The faults of the controls: an engine that does in two transactions what belongs into one, a moment apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table

from engine import Database, Runtime, jobs, store
from engine.tables import command
from tests.campaigns.resting import rest
from tests.campaigns.world import STATES, World, handlers, write_at_once

Later = Callable[[Connection], None]
FAULTS = ("journal", "keys", "effects", "jobs")


def runtime(world: World) -> Runtime:
    """The runtime of a child, with the fault of its world, for the rest of this process."""
    later: list[Later] = []
    write = write_at_once
    if world.planted:
        _in_two_transactions(later)
    if world.planted == "journal":
        at_once = store.write_chain
        store.write_chain = lambda _, chain: later.append(lambda connection: at_once(connection, chain))
    elif world.planted == "keys":
        _keys_afterwards(later)
    elif world.planted == "effects":
        write = lambda _, row: later.append(lambda connection: write_at_once(connection, row))  # noqa: E731
    elif world.planted == "jobs":
        _done_before_it_is_run()
    return Runtime(Database(world.url), world.clock, handlers(write), states=STATES)


def _keys_afterwards(later: list[Later]) -> None:
    at_once = store.insert_many

    def insert_many(connection: Connection, table: Table, rows: Any) -> None:
        if table is command:
            later.append(lambda other: at_once(other, table, rows))
        else:
            at_once(connection, table, rows)

    store.insert_many = insert_many


def _in_two_transactions(later: list[Later]) -> None:
    inner = Database.begin

    @contextmanager
    def begin(self: Database) -> Iterator[Connection]:
        later.clear()
        with inner(self) as connection:
            yield connection
        if later:
            rest()
            with inner(self) as connection:
                for write in later:
                    write(connection)

    Database.begin = begin


def _done_before_it_is_run() -> None:
    run = jobs._run

    def done_first(runtime: Runtime, row: Mapping[str, Any]) -> int:
        with runtime.database.begin() as connection:
            jobs.finish(connection, row["id"], jobs.DONE, runtime.clock.now())
        rest()
        return run(runtime, row)

    jobs._run = done_first
