"""An office of supervision on SQLite; its models are deployed once and the file is copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Database
from tests.conftest import create_tables
from tests.monitors.handling.office import Office


@pytest.fixture(scope="session")
def drawn_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("supervision") / "drawn.db"
    database = Database(f"sqlite:///{path}")
    create_tables(database)
    Office(database).drawn()
    database.dispose()
    return path


@pytest.fixture
def office(drawn_models: Path, tmp_path: Path) -> Iterator[Office]:
    """It is Thursday, 12 March 2026, 10:00."""
    shutil.copy(drawn_models, tmp_path / "office.db")
    database = Database(f"sqlite:///{tmp_path}/office.db")
    yield Office(database)
    database.dispose()
