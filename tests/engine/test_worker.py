"""The tick: due timers, jobs, the sign of life; and two workers at once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import Database, Rung, RungRequest, Runtime
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed
from engine.handlers import Call
from engine.tables import beat, job
from engine.worker import Worker
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
WAITING = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)
ASKING = d.model(d.start(), d.handler("h", "ask"), d.step("a"), d.end(), d.chain("s", "h", "a", "e"), name="asking")
ANSWERING = d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), name="answering")


def minute(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)


def due_at_minute(request: RungRequest) -> list[Rung]:
    """Every case says in its data when its timer is due."""
    return [Rung("TT-01.1", "yellow", minute(int(request.case.data["minute"])))]


def start(runtime: Runtime, name: str, number: int, **data: Any) -> str:
    return runtime.start(
        name,
        business_key=f"C-{number}",
        district_code="370202",
        scope="housing",
        data=data,
        actor=CLERK,
        key=f"start:{name}:{number}",
    ).instance_id


def fired(office: Office) -> list[str]:
    return [call.case.instance.business_key for call in office.calls]


def test_a_tick_fires_what_is_due_in_the_order_in_which_it_fell_due(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    runtime.handlers.rungs = due_at_minute
    runtime.deploy(WAITING, by="designer")
    for number in (3, 1, 4, 2, 9):
        start(runtime, "p", number, minute=number)
    clock.move_to(minute(5))

    assert runtime.tick() == 4
    assert fired(office) == ["C-1", "C-2", "C-3", "C-4"]
    assert runtime.tick() == 0


def test_a_tick_takes_no_more_than_it_is_told_to(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    runtime.handlers.rungs = due_at_minute
    runtime.deploy(WAITING, by="designer")
    for number in range(5):
        start(runtime, "p", number, minute=number)
    clock.move_to(minute(5))

    assert [runtime.tick(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert fired(office) == [f"C-{number}" for number in range(5)]


def test_two_workers_at_once_fire_two_hundred_timers_once_each(database: Database, clock: VirtualClock) -> None:
    offices = (Office(), Office())
    runtimes = [Runtime(database, clock, office.handlers()) for office in offices]
    for runtime in runtimes:
        runtime.handlers.rungs = due_at_minute
    runtimes[0].deploy(WAITING, by="designer")
    cases = [start(runtimes[0], "p", number, minute=number) for number in range(200)]
    clock.move_to(minute(200))
    together, failures = threading.Barrier(2), list[Exception]()

    def work(runtime: Runtime) -> None:
        together.wait()
        try:
            while runtime.tick(limit=10):
                pass
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(runtime,)) for runtime in runtimes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    assert Counter(fired(offices[0]) + fired(offices[1])) == Counter(f"C-{number}" for number in range(200))
    timers = [timer for case in cases for timer in runtimes[0].query.timers(case)]
    assert {timer.state for timer in timers} == {"fired"}
    assert len(timers) == 200
    kinds = Counter(entry.kind for case in cases for entry in runtimes[0].query.journal(case))
    assert kinds["timer_fired"] == 200


def test_a_case_that_fails_leaves_one_incident_and_stops_nobody(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    def check(call: Call) -> None:
        if call.case.instance.business_key == "C-2":
            raise EvaluationFailed("expected better days, found this one", element=call.element)
        office.calls.append(call)

    runtime.handlers.rungs = due_at_minute
    runtime.handlers.register("rule_check", check)
    runtime.deploy(WAITING, by="designer")
    cases = [start(runtime, "p", number, minute=number) for number in range(5)]
    clock.move_to(minute(5))
    runtime.tick()
    clock.move_to(minute(10))
    runtime.tick()

    assert fired(office) == ["C-0", "C-1", "C-3", "C-4"]
    (incident,) = runtime.query.incidents()
    assert (incident.instance_id, incident.element, incident.attempts) == (cases[2], "rc", 1)
    assert [timer.state for timer in runtime.query.timers(cases[2])] == ["armed"]


def jobs(database: Database) -> list[tuple[str, int]]:
    with database.read() as connection:
        return [(row.state, row.attempts) for row in connection.execute(select(job.c.state, job.c.attempts))]


def asking(runtime: Runtime) -> None:
    """Every case of the model ``asking`` wants one of ``answering`` started."""

    def ask(call: Call) -> None:
        call.later.start(
            "answering",
            key=call.case.instance.id,
            business_key=f"for {call.case.instance.business_key}",
            district_code=call.case.instance.district_code,
            scope=call.case.instance.scope,
            data={},
            parent_id=call.case.instance.id,
        )

    runtime.handlers.register("ask", ask)
    runtime.deploy(ASKING, by="designer")


def test_a_job_runs_once(runtime: Runtime, database: Database) -> None:
    asking(runtime)
    runtime.deploy(ANSWERING, by="designer")
    parent = start(runtime, "asking", 1)
    assert runtime.query.instances(definition="answering") == []

    assert [runtime.tick(), runtime.tick()] == [1, 0]
    (child,) = runtime.query.instances(definition="answering")
    assert (child.business_key, child.parent_id) == ("for C-1", parent)
    assert jobs(database) == [("done", 0)]


def test_a_job_that_fails_is_tried_again_later(runtime: Runtime, database: Database, clock: VirtualClock) -> None:
    asking(runtime)
    start(runtime, "asking", 1)
    runtime.tick()
    assert jobs(database) == [("waiting", 1)]
    assert runtime.tick() == 0
    assert jobs(database) == [("waiting", 1)]  # its time has not come

    runtime.deploy(ANSWERING, by="designer")
    clock.advance(timedelta(minutes=1))
    assert runtime.tick() == 1
    assert jobs(database) == [("done", 1)]
    assert len(runtime.query.instances(definition="answering")) == 1


def test_a_job_that_always_fails_is_parked(runtime: Runtime, database: Database, clock: VirtualClock) -> None:
    asking(runtime)
    start(runtime, "asking", 1)
    for _ in range(8):
        runtime.tick()
        clock.advance(timedelta(minutes=5))

    assert jobs(database) == [("parked", 4)]


def test_the_worker_gives_a_sign_of_life(runtime: Runtime, database: Database, clock: VirtualClock) -> None:
    worker = Worker(runtime, "worker-1", log=lambda line: None)
    worker.tick()
    clock.advance(timedelta(seconds=7))
    worker.tick()

    with database.read() as connection:
        rows = connection.execute(select(beat)).all()
    assert [(row.name, row.at) for row in rows] == [("worker-1", MORNING + timedelta(seconds=7))]


def test_a_database_that_is_gone_does_not_end_the_worker(clock: VirtualClock) -> None:
    lines: list[str] = []
    database = Database("sqlite:////nowhere/at/all.db")
    Worker(Runtime(database, clock), "worker-1", log=lines.append).tick()
    database.dispose()

    assert len(lines) == 1
    assert lines[0].startswith("tick failed: ")


def test_the_worker_ends_when_it_is_told_to(runtime: Runtime) -> None:
    stop = threading.Event()
    stop.set()
    Worker(runtime, "worker-1", log=lambda line: None).run(stop)
