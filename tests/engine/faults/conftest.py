"""An engine of ours for each test, over a copy of one empty database; and a clock for Spiff."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions import timer

from engine import Database
from engine.clock import VirtualClock
from tests.conftest import create_tables
from tests.engine.faults.canary import SONGS
from tests.engine.faults.ours import Ours

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


class SpiffClock(datetime):
    """The clock that Spiff's timers read, standing still until ``time`` is set."""

    time = NOON

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.time.astimezone(tz)


@pytest.fixture(autouse=True)
def _silence() -> None:
    SONGS.clear()


@pytest.fixture
def spiff_clock(monkeypatch: pytest.MonkeyPatch) -> type[SpiffClock]:
    monkeypatch.setattr(timer, "datetime", SpiffClock)
    monkeypatch.setattr(SpiffClock, "time", NOON)
    return SpiffClock


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("faults") / "empty.db"
    database = Database(f"sqlite:///{file}")
    create_tables(database)
    database.dispose()
    return file


@pytest.fixture
def ours(empty_database: Path, tmp_path: Path, clock: VirtualClock) -> Iterator[Ours]:
    shutil.copy(empty_database, tmp_path / "ours.db")
    database = Database(f"sqlite:///{tmp_path}/ours.db")
    yield Ours(database, clock)
    database.dispose()
