"""What ``make faults`` does at length, a little of each, with the control that must find something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.away import cut, ended, restarted
from tests.campaigns.busy import busy
from tests.campaigns.full import KINDS, full, may_mount
from tests.campaigns.migrating import migrated
from tests.campaigns.planted import DEFERRED, NEW_KEYS


@pytest.mark.parametrize("kind", KINDS)
def test_without_space_nothing_is_half_written_and_with_space_all_goes_on(tmp_path: Path, kind: str) -> None:
    if kind == "disk" and not may_mount():
        pytest.skip("mounting a small disk takes root")
    found = full(tmp_path, kind, 1, "1")
    assert found.found == []
    assert found.refused >= 5
    assert found.slowest < 1


def test_a_journal_written_afterwards_is_lost_when_there_is_no_space(tmp_path: Path) -> None:
    """The control."""
    found = full(tmp_path, "pages", 2, "2", "journal").found
    assert any("has 0 entries in the journal" in line for line in found)


def test_eight_writers_wait_for_a_lock_of_three_seconds_and_nobody_is_refused(tmp_path: Path) -> None:
    found = busy(tmp_path / "busy", 80, "1")
    assert found.found == []
    assert found.writes > 20


def test_transactions_that_begin_deferred_are_refused(tmp_path: Path) -> None:
    """The control."""
    found = busy(tmp_path / "busy", 80, "1", DEFERRED).found
    assert any("database is locked" in line for line in found)


def test_whose_commit_was_cut_off_asks_again_and_doubles_nothing(tmp_path: Path, postgres_url: str) -> None:
    assert cut(tmp_path / "cut", postgres_url, 20, "1") == (20, [])


def test_with_another_key_it_would_be_doubled(tmp_path: Path, postgres_url: str) -> None:
    """The control."""
    _, found = cut(tmp_path / "cut_control", postgres_url, 40, "1", NEW_KEYS)
    assert any("has 2 entries in the journal" in line or "started 2 cases" in line for line in found)


def test_sessions_that_an_administrator_ends_lose_nothing(tmp_path: Path, postgres_url: str) -> None:
    assert ended(tmp_path / "ended", postgres_url, 8, "1") == []


def test_a_server_that_is_restarted_at_once_loses_nothing(tmp_path: Path, postgres_url: str) -> None:
    """On a server of its own, but only where there is one."""
    assert restarted(tmp_path / "restarted", 2, "1") == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_upgrade_that_is_killed_has_happened_or_has_not(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    server = None if kind == "sqlite" else request.getfixturevalue("postgres_url")
    assert migrated(tmp_path / f"up_{kind}", server, 200, 2, "1") == []


def test_rows_that_an_upgrade_loses_are_missed(tmp_path: Path) -> None:
    """The control."""
    assert any("history" in line for line in migrated(tmp_path / "lost", None, 50, 1, "1", loses=True))
