"""Whoever is killed at whatever moment: what was acknowledged is there once, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.crash import killed
from tests.campaigns.report import seed_of_run


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
