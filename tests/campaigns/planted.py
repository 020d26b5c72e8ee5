"""The faults of the controls: an engine that does in two transactions what belongs into one, a moment apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, insert

from engine import Database, Runtime, jobs, store
from engine.tables import command, journal
from tests.campaigns.resting import rest
from tests.campaigns.world import World, effect, handlers

Later = Callable[[Connection], None]
FAULTS = ("journal", "keys", "effects", "jobs")


def runtime(world: World) -> Runtime:
    """The runtime of a child, with the fault of its world, for the rest of this process."""
    database = Database(world.url)
    if not world.planted:
        return Runtime(database, world.clock, handlers())
    later: list[Later] = []
    if world.planted == "journal":
        _afterwards(journal, later)
    elif world.planted == "keys":
        _afterwards(command, later)
    elif world.planted == "jobs":
        _done_before_it_is_run()
    _in_two_transactions(later)
    if world.planted == "effects":
        return Runtime(
            database,
            world.clock,
            handlers(lambda _, row: later.append(lambda connection: connection.execute(insert(effect).values(row)))),
        )
    return Runtime(database, world.clock, handlers())


def _afterwards(table: Table, later: list[Later]) -> None:
    at_once = store.insert_many

    def insert_many(connection: Connection, where: Table, rows: Any) -> None:
        if where is table:
            later.append(lambda other: at_once(other, where, rows))
        else:
            at_once(connection, where, rows)

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
