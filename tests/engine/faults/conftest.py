"""An engine of ours for each test, over a copy of one empty database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Database
from engine.clock import VirtualClock
from tests.conftest import create_tables
from tests.engine.faults.ours import Ours


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
