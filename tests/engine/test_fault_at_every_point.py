"""A fault at every point of a command, in thirty-eight cases: nothing is stored but one incident, and a retry heals it.

On SQLite every point of every scene; on PostgreSQL every point of a few and some of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

import engine.tables
from engine import Actor, Database
from tests.engine.scenes import SCENES, Scene
from tests.engine.stage import HELD, Copies, Rows, Stage, clear, rows, story

ADMIN = Actor("admin", "管", frozenset({"administrator"}))


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
