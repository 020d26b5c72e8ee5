"""I5 and I7: every case is loaded as a command would load it, and must want nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from engine import Runtime, store
from engine.definitions import Definitions
from engine.errors import EngineError
from engine.instances.execution import Execution
from engine.instances.views import instance_of
from engine.instances.waits import can_be_moved, sync_waits
from engine.model import SYSTEM
from tests.campaigns.world import STATES

Row = Mapping[str, Any]


def case_violations(runtime: Runtime, instances: Iterable[Row]) -> Iterator[str]:
    for row in instances:
        with runtime.database.read() as connection:
            try:
                execution = loaded(runtime, connection, row)
                if row["state"] != "cancelled":
                    execution.workflow.check()
            except EngineError as error:
                yield f"I5: case {row['id']} cannot be loaded: {error.message}"
                continue
            yield from _ended(execution) if row["state"] != "open" else _open(execution)


def loaded(runtime: Runtime, connection: Connection, row: Row) -> Execution:
    view = instance_of(row)
    now = runtime.clock.now()
    return Execution(
        Definitions().compiled(connection, view.definition, view.version),
        runtime.handlers,
        connection,
        view,
        store.read_records(connection, view),
        store.opened(dict(row), STATES),
        actor=SYSTEM,
        at=now,
        recorded_at=now,
        blob=row["blob"],
    )


def _open(execution: Execution) -> Iterator[str]:
    name, records = execution.instance.id, execution.records
    if execution.workflow.ended:
        yield f"I7: case {name} is open and has nothing left to do"
    execution.settle()
    gone = sync_waits(execution)
    if not can_be_moved(execution):
        yield f"I5: nothing outside can move case {name}"
    for kind, rows in (("step", records.tasks), ("timer", records.timers), ("subscription", records.subscriptions)):
        wrong = [*rows.inserts(), *(row for changed in rows.updates().values() for row in changed)]
        wrong += gone if kind == "subscription" else []
        for row in wrong:
            yield f"I5: case {name} would change its {kind} row {row['id']}"
    for row in execution.chain.rows:
        yield f"I5: case {name} would enter {row['kind']}"


def _ended(execution: Execution) -> Iterator[str]:
    name, records = execution.instance.id, execution.records
    if execution.instance.state == "ended" and not execution.workflow.ended:
        yield f"I7: case {name} has ended, but not all of its tokens"
    if execution.instance.ended_at is None:
        yield f"I7: case {name} has ended at no time"
    for kind, rows in (
        ("step", (row for row in records.tasks if row["state"] == "open")),
        ("timer", (row for row in records.timers if row["state"] in ("armed", "suspended"))),
        ("subscription", records.subscriptions),
        ("passage", (row for row in records.history if row["outcome"] == "open")),
    ):
        for row in rows:
            yield f"I7: case {name} has ended, its {kind} at {row['element']} has not"
