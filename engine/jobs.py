"""Jobs: starts of and messages to other instances, each a command with the job's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from engine.errors import Conflict
from engine.model import SYSTEM
from engine.tables import job

if TYPE_CHECKING:
    from engine.runtime import Runtime

PATIENCE = 5


def run_waiting(runtime: Runtime, limit: int) -> int:
    """Run jobs that wait; the command's key makes a second run of one harmless."""
    now = runtime.clock.now()
    with runtime.database.read() as connection:
        query = select(job).where(job.c.state == "waiting", job.c.run_after <= now)
        found = connection.execute(query.order_by(job.c.created_at).limit(limit)).mappings()
        rows = [dict(row) for row in found]
    return sum(_run(runtime, row, now) for row in rows)


def _run(runtime: Runtime, row: Mapping[str, Any], now: datetime) -> int:
    try:
        _perform(runtime, row["id"], row["kind"], dict(row["payload"]))
    except Exception:
        # The command left an incident; the job is tried again, then parked where one sees it.
        _postpone(runtime, row, now)
        return 0
    _mark(runtime, row["id"], state="done", done_at=now)
    return 1


def _perform(runtime: Runtime, key: str, kind: str, payload: dict[str, Any]) -> None:
    if kind == "start":
        name = payload.pop("definition")
        runtime.start(name, **payload, actor=SYSTEM, key=key)
        return
    if kind == "signal":
        runtime.broadcast(**payload, payload={}, actor=SYSTEM, key=key)
        return
    try:
        runtime.deliver(**payload, actor=SYSTEM, key=key)
    except Conflict:
        # The other instance has gone on meanwhile; there is nobody left to tell.
        return


def _postpone(runtime: Runtime, row: Mapping[str, Any], now: datetime) -> None:
    attempts = row["attempts"] + 1
    state = "waiting" if attempts < PATIENCE else "parked"
    later = now + timedelta(seconds=2**attempts)
    _mark(runtime, row["id"], state=state, attempts=attempts, run_after=later)


def _mark(runtime: Runtime, key: str, **values: Any) -> None:
    with runtime.database.begin() as connection:
        connection.execute(update(job).where(job.c.id == key).values(values))
