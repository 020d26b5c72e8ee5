"""``jiancha journal``: words, documents and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from engine import Actor, Database, Runtime
from engine.clock import VirtualClock
from engine.sealing import Sealer, Signer, create_keys
from engine.tables import journal, seal, sealed_head, task, unsealed_head
from tests.conftest import create_tables
from tests.engine import drawing as d
from webui.cli import main
from webui.cli.journal import VERIFIER
from webui.config import Settings
from webui.sealing import signers

WHOLE = {"entries": 3, "broken_at": None, "seals": 0, "sealed": 0, "anchors": None}


@pytest.fixture
def database(tmp_path: Path, clock: VirtualClock) -> Database:
    """A model and a case, each of one entry."""
    found = Database(f"sqlite:///{tmp_path}/j.db")
    create_tables(found)
    runtime = Runtime(found, clock)
    runtime.deploy(d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")), by="designer")
    start(runtime, "k")
    return found


@pytest.fixture
def signer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signer:
    """A key that somebody configured."""
    path = tmp_path / "journal.key"
    create_keys(path)
    monkeypatch.setenv("JIANCHA_JOURNAL_KEY", str(path))
    return signers(Settings())[-1]


def start(runtime: Runtime, key: str, **data: Any) -> None:
    runtime.start("p", business_key=key, district_code="1", scope="x", data=data, actor=Actor("li"), key=key)


def many_cases(database: Database, clock: VirtualClock) -> None:
    """More lines than a pipe holds."""
    runtime = Runtime(database, clock)
    for number in range(20):
        start(runtime, f"k{number}", text="x" * 20_000)


def call(database: Database, *arguments: str) -> Result:
    database.dispose()
    return CliRunner().invoke(main, ["journal", *arguments, "--database", str(database.url)])


def verified(database: Database, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = call(database, "verify", "--json", *arguments)
    return result.exit_code, json.loads(result.stdout)


def anchors_of(database: Database, path: Path) -> Path:
    with database.read() as connection:
        path.write_text("\n".join(connection.execute(select(seal.c.note).order_by(seal.c.number)).scalars()))
    return path


def test_a_whole_journal_is_said_to_be_whole(database: Database) -> None:
    assert verified(database) == (0, WHOLE)
    assert call(database, "verify").stdout == "3 entries, 0 of them below 0 seals, broken nowhere\n"


def test_a_forged_entry_is_named_and_the_exit_code_is_1(database: Database, clock: VirtualClock) -> None:
    many_cases(database, clock)
    with database.begin() as connection:
        connection.execute(update(journal).values(actor="nobody"))

    code, found = verified(database)
    assert code == 1
    assert found["broken_at"]["seq"] == 1
    assert "entry" not in call(database, "verify").stderr


def test_where_a_key_is_configured_a_seal_is_demanded(database: Database, clock: VirtualClock, signer: Signer) -> None:
    code, found = verified(database)
    assert (code, found["broken_at"]["why"]) == (1, "expected at least one seal, found none")
    Sealer(database, clock, signer).seal()
    assert verified(database) == (0, WHOLE | {"seals": 1, "sealed": 3})


def test_the_journal_must_extend_what_was_kept_outside(
    database: Database, clock: VirtualClock, signer: Signer, tmp_path: Path
) -> None:
    Sealer(database, clock, signer).seal()
    start(Runtime(database, clock), "k2")
    Sealer(database, clock, signer).seal()
    kept = anchors_of(database, tmp_path / "kept.txt")
    assert verified(database, "--anchors", str(kept)) == (
        0,
        {"entries": 4, "broken_at": None, "seals": 2, "sealed": 4, "anchors": 2},
    )
    with database.begin() as connection:
        connection.execute(delete(seal).where(seal.c.number == 2))
        chain = connection.execute(select(sealed_head.c.chain).where(sealed_head.c.position == 2)).scalar_one()
        connection.execute(delete(sealed_head).where(sealed_head.c.position == 2))
        connection.execute(delete(journal).where(journal.c.chain == chain))
    # Without the anchors nobody would know.
    assert verified(database)[0] == 0
    code, found = verified(database, "--anchors", str(kept))
    assert code == 1
    assert "anchored outside" in found["broken_at"]["why"]


def test_after_a_rotation_both_keys_are_known(
    database: Database, clock: VirtualClock, signer: Signer, tmp_path: Path
) -> None:
    Sealer(database, clock, signer).seal()
    before = CliRunner().invoke(main, ["journal", "keys"]).stdout.split()
    after = CliRunner().invoke(main, ["journal", "keys", "--rotate"]).stdout.split()
    assert before == [signer.verifier]
    assert after[0] == signer.verifier
    assert len(after) == 2
    start(Runtime(database, clock), "k2")
    Sealer(database, clock, signers(Settings())[-1]).seal()
    assert verified(database)[0] == 0
    create_keys(tmp_path / "other.key")
    path = Settings().journal_key
    path.write_text((tmp_path / "other.key").read_text())
    assert "not signed by a key" in verified(database)[1]["broken_at"]["why"]


def test_an_auditor_verifies_an_export_with_the_one_file_and_python(
    database: Database, clock: VirtualClock, signer: Signer, tmp_path: Path
) -> None:
    Sealer(database, clock, signer).seal()
    kept = anchors_of(database, tmp_path / "kept.txt")
    exported = call(database, "export").stdout
    command = [sys.executable, "-I", str(VERIFIER), "--key", signer.verifier, "--anchors", str(kept), "--demand"]
    done = subprocess.run(command, input=exported, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, json.loads(done.stdout)["anchors"]) == (0, 1)
    forged = subprocess.run(
        command, input=exported.replace('"li"', '"wu"'), capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (forged.returncode, json.loads(forged.stdout)["broken_at"]["seq"]) == (1, 1)


def test_a_row_that_no_program_can_read_is_a_fault(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("update journal set at = 'yesterday'")
    code, found = verified(database)
    assert code == 1
    assert "cannot be read" in found["broken_at"]["why"]


@pytest.mark.parametrize("text", [None, "no key at all"])
def test_a_key_that_will_not_do_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    path = tmp_path / "bad.key"
    if text is not None:
        path.write_text(text)
        path.chmod(0o600)
    monkeypatch.setenv("JIANCHA_JOURNAL_KEY", str(path))
    done = call(database, "verify")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "bad.key" in done.stderr


def test_anchors_that_are_not_there_are_bad_use(database: Database, tmp_path: Path) -> None:
    assert call(database, "verify", "--anchors", str(tmp_path / "nothing")).exit_code == 2


def test_a_head_that_nobody_asked_to_seal_is_found(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(delete(unsealed_head))
    assert "neither sealed nor waiting" in verified(database)[1]["broken_at"]["why"]


def test_rows_that_are_as_the_journal_says_are_counted(database: Database) -> None:
    done = call(database, "reconcile")
    assert (done.exit_code, done.stdout) == (0, "1 cases, 5 rows, 0 not as the journal says\n")


def test_a_row_changed_behind_our_back_is_named(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(update(task).values(state="done"))
        chain, seq = connection.execute(select(journal.c.chain, journal.c.seq).where(journal.c.chain != "acts")).one()
        named = connection.execute(select(task.c.id)).scalar_one()
    done = call(database, "reconcile")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == f"case {chain}: task {named} changed, last written by entry {seq}"
    found = json.loads(call(database, "reconcile", "--json").stdout)
    expected = {"case": chain, "table": "task", "row": named, "what": "changed", "entry": seq}
    assert found == {"cases": 1, "rows": 5, "older": 0, "findings": [expected]}
