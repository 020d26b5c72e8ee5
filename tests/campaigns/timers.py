"""R6, R8 and the midnight: workers that are stopped past their lease, three days of downtime, a clerk beside much work.

``python -m tests.campaigns.timers [STOPS [TIMERS [STEPS]]]``, on each database. ``JIANCHA_SEED`` repeats a run;
the wall figures of the last row are those of the machine.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

from engine import Database
from engine.clock import monotonic
from tests.campaigns.others import failures
from tests.campaigns.report import Report, seed_of_run
from tests.campaigns.servers import fresh_postgres, postgres
from tests.conftest import create_tables
from tests.engine.conftest import CLERK
from tests.engine.crew import AS_IN_THE_PRODUCT, Helper, count, crew, fill, office
from tests.engine.test_downtime import check_that_all_was_caught_up

STOPS, TIMERS, STEPS = 200, 10_000, 400
LONG_AGO = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = 0.4  # seconds
BUDGET_MS = 200  # for a clerk's step, at p95


def stopped(url: str, seed: str, stops: int, timers: int, broken: str = "") -> tuple[list[str], int]:
    """Four workers, one of which is stopped past its lease now and then: what is wrong at the end, and refusals."""
    dice, pause = Random(seed), Event()
    fill(office(url), timers // 10, 10, LONG_AGO, HOUR)
    with crew(url, 4, lease=LEASE, broken=broken) as helpers:
        for helper in helpers:
            helper.told()
        for _ in range(stops):
            running = [helper for helper in helpers if helper.process.poll() is None]
            if not running:
                break
            _sleep_of(dice.choice(running), pause, dice.uniform(LEASE, 2 * LEASE))
            pause.wait(dice.uniform(0, LEASE / 4))
        refused = sum(helper.result()["refused"] for helper in helpers)
    runtime = office(url)
    pause.wait(LEASE)
    while runtime.tick():
        pass
    found = count(runtime.database)
    right = found.exact and found.fired == timers
    return [] if right else [f"expected {timers} firings and no second, found {found}"], refused


def _sleep_of(helper: Helper, pause: Event, seconds: float) -> None:
    os.kill(helper.process.pid, signal.SIGSTOP)
    pause.wait(seconds)
    os.kill(helper.process.pid, signal.SIGCONT)


def midnight(url: str, timers: int, steps: int) -> list[float]:
    """Milliseconds of each clerk's step while a worker fires what fell due at one instant, in order of size."""
    runtime, pause = office(url), Event()
    fill(runtime, timers, 1, LONG_AGO, HOUR)
    far = [datetime(2099, 1, 1, tzinfo=UTC).isoformat()]
    tasks = [
        runtime.start(
            "p",
            business_key=f"K-{number}",
            district_code="370203",
            scope="water",
            data={"dues": far},
            actor=CLERK,
            key=f"k:{number}",
        ).tasks[0]
        for number in range(steps)
    ]
    found = []
    with crew(url, 1, limit=AS_IN_THE_PRODUCT) as (helper,):
        helper.told()
        for task in tasks:
            pause.wait(0.02)
            begun = monotonic()
            runtime.complete(task, data={}, actor=CLERK, key=f"c:{task}")
            found.append(1000 * (monotonic() - begun))
        assert count(runtime.database).armed > steps, "the work ended before the clerk did: give it more timers"
    return sorted(found)


def main() -> int:
    given = [int(text) for text in sys.argv[1:]]
    stops, timers, steps = (*given, *(STOPS, TIMERS, STEPS)[len(given) :])
    report = Report("timers", seed_of_run())
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        add_rows(report, Path(folder), server, stops, timers, steps)
    return report.close()


def add_rows(report: Report, folder: Path, server: str, stops: int, timers: int, steps: int) -> None:
    """All of it, on each database."""
    for kind in ("SQLite", "PostgreSQL"):
        with _place(kind, folder, server, "stops") as url:
            wrong, refused = stopped(url, report.seed, stops, timers)
        report.row(f"R6 {kind}", stops, wrong, f"{timers:,} timers, 4 workers, {refused} late firings refused")
        with _place(kind, folder, server, "control") as url:
            wrong, _ = stopped(url, report.seed, 0, 100, broken="forgetful")
        report.control(f"R6 {kind}", "claims and fired rows forgotten", wrong)
        with _place(kind, folder, server, "downtime") as url:
            seconds = check_that_all_was_caught_up(Database(url), timers // 10, 10)
        report.row(f"R8 {kind}", timers, [], f"down for 72 h, caught up in {seconds:.1f} s of CPU")
        control = "tests/engine/test_downtime.py::test_the_books_name_what_is_missing"
        report.passed(f"R8 {kind}", "books with something missing", failures((control,), report.seed))
        with _place(kind, folder, server, "midnight") as url:
            found = midnight(url, timers, steps)
        p95 = found[int(len(found) * 0.95)]
        slow = [f"a step took {p95:.0f} ms at p95"] if p95 >= BUDGET_MS else []
        report.row(f"midnight {kind}", steps, slow, f"p50 {found[len(found) // 2]:.0f} ms, p95 {p95:.0f} ms")


@contextmanager
def _place(kind: str, folder: Path, server: str, name: str) -> Iterator[str]:
    """An empty database with its tables."""
    if kind == "SQLite":
        url = f"sqlite:///{folder}/{name}.db"
        create_tables(Database(url))
        yield url
        return
    with fresh_postgres(server, f"timers_{name}") as url:
        create_tables(Database(url))
        yield url


if __name__ == "__main__":
    sys.exit(main())
