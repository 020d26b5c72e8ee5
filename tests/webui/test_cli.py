"""The command line: its help, its last lines, its exit codes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from engine.clock import VirtualClock
from tests.conftest import ROOT
from webui import schema
from webui.cli import main
from webui.cli.helptext import help_text
from webui.config import Settings
from webui.deploying import load_registry
from webui.modelfolders import ModelFolder, folder
from webui.scenarios import ScenarioRunner
from webui.wiring import build

MODELS = re.compile(r"(\d+) models, (\d+) checkpoints, (\d+) errors")
SYSTEMS = re.compile(r"\d+ systems, \d+ rules, \d+ remarks")
SCENARIOS = re.compile(r"(\d+) scenarios, (\d+) as expected, (\d+) not")


def jiancha(*arguments: str) -> Result:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_the_help_is_the_one_in_the_documentation() -> None:
    """After a change: ``.venv/bin/python -m webui.cli.helptext > docs/cli.txt``."""
    assert help_text() == (ROOT / "docs" / "cli.txt").read_text(encoding="utf-8")


def test_every_command_says_what_it_does() -> None:
    def lacking(command: click.Command, path: str) -> list[str]:
        found = [path] if not (command.help or "").strip() else []
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                found += lacking(inner, f"{path} {name}")
        return found

    assert lacking(main, "jiancha") == []


def test_our_own_models_have_no_errors() -> None:
    done = jiancha("models", "check", str(ROOT / "bpmn"))
    *_, systems, models = done.stdout.splitlines()

    assert done.exit_code == 0
    assert SYSTEMS.fullmatch(systems)
    found = MODELS.fullmatch(models)
    assert found is not None
    assert int(found[1]) >= 3
    assert int(found[3]) == 0


def test_a_model_with_an_error_is_exit_one(tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_text("<definitions/>", encoding="utf-8")
    done = jiancha("models", "check", str(tmp_path))
    found = MODELS.fullmatch(done.stdout.splitlines()[-1])

    assert done.exit_code == 1
    assert found is not None
    assert (found[1], found[3]) == ("1", "1")


def test_the_check_as_json_is_one_document() -> None:
    document = json.loads(jiancha("models", "check", str(ROOT / "bpmn"), "--json").stdout)
    assert document["errors"] == 0
    assert document["models"] >= 3


def scenario_line(done: Result) -> tuple[int, int, int]:
    found = SCENARIOS.fullmatch(done.stdout.splitlines()[-1])
    assert found is not None, done.stdout[-400:]
    return int(found[1]), int(found[2]), int(found[3])


@pytest.mark.parametrize("chosen", ["administrative_approval", "--all"])
def test_scenarios_raise_what_they_must(chosen: str) -> None:
    done = jiancha("scenarios", chosen)
    every, good, wrong = scenario_line(done)
    assert (done.exit_code, good, wrong) == (0, every, 0)
    assert every > 0


def test_scenarios_as_json_are_one_document() -> None:
    rows = json.loads(jiancha("scenarios", "permit_receipt", "--json").stdout)
    assert rows
    assert all(row["as_expected"] and row["error"] is None for row in rows)


def test_a_scenario_with_another_expectation_is_not_as_expected(tmp_path: Path) -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    app = build(Settings(database=f"sqlite:///{tmp_path}/s.db", secret_file=tmp_path / "secret"), clock)
    schema.upgrade(app.database)
    load_registry(app)
    results = list(ScenarioRunner(app, clock).run(falsified(tmp_path)))
    app.database.dispose()

    (wrong,) = [result for result in results if not result.as_expected]
    assert wrong.error is None
    assert wrong.missing == [("PR-99.1", "red")]
    assert wrong.unexpected == []


def falsified(to: Path) -> ModelFolder:
    """The receipt model, whose first scenario expects one warning too many."""
    real = folder("permit_receipt")
    copy = ModelFolder(to / "permit_receipt")
    copy.path.mkdir()
    (copy.path / "permit_receipt.bpmn").write_bytes(real.diagram)
    text = real.scenarios.read_text(encoding="utf-8")
    more = re.sub(r"^expect = \[\s*", 'expect = [{ rule = "PR-99.1", level = "red" }, ', text, count=1, flags=re.M)
    copy.scenarios.write_text(more, encoding="utf-8")
    return copy


def test_a_scenario_that_is_not_as_expected_is_exit_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = falsified(tmp_path)
    monkeypatch.setattr("webui.cli.scenarios.folder", lambda name: copy)
    done = jiancha("scenarios", "permit_receipt")
    every, good, wrong = scenario_line(done)

    assert (done.exit_code, every - good, wrong) == (1, 1, 1)
    assert "PR-99.1" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("scenarios", "no_such_model"),
        ("scenarios",),
        ("models", "check"),
        ("models", "check", "/no/such/file.bpmn"),
        ("replay", "/no/such/log.xes", "--model", "permit_receipt"),
        ("replay",),
        ("web", "--port", "many"),
        ("no-such-command",),
        ("--no-such-option",),
    ],
    ids=" ".join,
)
def test_bad_use_is_exit_two(arguments: tuple[str, ...]) -> None:
    done = jiancha(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr != ""


def test_a_folder_without_models_is_bad_use(tmp_path: Path) -> None:
    assert jiancha("models", "check", str(tmp_path)).exit_code == 2
