"""A small city through the real engine: what is found is what was planted, and loading twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import engine.tables
import monitors.tables
import webui.tables
from engine.clock import VirtualClock
from monitors import tables as t
from tests.conftest import create_tables
from webui.auth.credentials import CHEAP
from webui.config import Settings
from webui.demo import results, truth
from webui.demo.load import DAYS, LoadReport, load, plan_of, years_of
from webui.demo.logins import PASSWORD
from webui.demo.plan import Plan
from webui.demo.scores import score_hash
from webui.demo_logins import demo_logins
from webui.wiring import Application, build

TODAY = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
CASES = 20


@dataclass(frozen=True)
class City:
    app: Application
    report: LoadReport
    progress: list[tuple[int, int]]

    @property
    def plan(self) -> Plan:
        first = TODAY.astimezone(self.app.zone).date() - timedelta(days=DAYS)
        return plan_of(self.app, seed=1, cases=CASES, days=DAYS, first=first, until=TODAY)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        metadata = (engine.tables.metadata, monitors.tables.metadata, webui.tables.metadata)
        tables = [table for one in metadata for table in one.sorted_tables]
        with self.app.database.read() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
            }


def fresh(folder: Path) -> Application:
    settings: dict[str, Any] = {"database": f"sqlite:///{folder}/city.db", "secret_file": folder / "secret"}
    app = build(Settings(**settings), VirtualClock(TODAY), wall=VirtualClock(TODAY), hasher=CHEAP)
    create_tables(app.database)
    return app


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    app = fresh(tmp_path_factory.mktemp("city"))
    progress: list[tuple[int, int]] = []
    report = load(app, today=TODAY, cases=CASES, progress=lambda *step: progress.append(step))
    yield City(app, report, progress)
    app.database.dispose()


def test_every_act_is_accepted(city: City) -> None:
    assert city.report.refused == ()
    assert city.report.loaded
    assert city.report.acts == len(city.plan.acts)
    assert city.app.runtime.query.incidents() == []


def test_what_is_found_is_what_was_planted(city: City) -> None:
    planted, found = results.truth_rows(city.plan), results.finding_rows(city.app)
    assert truth.differences(planted, found) == ([], [])
    assert all(score.perfect for score in truth.compare(planted, found).values())
    assert {row["kind"] for row in planted} == {"expression", "four_eyes", "step_order", "time_limit"}
    assert len({row["rule"] for row in planted}) >= 8


def test_progress_is_told_to_the_end(city: City) -> None:
    assert city.progress[-1] == (city.report.acts, city.report.acts)


def test_files_were_handled(city: City) -> None:
    with city.app.database.read() as connection:
        closed = connection.execute(select(t.violation.c.state)).scalars().all()
        cards = connection.execute(select(t.card.c.state)).scalars().all()
        scores = connection.execute(select(t.score.c.period)).scalars().all()
    assert "closed" in closed
    assert cards
    assert set(scores) == {"2025", "2026"}
    assert city.app.runtime.query.tasks()


def test_everybody_may_sign_in_with_the_password_shown(city: City) -> None:
    logins = demo_logins(city.app)
    assert {login.password for login in logins} == {PASSWORD}
    assert {login.role for login in logins} >= {"clerk", "leader", "auditor", "administrator"}
    assert all(city.app.credentials.check(login.person, PASSWORD) for login in logins)


def test_loading_twice_changes_nothing(city: City) -> None:
    before, hashed = city.rows(), score_hash(city.app, years_of(city.app, city.plan))
    again = load(city.app, today=TODAY + timedelta(days=3), seed=2, cases=5)
    assert not again.loaded
    assert (again.cases, again.acts, again.warnings) == (CASES, city.report.acts, city.report.warnings)
    assert city.rows() == before
    assert score_hash(city.app, years_of(city.app, city.plan)) == hashed


class Interrupted(Exception):
    """Somebody pulled the plug."""


def test_an_interrupted_loading_goes_on(tmp_path: Path) -> None:
    app = fresh(tmp_path)

    def stop(done: int, of: int) -> None:
        if done == of // 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        load(app, today=TODAY, cases=3, progress=stop)
    report = load(app, today=TODAY + timedelta(hours=1), cases=3)
    first = TODAY.astimezone(app.zone).date() - timedelta(days=DAYS)
    planned = plan_of(app, seed=1, cases=3, days=DAYS, first=first, until=TODAY)
    assert report.refused == ()
    assert app.runtime.query.count(definition="administrative_approval") == 3
    assert truth.differences(results.truth_rows(planned), results.finding_rows(app)) == ([], [])
    app.database.dispose()
