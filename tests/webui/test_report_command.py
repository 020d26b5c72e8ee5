"""``jiancha report``: the headline and any report as a file, of the record of twenty cases."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import is_zipfile

import pytest
from click.testing import CliRunner, Result

from engine import Database
from tests.monitors.statistics.record import enter
from webui import schema
from webui.cli import main

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database of this release's schema with the record in it."""
    found = f"sqlite:///{tmp_path}/city.db"
    database = Database(found)
    schema.upgrade(database)
    enter(database)
    database.dispose()
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments])


def test_the_headline_is_one_document_of_five_keys(url: str) -> None:
    found = run("headline", *MARCH, "--json", "--database", url)
    assert json.loads(found.stdout) == {
        "cases": 19,
        "warnings": 8,
        "speed_up": 0.5857,
        "on_the_spot": 0.2143,
        "satisfaction": 0.75,
    }
    whole = json.loads(run("headline", "--json", "--database", url).stdout)
    assert (whole["cases"], whole["warnings"]) == (20, 9)
    nothing = json.loads(run("headline", "--to", "2020-01-01", "--json", "--database", url).stdout)
    assert nothing == {"cases": 0, "warnings": 0, "speed_up": None, "on_the_spot": None, "satisfaction": None}

    told = run("headline", *MARCH, "--database", url).stdout
    assert "平均提速 Mean speed-up: 0.5857  (8.2 / 14)" in told


def test_a_report_is_written_as_a_file(url: str, tmp_path: Path) -> None:
    out = tmp_path / "ledger"
    assert run("export", "warnings", *MARCH, "--format", "xlsx", "--out", str(out), "--database", url).exit_code == 0
    assert is_zipfile(out)
    ledger = run("export", "warnings", *MARCH, "--district", "370203", "--database", url).stdout_bytes.decode()
    assert ledger.startswith("\ufeff编号,") and len(ledger.splitlines()) == 3


def test_what_is_asked_wrongly_is_said(url: str) -> None:
    assert run("headline", "--from", "March").exit_code == 2
    assert run("export", "nothing", "--database", url).exit_code == 2
    backwards = run("headline", "--from", "2026-04-01", "--to", "2026-03-01", "--database", url)
    assert backwards.exit_code == 1 and "first day" in backwards.stderr
