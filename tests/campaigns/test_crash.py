"""Whoever is killed at whatever moment: what was acknowledged is there once, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.crash import killed
from tests.campaigns.points import Work, deaths
from tests.campaigns.report import seed_of_run
from tests.campaigns.servers import fresh_postgres
from tests.engine.scenes import SCENES

SOME = ("a data checkpoint", "a rung in the worker", "a job that starts a case")


@pytest.fixture
def seed() -> str:
    seed = seed_of_run()
    print(f"JIANCHA_SEED={seed}")
    return seed


def test_twenty_kills_lose_and_double_nothing_on_sqlite(tmp_path: Path, seed: str) -> None:
    found, slowest = killed(tmp_path / "sqlite", None, 20, seed)
    assert found == []
    assert slowest <= 10


def test_twenty_kills_lose_and_double_nothing_on_postgresql(tmp_path: Path, seed: str, postgres_url: str) -> None:
    found, slowest = killed(tmp_path / "postgresql", postgres_url, 20, seed)
    assert found == []
    assert slowest <= 10


def test_a_journal_written_in_a_second_transaction_is_found_out(tmp_path: Path, seed: str) -> None:
    """The control."""
    found, _ = killed(tmp_path / "control", None, 12, seed, planted="journal")
    assert any(line.startswith("I6: the chain") or "0 entries in the journal" in line for line in found)


def test_a_command_that_dies_at_any_point_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    """One act, a timer in the worker, a job; all the others are part of ``make crash``."""
    scenes = [number for number, scene in enumerate(SCENES) if scene.name in SOME]
    for died, wrong in deaths([Work(scene, f"sqlite:///{tmp_path}/{scene}.db") for scene in scenes]):
        assert wrong == []
        assert died >= 10


def test_a_command_that_dies_on_postgresql_too(postgres_url: str) -> None:
    with fresh_postgres(postgres_url, "points") as url:
        ((died, wrong),) = deaths([Work(0, url, every=4)])
    assert wrong == []
    assert died >= 4


def test_a_death_between_two_transactions_is_found_out(tmp_path: Path) -> None:
    """The control."""
    ((_, wrong),) = deaths([Work(0, f"sqlite:///{tmp_path}/control.db", planted="journal")])
    assert any("half of it is stored" in line for line in wrong)
