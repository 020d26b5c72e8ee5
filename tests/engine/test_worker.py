"""The tick: due timers, jobs, the sign of life; and two workers at once."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import Database, Rung, RungRequest, Runtime
from engine.chains import ACTS
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed
from engine.handlers import Call
from engine.model import JournalEntry
from engine.tables import job
from engine.watch import Beat, beats, give_beat
from engine.worker import Worker
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office
from tests.steady import Machine

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


@dataclass
class Post:
    """A worker on a machine of its own, whose clock is also the product's."""

    machine: Machine
    runtime: Runtime
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worker = Worker(self.runtime, "worker-1", self.lines.append, self.machine.wall, self.machine.steady)

    def tick_after(self, span: timedelta) -> None:
        self.machine.passes(span)
        self.worker.tick()

    def beats(self) -> list[Beat]:
        with self.runtime.database.read() as connection:
            return beats(connection)

    def notices(self) -> list[tuple[str, str, float]]:
        """What the product's journal says of the clock."""
        return [(entry.kind, entry.actor, float(entry.body["seconds"])) for entry in self.entries("clock")]

    def entries(self, kind: str) -> list[JournalEntry]:
        return [entry for entry in self.runtime.query.journal(ACTS) if entry.kind == kind]


@pytest.fixture
def post(database: Database, office: Office) -> Post:
    machine = Machine(MORNING)
    runtime = Runtime(database, machine.wall, office.handlers())
    runtime.handlers.rungs = due_at_minute
    return Post(machine, runtime)


def waiting(post: Post, *minutes: int) -> None:
    """Cases whose timers are due so many minutes after the morning."""
    post.runtime.deploy(WAITING, by="designer")
    for number in minutes:
        start(post.runtime, "p", number, minute=number)


SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_the_worker_gives_a_sign_of_life_each_tick(post: Post) -> None:
    post.worker.tick()
    post.tick_after(7 * SECOND)

    assert post.beats() == [Beat("worker-1", MORNING + 7 * SECOND, MORNING, timedelta(), 0)]


def test_a_database_that_is_gone_does_not_end_the_worker() -> None:
    lines: list[str] = []
    machine = Machine(MORNING)
    database = Database("sqlite:////nowhere/at/all.db")
    worker = Worker(Runtime(database, machine.wall), "worker-1", lines.append, machine.wall, machine.steady)
    worker.tick()
    machine.passes(31 * SECOND)
    database.dispose()

    assert len(lines) == 1
    assert lines[0].startswith("tick failed: ")
    assert not worker.healthy


def test_the_worker_ends_when_it_is_told_to_and_signs_off(post: Post) -> None:
    post.worker.tick()
    stop = threading.Event()
    stop.set()
    post.worker.run(stop)

    assert post.beats() == []


def test_a_worker_that_ends_forgets_those_that_died_long_ago_and_no_others(post: Post) -> None:
    for name, hours in (("long dead", 25), ("died today", 23)):
        with post.runtime.database.begin() as connection:
            give_beat(connection, Beat(name, MORNING - hours * HOUR, None, timedelta(), 0))
    stop = threading.Event()
    stop.set()
    post.worker.run(stop)

    assert [beat.name for beat in post.beats()] == ["died today"]


def test_told_to_stop_amid_much_work_it_finishes_the_command_in_hand(post: Post, office: Office) -> None:
    """And the rest belongs to the next worker at once, not after the lease."""
    waiting(post, *range(6))
    post.machine.passes(timedelta(minutes=10))
    stop, calls = threading.Event(), office.calls

    def check(call: Call) -> None:
        calls.append(call)
        if len(calls) == 2:
            stop.set()
            assert post.worker.stopping.wait(30)

    post.runtime.handlers.register("rule_check", check)
    running = threading.Thread(target=post.worker.run, args=(stop,))
    running.start()
    running.join(30)

    assert len(calls) == 2
    assert post.runtime.tick() == 4


def test_after_a_time_without_workers_the_books_are_closed(post: Post, office: Office) -> None:
    """What was expected, what fired, and how late: in the product's journal."""
    waiting(post, 1, 2, 3, 60 * 71 + 59)
    post.tick_after(72 * HOUR)

    assert len(office.calls) == 4
    (entry,) = post.entries("caught_up")
    assert entry.body["since"] == (MORNING + timedelta(minutes=1)).isoformat()
    told = {name: entry.body[name] for name in ("expected", "fired", "skipped", "held", "missing", "late", "worst_ms")}
    assert told == {
        "expected": 4,
        "fired": 4,
        "skipped": 0,
        "held": 0,
        "missing": 0,
        "late": 3,
        "worst_ms": (72 * 60 - 1) * 60_000,
    }
    post.tick_after(timedelta(minutes=1))
    assert len(post.entries("caught_up")) == 1


# --- somebody sets the clock


def test_while_the_clock_stands_far_ahead_nothing_is_fired(post: Post, office: Office) -> None:
    waiting(post, 1, 30)
    post.worker.tick()
    post.machine.is_set(HOUR)
    post.tick_after(SECOND)
    post.tick_after(SECOND)

    assert office.calls == []
    assert [beat.ahead for beat in post.beats()] == [HOUR] and not post.worker.healthy
    assert len(post.lines) == 1 and "nothing is fired" in post.lines[0]
    assert post.notices() == [("clock", "worker-1", 3600.0)]


def test_a_clock_that_is_set_back_to_what_it_was_ends_the_hold(post: Post, office: Office) -> None:
    waiting(post, 1, 30)
    post.worker.tick()
    post.machine.is_set(HOUR)
    post.tick_after(SECOND)
    post.machine.is_set(-HOUR)
    post.tick_after(timedelta(minutes=2))

    assert fired(office) == ["C-1"]
    assert post.worker.healthy
    assert [seconds for *_, seconds in post.notices()] == [3600.0, -3600.0]


def test_who_has_looked_at_the_clock_starts_the_worker_anew(post: Post, office: Office) -> None:
    waiting(post, 30)
    post.worker.tick()
    post.machine.is_set(HOUR)
    post.tick_after(SECOND)
    Worker(post.runtime, "worker-2", print, post.machine.wall, post.machine.steady).tick()

    assert fired(office) == ["C-30"]


def test_a_small_correction_of_the_clock_holds_nothing(post: Post, office: Office) -> None:
    waiting(post, 4)
    post.worker.tick()
    post.machine.is_set(timedelta(minutes=5))
    post.tick_after(SECOND)

    assert fired(office) == ["C-4"]
    assert post.notices() == []


def test_time_that_merely_passes_is_no_jump_however_much(post: Post, office: Office) -> None:
    waiting(post, 30)
    post.worker.tick()
    post.tick_after(72 * HOUR)

    assert fired(office) == ["C-30"]


def test_a_clock_set_back_fires_nothing_twice_and_is_written_down(post: Post, office: Office) -> None:
    waiting(post, 1, 90)
    post.tick_after(timedelta(minutes=2))
    post.machine.is_set(-HOUR)
    for _ in range(3):
        post.tick_after(timedelta(minutes=1))

    assert fired(office) == ["C-1"]
    assert post.notices() == [("clock", "worker-1", -3600.0)]
    post.tick_after(3 * HOUR)
    assert fired(office) == ["C-1", "C-90"]
