"""What the store promises on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from engine import Database, Runtime, store
from engine.errors import Conflict, NotFound
from engine.tables import beat, instance, job, setting
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, begin

ONE_STEP = d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"))


def test_an_instant_comes_back_aware_in_utc_to_the_microsecond(database: Database) -> None:
    at = datetime.fromisoformat("2026-03-11T09:12:00.123456+08:00")
    with database.begin() as connection:
        connection.execute(insert(beat).values(name="w", at=at))
    with database.read() as connection:
        found = connection.execute(select(beat.c.at)).scalar_one()
    assert found == at
    assert found.tzinfo is UTC


def test_the_hour_that_a_clock_shows_twice_is_two_hours(database: Database) -> None:
    first = datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    with database.begin() as connection:
        connection.execute(insert(beat), [{"name": "1", "at": first}, {"name": "2", "at": first.replace(fold=1)}])
        found = connection.execute(select(beat.c.at).order_by(beat.c.name)).scalars().all()
    assert [at.isoformat() for at in found] == ["2025-10-26T00:30:00+00:00", "2025-10-26T01:30:00+00:00"]


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="aware"), database.begin() as connection:
        connection.execute(insert(beat).values(name="w", at=datetime(2026, 3, 11)))  # noqa: DTZ001


def test_json_keeps_numbers_as_they_were_written(database: Database) -> None:
    value = {"金额": Decimal("12.50"), "n": 3, "empty": None, "list": [True, "x"]}
    with database.begin() as connection:
        connection.execute(insert(setting).values(name="s", value=value))
    with database.read() as connection:
        assert connection.execute(select(setting.c.value)).scalar_one() == value


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as connection:
        connection.execute(insert(setting).values(name="s", value=1))
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(select(setting)).all() == []


def test_a_row_whose_key_is_there_already_is_left_as_it_is(database: Database) -> None:
    now = datetime(2026, 3, 11, tzinfo=UTC)
    row = {"id": "j", "kind": "start", "payload": {}, "state": "waiting", "created_at": now, "run_after": now}
    with database.begin() as connection:
        store.insert_new(connection, job, [{**row, "attempts": 1, "done_at": None}])
        store.insert_new(connection, job, [{**row, "attempts": 9, "done_at": None}])
        assert connection.execute(select(job.c.attempts)).scalar_one() == 1


def test_an_instance_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match="x1"), database.read() as connection:
        store.read_instance(connection, "x1")


def test_two_who_complete_one_step_at_once_do_it_once(runtime: Runtime) -> None:
    case = begin(runtime, ONE_STEP)
    task, ready, outcomes = case.task("a"), Barrier(2), []

    def act(number: int) -> None:
        ready.wait()
        try:
            runtime.complete(task, data={"by": number}, actor=CLERK, key=f"k{number}")
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [Thread(target=act, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["conflict", "done"]
    assert [entry.kind for entry in runtime.query.journal(case.id)] == ["started", "completed", "ended"]


def test_two_who_send_the_same_command_at_once_get_the_same_outcome(runtime: Runtime) -> None:
    case = begin(runtime, ONE_STEP)
    task, ready, outcomes = case.task("a"), Barrier(2), []

    def act() -> None:
        ready.wait()
        outcomes.append(runtime.complete(task, data={}, actor=CLERK, key="same"))

    threads = [Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 2
    assert outcomes[0] == outcomes[1]


def test_the_revision_grows_by_one_with_every_command(runtime: Runtime) -> None:
    case = begin(runtime, ONE_STEP)
    first = runtime.query.instance(case.id).revision
    case.do("a")
    with runtime.database.read() as connection:
        assert connection.execute(select(instance.c.revision)).scalar_one() == first + 1
