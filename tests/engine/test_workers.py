"""Many workers at once, in processes of their own: every timer once, whoever is stopped, whatever he thinks he holds."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Database
from engine.timers import LEASE
from tests.engine.crew import AS_IN_THE_PRODUCT, Count, Helper, count, crew, fill, office, shares, time_passes

LONG_AGO = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def fired_by(database: Database, size: int, cases: int, rungs: int, **options: Any) -> tuple[Count, list[int]]:
    """What so many workers make of so many timers, and how many each fired."""
    fill(office(url_of(database)), cases, rungs, LONG_AGO, HOUR)
    with crew(url_of(database), size, **options) as helpers:
        for helper in helpers:
            helper.told()
        assert [helper.process.wait() for helper in helpers] == [0] * size
    return count(database), shares(database)


def test_four_workers_fire_ten_thousand_timers_once_each(postgres: Database) -> None:
    found, each = fired_by(postgres, 4, 1_000, 10)

    assert found == Count(armed=0, fired=10_000, effects=10_000, doubles=0, entries=10_000)
    assert sum(each) == 10_000 and len(each) == 4


def test_on_sqlite_two_workers_fire_two_thousand_once_each(sqlite_database: Database) -> None:
    """The product's own workers: only with their rests does the second come to the one lock of the database."""
    found, each = fired_by(sqlite_database, 2, 200, 10, limit=AS_IN_THE_PRODUCT)

    assert found == Count(armed=0, fired=2_000, effects=2_000, doubles=0, entries=2_000)
    assert sum(each) == 2_000 and len(each) == 2


def test_without_claims_a_timer_still_fires_once(database: Database) -> None:
    """The second defence: each firing looks, alone with its case, whether the timer is still armed."""
    found, _ = fired_by(database, 2, 20, 5, broken="unclaimed")

    assert found == Count(armed=0, fired=100, effects=100, doubles=0, entries=100)


def test_the_count_sees_doubles_where_both_defences_are_gone(database: Database) -> None:
    """The control: workers that claim nothing and forget what fired."""
    found, _ = fired_by(database, 2, 20, 1, broken="forgetful", limit=20)

    assert found.doubles == 20
    assert not found.exact


def state_of(process: int) -> str:
    """``T`` while it is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def stopped(helper: Helper) -> None:
    os.kill(helper.process.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, helper.process.pid, os.WSTOPPED)
    assert state_of(helper.process.pid) == "T"


def continued(helper: Helper) -> None:
    os.kill(helper.process.pid, signal.SIGCONT)
    os.waitid(os.P_PID, helper.process.pid, os.WCONTINUED)


@pytest.mark.parametrize("another_comes", [True, False], ids=["another fires", "nobody fires"])
def test_a_worker_stopped_past_its_lease_is_refused_when_it_goes_on(database: Database, another_comes: bool) -> None:
    runtime = office(url_of(database), moved=True)
    fill(runtime, 3, 2, LONG_AGO, HOUR)
    with crew(url_of(database), 1, asks=True) as (helper,):
        helper.told()
        assert helper.hears() == "next?"  # it holds the claim on all six, and has fired none
        stopped(helper)
        time_passes(database, LEASE)
        if another_comes:
            assert runtime.tick() == 6
        continued(helper)
        for _ in range(3):
            helper.told()
            assert helper.hears() == "next?"
        before_more = count(database)
        helper.told("stop")
        result = helper.result()

    assert result == {"fired": 0, "refused": 3}
    assert before_more.fired == (6 if another_comes else 0)
    runtime.tick()
    assert count(database) == Count(armed=0, fired=6, effects=6, doubles=0, entries=6)


def test_a_worker_stopped_for_less_than_its_lease_goes_on_with_what_it_holds(database: Database) -> None:
    fill(office(url_of(database)), 1, 2, LONG_AGO, HOUR)
    with crew(url_of(database), 1, asks=True) as (helper,):
        helper.told()
        helper.hears()
        stopped(helper)
        time_passes(database, LEASE - timedelta(seconds=10))
        continued(helper)
        helper.told()
        helper.hears()
        helper.told("stop")
        assert helper.result() == {"fired": 2, "refused": 0}
