"""``jiancha datasets``, and the worker that matches sets after a load."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.clock import VirtualClock
from engine.db import Database
from tests.campaigns import datasets as campaign
from tests.conftest import create_tables
from tests.monitors.setchecks.registry import HEADERS, Registry, pension
from tests.monitors.town import Town
from webui import schema
from webui.cli import main
from webui.config import Settings
from webui.matching import Matcher
from webui.wiring import build

GOOD, BAD = pension("Y-1", "p-1"), pension("Y-2", "p-2", paid="x")


@pytest.fixture
def town(tmp_path: Path, clock: VirtualClock) -> Town:
    database = Database(f"sqlite:///{tmp_path}/town.db")
    schema.upgrade(database)
    found = Town(database, clock)
    Registry(found)
    return found


def sheet(tmp_path: Path, set: str, *lines: str) -> str:
    path = tmp_path / f"{set}.csv"
    path.write_text("\n".join((HEADERS[set], *lines, "")), encoding="gb18030")
    return str(path)


def asked(town: Town, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["datasets", *arguments, "--database", str(town.database.url)])


def entered(town: Town, name: str, path: str, by: str = "wang") -> Result:
    return asked(town, "load", name, path, "--by", by, "--source", "民政局")


def test_a_file_is_looked_over_loaded_and_matched(town: Town, tmp_path: Path) -> None:
    payments = sheet(tmp_path, "pensions", GOOD, BAD)
    looked = asked(town, "check", "pensions", payments)
    assert looked.exit_code == 1 and "line 3, paid: expected an amount such as 1234.50, found 'x'" in looked.output
    done = entered(town, "pensions", payments)
    assert done.exit_code == 0 and "new 1  corrected 0  unchanged 0  refused 1" in done.output
    assert entered(town, "deaths", sheet(tmp_path, "deaths", "p-1,2026-08-31")).exit_code == 0
    matched = asked(town, "match", "pension_check", "--by", "wang", "--json")
    (told,) = json.loads(matched.stdout)
    assert (told["hits"], told["quiet"]) == (1, 0) and "peers" in told["refused"][0] and matched.exit_code == 1
    assert "pensions  养老金发放 Pension payments  key person, day paid_on" in asked(town, "list").output


def test_only_who_may_load_does(town: Town, tmp_path: Path) -> None:
    done = entered(town, "pensions", sheet(tmp_path, "pensions", GOOD), by="clerk")
    assert done.exit_code == 1 and "expected a person with the role supervisor, found clerk" in done.output


def test_the_worker_matches_after_a_load_and_once_a_day(tmp_path: Path, clock: VirtualClock) -> None:
    app = build(Settings(database=f"sqlite:///{tmp_path}/w.db"), clock, wall=clock)
    create_tables(app.database)
    town = Town(app.database, clock)
    registry = Registry(town)
    registry.load("deaths", "p-1,2026-08-31")
    registry.load("pensions", GOOD, pension("Y-2", "p-2"))
    assert {name: one.warnings for name, one in Matcher(app).look().items()} == {
        "pension_check": 1,
        "purchase_check": 0,
    }
    assert Matcher(app).look() == {}
    registry.load("pensions", pension("Y-3", "p-1"))
    assert Matcher(app).look()["pension_check"].warnings == 1
    clock.advance(timedelta(days=1))
    assert Matcher(app).look()["pension_check"].warnings == 0
    app.database.dispose()


def test_the_campaign_finds_what_was_planted_and_its_control_does_not(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = campaign.run(str(database.url.render_as_string(hide_password=False)), tmp_path, 400, 10)
    assert (found.wrong, found.warnings) == ([], 10)


def test_a_rule_that_forgets_the_day_is_seen_by_the_campaign(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = campaign.drawn().replace(b"row.paid_on", b'date("2099-12-31")')
    monkeypatch.setattr(campaign, "drawn", lambda: drawn)
    assert campaign.run(str(sqlite_database.url), tmp_path, 400, 10).wrong == ["found without reason: 10"]
