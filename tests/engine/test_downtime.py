"""Three days without a worker: everything due is caught up as its drawing says, once, and its lateness told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engine import Database, Rung, RungRequest, Runtime
from engine.chains import ACTS
from engine.clock import cpu_seconds
from engine.tables import timer
from engine.watch import MOST, Account, account, overdue
from engine.worker import Worker
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office
from tests.engine.timer_rows import armed
from tests.steady import Machine

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
DOWN = timedelta(hours=72)
MINUTE = timedelta(minutes=1)


def model(name: str, catch_up: str) -> bytes:
    return d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
        *(d.timer("t", "a", "checkpoint", ref="TT-01", catch_up=catch_up), d.rule_check(), d.flow("t", "rc")),
        checkpoints=d.checkpoint("TT-01", amount="5"),
        name=name,
    )


def spread(request: RungRequest) -> list[Rung]:
    """Rungs over the three days, the last of them within the last minute."""
    apart = (DOWN - timedelta(seconds=30)) / (request.case.data["rungs"] - 1)
    return [Rung("TT-01.1", f"r{n}", MORNING + apart * n) for n in range(request.case.data["rungs"])]


def after_downtime(database: Database, cases: int, rungs: int) -> tuple[Runtime, Worker, Office, float]:
    """Half of the cases want each firing, half skip what is late; three days later a worker starts.

    Gives also the CPU seconds that it took to catch up.
    """
    machine, office = Machine(MORNING), Office()
    runtime = Runtime(database, machine.wall, office.handlers())
    runtime.handlers.rungs = spread
    for name, catch_up in (("each", "each"), ("skip", "skip")):
        runtime.deploy(model(name, catch_up), by="designer")
    for number in range(cases):
        runtime.start(
            ("each", "skip")[number % 2],
            business_key=f"C-{number}",
            district_code="370202",
            scope="housing",
            data={"rungs": rungs},
            actor=CLERK,
            key=f"start:{number}",
        )
    machine.passes(DOWN)
    worker = Worker(runtime, "worker-1", lambda line: None, machine.wall, machine.steady)
    before = cpu_seconds()
    worker.tick()
    return runtime, worker, office, cpu_seconds() - before


def check_that_all_was_caught_up(database: Database, cases: int, rungs: int) -> float:
    """The CPU seconds it took; raises AssertionError for the first thing that is not so."""
    runtime, _, office, seconds = after_downtime(database, cases, rungs)
    each, skip = cases // 2 * rungs, cases // 2
    with database.read() as connection:
        rows = connection.execute(select(timer.c.due, timer.c.state, timer.c.fired_at, timer.c.late_ms)).all()
        found = account(connection, MORNING, MORNING + DOWN)
    late = [(MORNING + DOWN - row.due) // timedelta(milliseconds=1) for row in rows]
    assert [row.late_ms for row in rows] == late
    assert Counter(row.state for row in rows) == {"fired": each + skip, "skipped": cases // 2 * (rungs - 1)}
    # A skipped one is the only one that did not fire.
    assert all((row.state == "fired") == (row.fired_at is not None) for row in rows)
    firings = Counter((call.case.instance.id, call.firing and call.firing.rung) for call in office.calls)
    assert len(firings) == each + skip and set(firings.values()) == {1}
    expected = Account(cases * rungs, each + skip, cases // 2 * (rungs - 1), 0, 0, cases * (rungs - 1), max(late))
    assert found == expected
    (entry,) = (entry for entry in runtime.query.journal(ACTS) if entry.kind == "caught_up")
    assert {name: entry.body[name] for name in ("expected", "fired", "skipped", "missing")} == {
        "expected": cases * rungs,
        "fired": each + skip,
        "missing": 0,
        "skipped": cases // 2 * (rungs - 1),
    }
    return seconds


def test_after_three_days_each_fires_once_or_is_skipped_as_declared(database: Database) -> None:
    """Five hundred here; ``make faults`` has ten thousand."""
    assert check_that_all_was_caught_up(database, cases=50, rungs=10) < 60


# --- the books


def fill(database: Database, *rows: dict[str, object]) -> None:
    plain = armed(due=MORNING, late_ms=None, lease_owner=None)
    with database.begin() as connection:
        connection.execute(timer.insert(), [plain | {"id": f"t{n}"} | row for n, row in enumerate(rows)])


def test_a_timer_is_overdue_only_past_the_tolerance(database: Database) -> None:
    fill(database, {}, {"due": MORNING + MINUTE}, {"state": "suspended", "due": None})
    with database.read() as connection:
        assert overdue(connection, MORNING + MINUTE).count == 0
        found = overdue(connection, MORNING + MINUTE + timedelta(microseconds=1))
    assert (found.count, found.oldest) == (1, MORNING)


def test_very_many_overdue_timers_are_not_counted_to_the_end(database: Database) -> None:
    fill(database, *({} for _ in range(MOST + 5)))
    with database.read() as connection:
        assert overdue(connection, MORNING + 9 * MINUTE).count == MOST


def test_the_books_name_what_is_missing(database: Database) -> None:
    fill(
        database,
        {"state": "fired", "late_ms": 60_000},
        {"state": "fired", "late_ms": 60_001},
        {"state": "skipped", "late_ms": 90_000},
        {"lease_owner": "incident"},
        {},
        {"state": "cancelled"},
        {"due": MORNING + MINUTE},
        {"due": MORNING - MINUTE, "state": "fired", "late_ms": 10**9},
    )
    with database.read() as connection:
        found = account(connection, MORNING, MORNING + MINUTE)
        assert account(connection, MORNING + 5 * MINUTE, MORNING + 9 * MINUTE) == Account(0, 0, 0, 0, 0, 0, 0)
    assert found == Account(expected=5, fired=2, skipped=1, held=1, missing=1, late=2, worst_ms=90_000)
