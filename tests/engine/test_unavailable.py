"""What the database could not do is no fault of the case: no incident, and the same command succeeds later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.db import unavailable
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office, begin

MODEL = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
    *(d.timer("t", "a", "PT2H"), d.handler("h", "issue"), d.end("e2"), d.chain("t", "h", "e2")),
)


def answer_is_lost(database: Database, monkeypatch: pytest.MonkeyPatch, commits: bool) -> None:
    """The next commit is the last thing that its connection does; whether the server had it done nobody is told."""
    dialect: Any = database.engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: Any) -> None:
        monkeypatch.undo()
        if commits:
            commit(connection)
        connection.dbapi_connection.close()
        raise psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", do_commit)


@pytest.fixture
def runtime(postgres: Database, clock: VirtualClock, office: Office) -> Runtime:
    """On PostgreSQL: a file has nobody who could fail to answer."""
    return Runtime(postgres, clock, office.handlers())


@pytest.mark.parametrize("commits", [True, False])
def test_a_command_whose_answer_was_lost_leaves_no_incident_and_is_done_once(
    postgres: Database, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, commits: bool
) -> None:
    case = begin(runtime, MODEL)
    task = case.task("a")
    answer_is_lost(postgres, monkeypatch, commits)
    with pytest.raises(DBAPIError) as lost:
        runtime.complete(task, data={}, actor=CLERK, key="once")
    assert unavailable(lost.value) == "away"

    runtime.complete(task, data={}, actor=CLERK, key="once")
    assert case.open_steps == ["b"]
    assert [entry.kind for entry in runtime.query.journal(case.id)] == ["started", "completed"]
    assert runtime.query.incidents(standing=None) == []


@pytest.mark.parametrize("commits", [True, False])
def test_a_firing_whose_answer_was_lost_leaves_no_incident_and_is_done_once(
    postgres: Database,
    runtime: Runtime,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
    commits: bool,
) -> None:
    case = begin(runtime, MODEL)
    clock.advance(timedelta(hours=3))
    answer_is_lost(postgres, monkeypatch, commits)
    with pytest.raises(DBAPIError):
        runtime.fire_due(case.id)
    runtime.tick()

    assert [entry.kind for entry in runtime.query.journal(case.id)] == ["started", "timer_fired"]
    assert runtime.query.incidents(standing=None) == []


def test_a_server_that_ends_the_connection_is_away(postgres: Database) -> None:
    with postgres.engine.connect() as connection:
        pid = connection.execute(text("select pg_backend_pid()")).scalar_one()
        with postgres.begin() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(OperationalError) as ended:
            connection.execute(text("select 1"))
    assert unavailable(ended.value) == "away"


def test_a_server_that_is_not_there_is_away() -> None:
    nobody = Database("postgresql://127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as refused, nobody.read():
        pass
    assert unavailable(refused.value) == "away"


def test_what_is_wrong_with_a_statement_is_not_the_database_s_absence(database: Database) -> None:
    with pytest.raises(DBAPIError) as wrong, database.read() as connection:
        connection.execute(text("select nothing from nowhere"))
    assert unavailable(wrong.value) is None
    assert unavailable(ValueError("x")) is None
