"""A fault at every point of a command, in thirty-six cases: nothing is stored but one incident, and a retry heals it.

On SQLite every point of every scene; on PostgreSQL every point of a few and some of the others.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

import engine.tables
from engine import Act as Event
from engine import Actor, Call, Database, Handlers, Rung, RungRequest, Runtime
from engine.casedata import loads
from engine.clock import VirtualClock
from engine.jobs import order_of
from engine.journal import WITNESS
from tests.engine.conftest import CLERK
from tests.engine.injection import Faults, plant
from tests.engine.scenes import SCENES, Act, Scene

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
ADMIN = Actor("admin", "管", frozenset({"administrator"}))
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

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.database, self.clock, self.faults = database, VirtualClock(MORNING), Faults()
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


def fail(stage: Stage, scene: Scene, number: int) -> str | None:
    """Run the command with a fault at that point; what is wrong afterwards, in words."""
    before = rows(stage.database, HELD)
    command = stage.command(scene.next, scene)
    try:
        with stage.faults.watching(at=number):
            command()
    except Exception as error:
        assert "planted" in str(error), error
    else:
        return "the fault was swallowed"
    if rows(stage.database, HELD) != before:
        return "the stored state is another"
    incidents = stage.runtime.query.incidents(standing=None)
    return None if len(incidents) == 1 else f"{len(incidents)} incidents"


def heal(stage: Stage, expected: Rows) -> str | None:
    """Retry; what is wrong afterwards, in words."""
    (one,) = stage.runtime.query.incidents()
    closed = stage.runtime.retry_incident(one.id, actor=ADMIN, key="retry")
    if closed.state != "resolved":
        return f"the incident is {closed.state}"
    return None if story(stage.database) == expected else "the retry led elsewhere"


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


@contextmanager
def on_sqlite(path: Path) -> Iterator[tuple[Stage, Copies]]:
    database = Database(f"sqlite:///{path}")
    with pytest.MonkeyPatch.context() as patch:
        stage = Stage(database, patch)
        # Nothing here pulls the plug.
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
        engine.tables.metadata.create_all(database.engine)
        yield stage, Copies(path)
    database.dispose()


def violations(stage: Stage, copies: Copies, scene: Scene, every: int) -> list[str]:
    """Disturb the command at each of its points; every so many, play the healed case to its end too."""
    stage.prepare(scene)
    copies.keep()
    moment = stage.moment
    points = stage.count(scene)
    undisturbed = story(stage.database)
    stage.finish(scene)
    end = story(stage.database)
    found = []
    for number in range(1, points + 1):
        copies.restore()
        stage.moment = moment
        wrong = fail(stage, scene, number) or heal(stage, undisturbed)
        if wrong is None and number % every == 0:
            stage.finish(scene)
            wrong = None if story(stage.database) == end else "the case ended otherwise"
        if wrong is not None:
            found.append(f"{scene.name}, point {number} of {points}: {wrong}")
    return found


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_fault_at_any_point_leaves_what_was_stored_and_one_incident_that_a_retry_heals(
    tmp_path: Path, scene: Scene
) -> None:
    with on_sqlite(tmp_path / "stage.db") as (stage, copies):
        assert violations(stage, copies, scene, every=20) == []


def test_the_scenes_pass_points_of_every_kind(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for scene in SCENES[10:16] + SCENES[21:24]:
        with on_sqlite(tmp_path / f"{scene.name}.db") as (stage, _):
            stage.prepare(scene)
            stage.count(scene)
            seen += stage.faults.kinds
    assert seen.keys() == {"evaluate", "handler", "rungs", "spiff", "statement", "commit"}
    assert min(seen.values()) >= 5, seen


def test_a_store_that_keeps_half_a_command_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a transaction that commits what it has when something goes wrong."""

    @contextmanager
    def careless(self: Database) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.begin()
            try:
                yield connection
            finally:
                connection.commit()

    with on_sqlite(tmp_path / "stage.db") as (stage, copies):
        monkeypatch.setattr(Database, "begin", careless)
        assert any("the stored state is another" in line for line in violations(stage, copies, SCENES[0], every=1000))


def clear(database: Database) -> None:
    with database.begin() as connection:
        for table in reversed(engine.tables.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def postgres(_postgres_database: Database, postgres_url: str) -> Iterator[Database]:
    """With connections of its own, so that the points can be put in."""
    clear(_postgres_database)
    database = Database(postgres_url)
    yield database
    database.dispose()


@pytest.mark.parametrize("scene", SCENES[::3], ids=lambda scene: scene.name)
def test_the_same_on_postgresql_at_every_seventh_point(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    stage = Stage(postgres, monkeypatch)
    stage.prepare(scene)
    points, undisturbed = stage.count(scene), story(postgres)
    clear(postgres)
    stage.prepare(scene)
    for number in (*range(1, points, 7), points):
        moment = stage.moment
        assert fail(stage, scene, number) is None, number
        stage.moment = moment
    assert heal(stage, undisturbed) is None
    stage.finish(scene)
