"""What keeps the product running: settings, health, the demo's clock, two processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import Database
from engine.clock import VirtualClock
from tests.webui.conftest import PASSWORD, Browser
from webui.app import create_app
from webui.auth.credentials import CHEAP
from webui.cli import main
from webui.config import ConfigError, Settings, signing_key
from webui.wiring import build

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("key", ["", "secret", "changeme", "a" * 64, "short-but-random-8f2a"])
def test_a_weak_key_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="random key"):
        signing_key(Settings(secret_key=key, secret_file=tmp_path / "s"))  # type: ignore[arg-type]


def test_a_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    settings = Settings(secret_file=tmp_path / "deep" / "secret")
    first = signing_key(settings)

    assert signing_key(settings) == first and len(first) >= 32
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in settings.secret_file.parent.iterdir()] == ["secret"]
    settings.secret_file.chmod(0o644)
    with pytest.raises(ConfigError, match="0600"):
        signing_key(settings)


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_DATABASE", "sqlite:///elsewhere.db")
    monkeypatch.setenv("JIANCHA_PORT", "8111")

    assert (Settings().database, Settings().port) == ("sqlite:///elsewhere.db", 8111)


@pytest.fixture
def demo(sqlite_database: Database, tmp_path: Path) -> Callable[[], Browser]:
    """Browsers of the demo, each in a wired product of its own, as web and worker are."""
    settings = Settings(database=str(sqlite_database.url), secret_file=tmp_path / "secret", demo=True)
    wall = VirtualClock(NOW)

    def open_browser() -> Browser:
        application = build(settings, wall=wall, hasher=CHEAP)
        from monitors.organisation import load_organisation
        from tests.webui.conftest import organisation

        with application.database.begin() as connection:
            load_organisation(connection, organisation())
        application.credentials.set("clerk_approval", PASSWORD)
        browser = Browser(create_app(application).test_client())
        browser.log_in("clerk_approval")
        return browser

    return open_browser


def test_the_demo_clock_moves_for_every_process(demo: Callable[[], Browser]) -> None:
    first, second = demo(), demo()
    assert first.post("/demo/clock", {"by": "P7D"}).status_code == 303

    page = demo().get("/tasks").text

    assert "2026-03-18 09:00" in page
    assert first.post("/demo/clock", {"by": "P9Y"}).status_code == 400
    assert second.post("/demo/clock", {"by": "next", "next": "/tasks"}).location == "/tasks"
    assert "没有未到的时限。" in second.get("/tasks").text


def test_without_the_demo_there_is_no_clock_to_move(signed_in: Callable[[str], Browser]) -> None:
    browser = signed_in("clerk_approval")

    assert browser.post("/demo/clock", {"by": "P1D"}).status_code == 404
    assert "/demo/clock" not in browser.get("/tasks").text


def test_database_check_refuses_another_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/check.db"
    refused = CliRunner().invoke(main, ["database", "check", "--database", url])
    CliRunner().invoke(main, ["database", "upgrade", "--database", url])

    assert refused.exit_code == 1 and "jiancha database upgrade" in refused.output
    assert CliRunner().invoke(main, ["database", "check", "--database", url]).exit_code == 0
    assert CliRunner().invoke(main, ["web", "--port", "x"]).exit_code == 2


def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = CliRunner().invoke(main, ["serve", "--port", port, "--database", f"sqlite:///{tmp_path}/p.db"])

    assert found.exit_code == 1 and f"127.0.0.1:{port}" in found.output
    assert not (tmp_path / "p.db").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_starts_both_and_a_signal_ends_both(tmp_path: Path, number: signal.Signals) -> None:
    from urllib.request import urlopen

    command = [sys.executable, "-m", "webui.cli", "serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/s.db"]
    environment = {**os.environ, "JIANCHA_SECRET_FILE": str(tmp_path / "secret")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as serve:
        assert serve.stdout is not None and serve.stderr is not None
        address = serve.stdout.readline().rsplit(" ", 1)[1].strip()
        said = ""
        while not ("web started" in said and "worker started" in said):
            line = serve.stderr.readline()
            assert line, said
            said += line
        assert urlopen(f"{address}health").status == 200
        serve.send_signal(number)
        rest = serve.stderr.read()
        assert serve.wait(30) == 0

    assert "web ended" in rest and "worker ended" in rest
