"""Counting every open case anew, because what limits count by has changed: a job that goes from page to page.

Each page is a small transaction that asks for one job for each of its cases that rests on what holds no longer,
and for the next page; each case is then a command of its own. Killed half-way it goes on where it was, and a case
that a person's command has met meanwhile rests on what holds, so nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from engine.db import Database
from engine.instances.renewing import reason_of
from engine.instances.works import RECOUNT
from engine.model import SYSTEM, Data
from engine.orders import Order
from engine.tables import instance, job, timer

if TYPE_CHECKING:
    from engine.commands import Commands

RECOUNT_ALL = "recount_all"
PAGE = 200
_RESTING = ("armed", "suspended", "fired")
Prepare = Callable[[Connection], None]


def ask_for_recount(connection: Connection, key: str, now: datetime) -> None:
    """Have every open case counted anew, beginning when this transaction is committed."""
    connection.execute(insert(job).values(_job(key, RECOUNT_ALL, {"after": ""}, now)))


def next_page(
    connection: Connection, row: Mapping[str, Any], outdated: Callable[..., Data | None], now: datetime
) -> list[dict[str, Any]]:
    """The jobs that follow from one page: its cases that rest on what holds no longer, and the page after it."""
    after = row["payload"]["after"]
    page = _page(connection, after)
    found = [case for case in page if _is_outdated(connection, case, outdated)]
    stem = row["id"].split("@")[0]
    jobs = [_job(f"{stem}:{case['id']}", RECOUNT, {"instance_id": case["id"]}, now) for case in found]
    if len(page) == PAGE:
        last = page[-1]["id"]
        jobs.append(_job(f"{stem}@{last}", RECOUNT_ALL, {"after": last}, now))
    return jobs


class Recounts:
    """What counting anew would do, shown by doing it and taking it back."""

    def __init__(self, database: Database, commands: Commands) -> None:
        self._database, self._commands = database, commands

    def timed_cases(self, after: str = "", limit: int = PAGE) -> list[Mapping[str, Any]]:
        """Open cases that a limit runs or ran in, by id: ``id definition district_code scope business_key``."""
        with self._database.read() as connection:
            return _cases(connection, after, limit)

    def preview(self, ids: Sequence[str], prepare: Prepare) -> dict[str, list[Data]]:
        """What would move in each of these cases after ``prepare``; nothing is stored. One transaction."""
        order = Order(RECOUNT, None, SYSTEM)
        seen: dict[str, list[Data]] = {}
        with self._database.begin() as connection:
            held = connection.begin_nested()
            prepare(connection)
            for one in ids:
                outcome = self._commands.rehearsed(
                    connection, order, one, lambda execution: {"moved": execution.renewed}
                )
                seen[one] = list(outcome.result.get("moved", ()))
            held.rollback()
        return seen


def _cases(connection: Connection, after: str, limit: int) -> list[Mapping[str, Any]]:
    resting = select(timer.c.id).where(timer.c.instance_id == instance.c.id, timer.c.state.in_(_RESTING))
    columns = (instance.c[name] for name in ("id", "definition", "district_code", "scope", "business_key"))
    query = select(*columns).where(instance.c.state == "open", instance.c.id > after, resting.exists())
    return [dict(row) for row in connection.execute(query.order_by(instance.c.id).limit(limit)).mappings()]


def _page(connection: Connection, after: str) -> list[dict[str, Any]]:
    """A page of cases, each with what its limits rest on."""
    cases = _cases(connection, after, PAGE)
    reasons = dict(_reasons(connection, [case["id"] for case in cases]))
    return [{**case, "reasons": reasons.get(case["id"], [])} for case in cases]


def _reasons(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, list[Data]]]:
    of_cases = (timer.c.instance_id.in_(ids), timer.c.state.in_(_RESTING))
    query = select(timer.c.instance_id, timer.c.reason).where(*of_cases).order_by(timer.c.instance_id)
    for name, rows in groupby(connection.execute(query).mappings(), key=lambda row: row["instance_id"]):
        yield name, [reason_of(dict(row)) for row in rows]


def _is_outdated(connection: Connection, case: Mapping[str, Any], outdated: Callable[..., Data | None]) -> bool:
    place = (case["definition"], case["district_code"])
    return any(outdated(connection, *place, reason) is not None for reason in case["reasons"])


def _job(key: str, kind: str, payload: Data, now: datetime) -> dict[str, Any]:
    return {
        "id": key,
        "kind": kind,
        "payload": payload,
        "state": "waiting",
        "created_at": now,
        "run_after": now,
        "attempts": 0,
    }
