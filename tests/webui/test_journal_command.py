"""``jiancha journal verify``: words and exit code."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import update

from engine import Actor, Database, Runtime
from engine.clock import VirtualClock
from engine.tables import journal
from tests.conftest import create_tables
from tests.engine import drawing as d
from webui.cli import main


def a_case(path: Path, clock: VirtualClock) -> Database:
    database = Database(f"sqlite:///{path}")
    create_tables(database)
    runtime = Runtime(database, clock)
    runtime.deploy(d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")), by="designer")
    runtime.start(
        "p", business_key="C-1", district_code="1", scope="x", data={}, actor=Actor("li"), key="k"
    )  # fmt: skip
    return database


def many_cases(database: Database, clock: VirtualClock) -> None:
    """More lines than a pipe holds."""
    runtime = Runtime(database, clock)
    data = {"text": "x" * 20_000}
    for number in range(20):
        key = f"k{number}"
        runtime.start("p", business_key=key, district_code="1", scope="x", data=data, actor=Actor("li"), key=key)


def verified(path: Path) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(main, ["journal", "verify", "--json", "--database", f"sqlite:///{path}"])
    return result.exit_code, json.loads(result.stdout)


def test_a_whole_journal_is_said_to_be_whole(tmp_path: Path, clock: VirtualClock) -> None:
    a_case(tmp_path / "j.db", clock).dispose()
    assert verified(tmp_path / "j.db") == (0, {"entries": 1, "broken_at": None})


def test_a_forged_entry_is_named_and_the_exit_code_is_1(tmp_path: Path, clock: VirtualClock) -> None:
    database = a_case(tmp_path / "j.db", clock)
    many_cases(database, clock)
    with database.begin() as connection:
        connection.execute(update(journal).values(actor="nobody"))
    database.dispose()

    code, found = verified(tmp_path / "j.db")
    assert code == 1
    assert found["broken_at"]["seq"] == 1  # type: ignore[index]
