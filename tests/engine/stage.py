"""The stage on which scenes are played, the same each time, and what is stored afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import engine.tables
from engine import Act as Event
from engine import Call, Database, Handlers, Rung, RungRequest, Runtime
from engine.casedata import loads
from engine.clock import VirtualClock
from engine.jobs import order_of
from engine.journal import WITNESS
from tests.engine.conftest import CLERK
from tests.engine.injection import Faults, plant
from tests.engine.scenes import Act, Scene

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]
# Beside the incident only this changes: who may try again, and when.
HELD = {
    "timer": {"lease_owner", "lease_until", "fence"},
    "job": {"state", "attempts", "run_after"},
}
# A retry is itself a line of the journal (by whose number a signal is known), and keeps a key of its own.
OF_RETRIES = HELD | {
    "instance": {"journal_seq", "journal_hash"},
    "journal": {"seq", "previous", "hash"},
    "unsealed_head": {"seq", "hash", "entries"},
    "job": {"id", "state", "attempts", "run_after", "done_at"},
}


class Stage:
    """A runtime that plays scenes; everything in it is the same each time."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch, faults: Faults | None = None) -> None:
        self.database, self.clock, self.faults = database, VirtualClock(MORNING), faults or Faults()
        handlers = Handlers(rungs=rungs)
        handlers.register("issue", lambda call: {"no": "Z-1"})
        handlers.register("rule_check", lambda call: {})
        handlers.register("ask", ask)
        plant(self.faults, patch, database, handlers)
        self.runtime = Runtime(database, self.clock, handlers, new_id=lambda: self.next_id)
        self.next_id = "case-1"
        self.acts = 0

    def prepare(self, scene: Scene) -> None:
        """Everything up to the command that is disturbed."""
        self.clock.move_to(MORNING)
        self.next_id, self.acts = "case-1", 0
        for xml in (scene.xml, *scene.more):
            model = self.runtime.deploy(xml, by="designer")
            # A model is read once by each process; here it has been.
            self.runtime.query.diagram(model.name, model.version)
        if scene.next.kind not in ("start", "fold"):
            self.play(Act("start"), scene)
        if scene.next.kind == "job":
            self.next_id = "case-2"
        for act in scene.before:
            self.play(act, scene)

    def play(self, act: Act, scene: Scene) -> None:
        self.command(act, scene)()

    def command(self, act: Act, scene: Scene) -> Callable[[], object]:
        """What the act runs; all that has to be looked up for it is looked up now."""
        self.acts += 1
        run, given = self.runtime, {"actor": CLERK, "key": f"k{self.acts}"}
        name = "asking" if scene.more else "p"
        if act.kind == "do":
            task = next(task for task in run.query.tasks(instance_id="case-1") if task.element == act.name)
            return partial(run.complete, task.id, data=act.data, **given)
        if act.kind == "job":
            (row,) = rows(self.database)["job"]
            return partial(run.give, order_of(row))
        stop = {"kind": "hearing", "approver": "wang", "reason": "r"}
        known: dict[str, Callable[[], object]] = {
            "hours": partial(self.clock.advance, timedelta(hours=act.hours)),
            "start": partial(run.start, name, **CASE, **given),
            "fold": partial(run.fold, name, **CASE, at=MORNING, acts=EVENTS, **given),
            "say": partial(run.deliver, "case-1", act.name, payload=act.data, **given),
            "fire": partial(run.fire_due, "case-1"),
            "suspend": partial(run.suspend, "case-1", **stop, **given),
            "resume": partial(run.resume, "case-1", reason="r", **given),
            "extend": partial(run.extend, "case-1", amount=5, unit="working_day", approver="w", reason="r", **given),
            "cancel": partial(run.cancel, "case-1", reason="r", **given),
        }
        return known[act.kind]

    def count(self, scene: Scene) -> int:
        """Run the command undisturbed; how many points it passes."""
        command = self.command(scene.next, scene)
        with self.faults.watching():
            command()
        return self.faults.passed

    @property
    def moment(self) -> tuple[datetime, int, str]:
        """All that the stage itself remembers, to be set back with its database."""
        return self.clock.now(), self.acts, self.next_id

    @moment.setter
    def moment(self, moment: tuple[datetime, int, str]) -> None:
        at, self.acts, self.next_id = moment
        self.clock.move_to(at)

    def finish(self, scene: Scene) -> None:
        """Play whatever is open until all has ended, always in the same order."""
        for _ in range(30):
            if not self.runtime.query.instances(state="open"):
                return
            self.next_id = "case-2"
            tasks = sorted(self.runtime.query.tasks(), key=lambda task: (task.element, task.id))
            self.acts += 1
            if tasks:
                self.runtime.complete(tasks[0].id, data={"amount": 150}, actor=CLERK, key=f"end{self.acts}")
            elif self.runtime.query.next_timer() is None:
                self.play(Act("say", "ask", {"told": 3}), scene)
            self.clock.advance(timedelta(hours=1))
            self.runtime.tick()
        raise AssertionError(f"{scene.name}: expected an end within thirty steps, found none")


CASE: dict[str, Any] = {
    "business_key": "C-1",
    "district_code": "370202",
    "scope": "housing",
    "data": {"applicant": "赵", "hours": "PT1H", "amount": 0},
}
EVENTS = (
    Event(MORNING + timedelta(hours=3), "time"),
    Event(MORNING + timedelta(hours=4), "step", "a", {"amount": 2}, CLERK),
    Event(MORNING + timedelta(hours=5), "step", "b", {}, CLERK),
)


def rungs(request: RungRequest) -> list[Rung]:
    """Two hours after the host was entered, and after six."""
    return [
        Rung("TT-01.1", name, request.entered_at + timedelta(hours=hours), level=name)
        for name, hours in (("notice", 2), ("yellow", 6))
    ]


def ask(call: Call) -> None:
    instance = call.case.instance
    call.later.start("answering", key=instance.id, **{**CASE, "business_key": "C-2"}, parent_id=instance.id)


def rows(database: Database, without: dict[str, set[str]] | None = None) -> Rows:
    """Every row of the engine, but for incidents."""
    with database.read() as connection:
        return {
            table.name: sorted(
                (
                    {key: value for key, value in row.items() if key not in (without or {}).get(table.name, ())}
                    for row in connection.execute(select(table)).mappings()
                ),
                key=repr,
            )
            for table in engine.tables.metadata.sorted_tables
            if table.name != "incident"
        }


def story(database: Database) -> Rows:
    """The same without what a retry leaves beside the command itself."""
    found = rows(database, OF_RETRIES)
    found["journal"] = [_uncounted(row) for row in found["journal"] if not row["kind"].startswith("incident_")]
    found["command"] = [row for row in found["command"] if row["kind"] != "retried"]
    return found


def _uncounted(row: dict[str, Any]) -> dict[str, Any]:
    """An entry without the number of entries that its command appended."""
    body = loads(row["body"])
    body.get(WITNESS, {}).pop("entries", None)
    return row | {"body": body}


class Copies:
    """A SQLite database that is set back to how it was, as often as one likes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = sqlite3.connect(":memory:")

    def keep(self) -> None:
        with closing(sqlite3.connect(self.path)) as source:
            source.backup(self._kept)

    def restore(self) -> None:
        with closing(sqlite3.connect(self.path)) as target:
            self._kept.backup(target)


def clear(database: Database) -> None:
    with database.begin() as connection:
        for table in reversed(engine.tables.metadata.sorted_tables):
            connection.execute(table.delete())
