"""Whose timer it is to fire: claims, fences, and holders that come back too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from engine import Database, Rung, RungRequest, Runtime
from engine.clock import VirtualClock, cpu_seconds
from engine.errors import Conflict, StaleLease
from engine.handlers import Call
from engine.tables import timer
from engine.timers import LEASE, Alone, Lease, claim, fire_claimed
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office
from tests.engine.timer_rows import armed

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
WAITING = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)


class Notebook:
    """A foreman who writes down what he is told, and says stop after so many commands."""

    def __init__(self, name: str = "worker-1", stop_after: int = 1_000) -> None:
        self.name, self.left, self.refusals = name, stop_after, list[StaleLease]()

    def go_on(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def refused(self, error: StaleLease) -> None:
        self.refusals.append(error)


def due_at_minute(request: RungRequest) -> list[Rung]:
    number = int(request.case.data["minute"])
    return [Rung("TT-01.1", "yellow", MORNING + timedelta(minutes=number))]


@pytest.fixture
def cases(runtime: Runtime, clock: VirtualClock) -> list[str]:
    """Five cases whose timers are due at the minutes 0 to 4; it is minute 5."""
    runtime.handlers.rungs = due_at_minute
    runtime.deploy(WAITING, by="designer")
    found = [start(runtime, number) for number in range(5)]
    clock.advance(timedelta(minutes=5))
    return found


def start(runtime: Runtime, number: int) -> str:
    return runtime.start(
        "p",
        business_key=f"C-{number}",
        district_code="370202",
        scope="housing",
        data={"minute": number},
        actor=CLERK,
        key=f"start:{number}",
    ).instance_id


def claimed(runtime: Runtime, owner: str, limit: int = 100) -> list[Lease]:
    with runtime.database.begin() as connection:
        return claim(connection, runtime.clock.now(), limit, owner)


def stored(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        query = select(*(timer.c[name] for name in columns)).order_by(timer.c.due)
        return [tuple(row) for row in connection.execute(query)]


def test_a_claim_takes_the_timers_due_first_and_counts_up_their_fences(runtime: Runtime, cases: list[str]) -> None:
    leases = claimed(runtime, "worker-1", limit=2)

    assert [lease.instance_id for lease in leases] == cases[:2]
    assert stored(runtime.database, "lease_owner", "fence") == [("worker-1", 1)] * 2 + [(None, 0)] * 3
    assert [lease.instance_id for lease in claimed(runtime, "worker-2")] == cases[2:]
    assert claimed(runtime, "worker-3") == []


def test_a_lease_that_ran_out_is_anyones(runtime: Runtime, cases: list[str], clock: VirtualClock) -> None:
    claimed(runtime, "worker-1")
    clock.advance(LEASE)

    (lease, *rest) = claimed(runtime, "worker-2")
    assert (lease.owner, len(rest), set(lease.fences.values())) == ("worker-2", 4, {2})


def test_a_firing_gives_its_timers_back(runtime: Runtime, cases: list[str]) -> None:
    (lease, *_) = claimed(runtime, "worker-1", limit=1)
    runtime.fire_due(lease.instance_id, lease=lease)

    assert stored(runtime.database, "state", "lease_owner", "lease_until")[0] == ("fired", None, None)


def test_a_holder_who_slept_past_the_lease_is_refused_though_nobody_else_came(
    runtime: Runtime, office: Office, cases: list[str], clock: VirtualClock
) -> None:
    (lease, *_) = claimed(runtime, "worker-1", limit=1)
    clock.advance(LEASE)
    with pytest.raises(StaleLease, match="found that of 0"):
        runtime.fire_due(lease.instance_id, lease=lease)

    assert stored(runtime.database, "state")[0] == ("armed",)
    assert [entry.kind for entry in runtime.query.journal(cases[0])] == ["started"]
    assert runtime.query.incidents() == []
    assert runtime.tick() == 5  # and somebody fires it, once
    assert sorted(c.case.instance.business_key for c in office.calls)[1:] == [f"C-{n}" for n in range(5)]


def test_a_holder_who_falls_asleep_while_he_fires_is_refused(
    runtime: Runtime, cases: list[str], clock: VirtualClock
) -> None:
    """The claim was good when the firing began, and is looked at last."""

    def fall_asleep(call: Call) -> None:
        clock.advance(LEASE)

    runtime.handlers.register("rule_check", fall_asleep)
    (lease, *_) = claimed(runtime, "worker-1", limit=1)
    with pytest.raises(StaleLease):
        runtime.fire_due(lease.instance_id, lease=lease)

    assert stored(runtime.database, "state")[0] == ("armed",)


def test_a_holder_whose_timer_was_claimed_anew_is_refused_whatever_his_clock_says(
    runtime: Runtime, cases: list[str], clock: VirtualClock
) -> None:
    (old, *_) = claimed(runtime, "worker-1", limit=1)
    clock.advance(LEASE)
    (new, *_) = claimed(runtime, "worker-2", limit=1)
    clock.move_to(clock.now() - LEASE)
    with pytest.raises(StaleLease):
        runtime.fire_due(old.instance_id, lease=old)

    assert new.instance_id == old.instance_id
    assert len(runtime.fire_due(new.instance_id, lease=new).fired) == 1


def test_a_worker_of_the_same_name_is_told_apart_by_the_fence(
    runtime: Runtime, cases: list[str], clock: VirtualClock
) -> None:
    (old, *_) = claimed(runtime, "worker-1", limit=1)
    clock.advance(LEASE)
    claimed(runtime, "worker-1", limit=1)
    with pytest.raises(StaleLease):
        runtime.fire_due(old.instance_id, lease=old)


def test_a_case_that_a_clerk_was_faster_with_is_no_stale_lease(runtime: Runtime, cases: list[str]) -> None:
    (lease, *_) = claimed(runtime, "worker-1", limit=1)
    (task,) = runtime.query.tasks(instance_id=cases[0])
    assert len(runtime.complete(task.id, data={}, actor=CLERK, key="k").fired) == 1

    assert runtime.fire_due(lease.instance_id, lease=lease).fired == ()


def test_refusals_are_told_and_stop_nobody(
    runtime: Runtime, office: Office, cases: list[str], clock: VirtualClock
) -> None:
    def doze(call: Call) -> None:
        if call.case.instance.business_key == "C-1" and not foreman.refusals:
            clock.advance(LEASE)
        office.calls.append(call)

    runtime.handlers.register("rule_check", doze)
    foreman = Notebook()
    assert runtime.tick(2, foreman) == 1
    assert [error.facts["instance"] for error in foreman.refusals] == [cases[1]]
    assert [error.facts["owner"] for error in foreman.refusals] == ["worker-1"]
    assert runtime.tick(foreman=foreman) == 4


def test_who_is_told_to_stop_finishes_the_command_in_hand_and_gives_the_rest_back(
    runtime: Runtime, office: Office, cases: list[str]
) -> None:
    assert runtime.tick(foreman=Notebook(stop_after=2)) == 2

    assert len(office.calls) == 2
    assert stored(runtime.database, "state", "lease_owner") == [("fired", None)] * 2 + [("armed", None)] * 3
    assert runtime.tick() == 3


def test_what_others_claimed_meanwhile_is_not_given_back(
    runtime: Runtime, cases: list[str], clock: VirtualClock
) -> None:
    (old, *_) = claimed(runtime, "worker-1", limit=1)
    clock.advance(LEASE)
    claimed(runtime, "worker-2", limit=1)
    with runtime.database.begin() as connection:
        old.release(connection)

    assert stored(runtime.database, "lease_owner")[0] == ("worker-2",)


def test_a_stale_lease_is_a_conflict_and_no_incident(runtime: Runtime) -> None:
    assert issubclass(StaleLease, Conflict)


def test_looking_for_due_timers_reads_the_index_and_never_the_table(runtime: Runtime, database: Database) -> None:
    """With many timers open and none due; the plan is that of the statement a tick runs."""
    fill(database, 5_000)
    looks: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        looks.extend([(statement, parameters)] if "FROM timer" in statement else [])

    event.listen(database.engine, "before_cursor_execute", note)
    assert runtime.tick() == 0
    event.remove(database.engine, "before_cursor_execute", note)
    ((statement, parameters),) = looks
    with database.begin() as connection:
        connection.execute(text("analyze timer"))
        explain = "explain query plan " if database.is_sqlite else "explain "
        plan = str(connection.exec_driver_sql(explain + statement, parameters).all())
    assert "timer_due" in plan, plan


def test_looking_at_a_hundred_thousand_open_timers_takes_less_than_a_millisecond(
    sqlite_database: Database, clock: VirtualClock
) -> None:
    runtime = Runtime(sqlite_database, clock)
    fill(sqlite_database, 100_000)
    runtime.tick()
    before = cpu_seconds()
    for _ in range(200):
        fire_claimed(runtime, 100, Alone())
    assert (cpu_seconds() - before) / 200 < 0.001


def fill(database: Database, count: int) -> None:
    """That many armed timers, due from tomorrow on."""
    rows = [armed(id=f"t{n}", due=MORNING + timedelta(days=1, seconds=n)) for n in range(count)]
    with database.begin() as connection:
        connection.execute(timer.insert(), rows)
