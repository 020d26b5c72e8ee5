"""``jiancha bench``: what it prints, and that it refuses to count work that was not done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text

from engine import Database
from engine.tables import journal
from webui.bench import loops, models
from webui.bench.baseline import PROGRAM, Baseline, baseline
from webui.bench.city import city
from webui.bench.cloning import Clones
from webui.bench.results import BenchFailed, percentile
from webui.bench.steps import Ours
from webui.cli import main


def bench(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["bench", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


@pytest.fixture
def postgres_bench(postgres_url: str) -> Iterator[str]:
    """An empty database of its own on the tests' PostgreSQL."""
    server = Database(postgres_url)
    _outside(server, "drop database if exists jiancha_bench", "create database jiancha_bench")
    yield server.url.set(database="jiancha_bench").render_as_string(hide_password=False)
    _outside(server, "drop database jiancha_bench")
    server.dispose()


def _outside(server: Database, *statements: str) -> None:
    """Databases are made and dropped outside of transactions."""
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_steps_tells_both_ratios_and_figures_with_units() -> None:
    found = bench("steps", "--rounds", "1", "--instances", "2")

    assert set(found) == {"ratios", "figures"}
    assert set(found["ratios"]) == {"durable", "in_memory"}
    assert all(value > 0 for value in found["ratios"].values())
    assert found["figures"]["durable_steps_count"] == 12
    assert all(name.endswith(("_ms", "_count")) for name in found["figures"])


def test_timers_tells_what_a_poll_and_a_firing_cost() -> None:
    found = bench("timers", "--cases", "5", "--rounds", "1", "--firings", "2")

    assert list(found["ratios"]) == ["fire"]
    assert found["figures"]["open_cases_count"] == 5
    assert found["figures"]["poll_none_due_cpu_p50_ms"] > 0
    assert found["figures"]["fired_per_cpu_second_count"] > 0


def test_loops_names_its_ratio_after_the_last_round() -> None:
    found = bench("loops", "--rounds", "4")

    assert list(found["ratios"]) == ["round_4"]
    assert found["figures"]["round_4_cpu_ms"] > 0
    assert found["figures"]["stock_round_4_cpu_ms"] > 0


def test_a_loop_that_becomes_too_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "PATIENCE_SECONDS", 0.0)
    done = CliRunner().invoke(main, ["bench", "loops", "--rounds", "4"])

    assert done.exit_code == 1
    assert "expected 4 rounds in 0 s, found 1" in done.output


def test_load_tells_the_size_of_a_case_and_the_memory_of_a_worker() -> None:
    found = bench("load", "--cases", "12")

    assert list(found["ratios"]) == ["step"]
    assert found["figures"]["cases_count"] == 12
    assert found["figures"]["file_mb"] > 0
    assert found["figures"]["worker_memory_mb"] > 10


def test_midnight_tells_how_long_a_clerk_waits_while_timers_fire() -> None:
    found = bench("midnight", "--timers", "20")

    assert list(found["ratios"]) == ["step"]
    assert found["figures"]["timers_count"] == 20
    assert found["figures"]["steps_count"] > 0
    assert found["figures"]["step_wall_p95_ms"] >= found["figures"]["step_wall_p50_ms"] > 0


def test_workers_tells_what_a_second_one_is_worth(postgres_bench: str) -> None:
    found = bench("workers", "--firings", "4", "--rounds", "1", "--database", postgres_bench)

    assert list(found["ratios"]) == ["two_workers"]
    assert found["figures"]["firings_a_turn_count"] == 4
    assert found["figures"]["one_worker_fired_per_wall_second_count"] > 0


def test_alerts_tells_how_long_a_warning_takes_to_the_page() -> None:
    """Web and worker run as they do; a page looks once a second."""
    found = bench("alerts", "--cases", "2")

    assert found["figures"]["warnings_count"] == 2
    assert 0 < found["figures"]["due_to_page_p50_ms"] <= found["figures"]["due_to_page_most_ms"]


def test_a_copied_case_is_one_that_goes_on(tmp_path: Path) -> None:
    with city(tmp_path) as town:
        first = town.start(town.deploy(models.supervised()), until="2026-04-10T01:00:00+00:00")
        copied = Clones(town.database, first.instance_id, town.states).load(range(1, 4), lambda done, total: None)
        outcome = town.complete(copied[2])

        assert len(set(copied)) == 3
        assert outcome.completed == ("t0",)
        assert [task.element for task in town.runtime.query.tasks(instance_id=outcome.instance_id)] == ["t1"]
        states = sorted(timer.state for timer in town.runtime.query.timers(outcome.instance_id))
        assert states == ["armed", "cancelled"]
        assert town.runtime.query.count() == 4
        url = str(town.database.url)
    told = CliRunner().invoke(main, ["journal", "reconcile", "--database", url])
    assert told.exit_code == 0, told.output


def test_a_durable_step_has_all_its_rows(tmp_path: Path) -> None:
    ours = Ours(tmp_path)
    ours.durable(2)
    ours.check()

    with ours.database.begin() as connection:
        connection.execute(delete(journal).where(journal.c.kind == "started"))
    with pytest.raises(BenchFailed, match="rows of journal to be 14, found 12"):
        ours.check()
    ours.database.dispose()


def test_the_baseline_does_not_run_beside_anything_of_ours(tmp_path: Path) -> None:
    """Run as a module, it comes with our package; run by its path, as the benchmark does, it is alone."""
    for command, code in (["-m", "engine.spiff.stock"], 1), (["-I", str(PROGRAM)], 0):
        done = subprocess.run(
            [sys.executable, *command, str(tmp_path)], capture_output=True, text=True, input="", check=False
        )
        assert done.returncode == code, done.stderr
        assert ("found engine" in done.stderr) == bool(code)


def test_the_baseline_stores_and_counts_what_it_was_asked(tmp_path: Path) -> None:
    with baseline(tmp_path) as stock:
        assert stock.steps(1, durable=False) > 0
        assert stock.steps(2, durable=True) > 0
        assert stock.fire(2) > 0
        assert len(stock.rounds(3)) == 3


def test_a_baseline_that_stored_too_little_is_not_believed() -> None:
    class Lazy(Baseline):
        def __init__(self) -> None:
            self._rows = 0

        def _ask(self, **request: Any) -> dict[str, Any]:
            return {"cpu_seconds": 0.001, "steps": 12, "rows": 1}

    with pytest.raises(BenchFailed, match="2 rows in the baseline's table, found 1"):
        Lazy().steps(2, durable=True)


def test_a_percentile_is_the_value_below_which_that_share_lies() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (51.0, 100.0, 7.0)
