"""The one history of the schema: up, down, and what a process thinks of a database elsewhere on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

import engine.tables
import monitors.tables
import webui.tables
from engine import Database
from engine.errors import SchemaMismatch
from engine.sealing import Checked, Keyring
from webui import schema
from webui.cli import main

PACKAGES = (engine.tables.metadata, monitors.tables.metadata, webui.tables.metadata)
NOON = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table, of either kind. A process that was refused may still hold a connection to it."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path}/empty.db")
        yield found
        found.dispose()
        return
    server = Database(request.getfixturevalue("postgres_url"))
    _outside(server, "drop database if exists jiancha_migrations", "create database jiancha_migrations")
    found = Database(server.url.set(database="jiancha_migrations").render_as_string(hide_password=False))
    yield found
    found.dispose()
    _outside(server, "drop database jiancha_migrations with (force)")
    server.dispose()


def _outside(server: Database, *statements: str) -> None:
    """Databases are made and dropped outside of transactions."""
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", "migrations:")
    return found


def revisions() -> Sequence[Script]:
    """All steps, oldest first."""
    return list(reversed(list(ScriptDirectory.from_config(config()).walk_revisions())))


def move(database: Database, to: str, *, down: bool = False) -> None:
    found = config()
    with database.begin() as connection:
        found.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(found, to)


def stamp(database: Database, revision: str) -> None:
    with database.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :it"), {"it": revision})


def tables(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def named() -> dict[str, Table]:
    return {table.name: table for metadata in PACKAGES for table in metadata.sorted_tables}


def all_tables() -> MetaData:
    together = MetaData()
    for table in named().values():
        table.to_metadata(together)
    return together


def differences(connection: Connection) -> list[Any]:
    """What autogenerate would still want to change."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, all_tables()))


def fill(database: Database) -> None:
    """A row or two in tables of every package."""
    rows: dict[str, dict[str, Any]] = {
        "setting": {"name": "city", "value": {"name": "青岛", "n": [1, 2]}},
        "beat": {"name": "worker-1", "at": NOON, "refused": 3},
        "timer": {
            "district_code": "370202",
            "id": "t1",
            "instance_id": "c1",
            "element": "t",
            "rule": "",
            "rung": "due",
            "level": "",
            "occurrence": 1,
            "due": NOON,
            "state": "fired",
            "fired_at": NOON,
            "late_ms": 0,
            "reason": {"rule": "counted"},
            "manual": {"derived": None},
        },
        "district": {"code": "370202", "name": "市南区", "name_en": "Shinan", "city": False},
        "credential": {"person": "li", "password_hash": "x", "language": None, "changed": NOON},
    }
    with database.begin() as connection:
        for name, row in rows.items():
            connection.execute(insert(named()[name]).values(row))


Contents = dict[str, list[dict[str, Any]]]


def contents(database: Database) -> Contents:
    """The rows of every table that is there, in the columns that are."""
    with database.read() as connection:
        seen = inspect(connection)
        present = {name: {one["name"] for one in seen.get_columns(name)} for name in seen.get_table_names()}
        found = {}
        for name, table in named().items():
            if name in present:
                query = select(*(column for column in table.c if column.name in present[name]))
                found[name] = sorted((dict(row) for row in connection.execute(query).mappings()), key=str)
        return found


def what_stays(contents: Contents, left: Contents) -> Contents:
    """The same rows in the tables and columns that are left."""
    return {
        name: [{key: row[key] for key in here} for row, here in zip(contents[name], rows, strict=True)]
        for name, rows in left.items()
    }


def test_the_steps_lead_to_the_tables_of_the_packages(empty: Database) -> None:
    assert tables(empty) == set()
    schema.upgrade(empty)

    assert tables(empty) == set(named())
    with empty.read() as connection:
        assert differences(connection) == []
    schema.check(empty)


def test_upgrading_what_is_at_the_head_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    fill(empty)
    before = contents(empty)
    schema.upgrade(empty)
    assert contents(empty) == before


def test_down_to_nothing_and_up_again(empty: Database) -> None:
    schema.upgrade(empty)
    fill(empty)
    move(empty, "base", down=True)
    assert tables(empty) == set()

    schema.upgrade(empty)
    fill(empty)
    with empty.read() as connection:
        assert differences(connection) == []


def test_a_step_back_and_forth_keeps_the_rows_of_the_tables_that_stay(empty: Database) -> None:
    schema.upgrade(empty)
    fill(empty)
    before = contents(empty)
    move(empty, "-1", down=True)
    left = contents(empty)
    assert left == what_stays(before, left)
    assert left["setting"] == before["setting"] != []

    schema.upgrade(empty)
    assert what_stays(contents(empty), left) == left
    with empty.read() as connection:
        assert differences(connection) == []


def test_every_step_can_be_taken_by_itself(empty: Database) -> None:
    for one in revisions():
        move(empty, one.revision)
        with pytest.raises(SchemaMismatch) if one.revision != revisions()[-1].revision else nullcontext():
            schema.check(empty)


@pytest.mark.parametrize("one", revisions(), ids=lambda one: str(one.revision))
def test_a_step_is_named_and_says_what_it_does(one: Script) -> None:
    name = Path(one.path).stem
    assert name.startswith(f"{one.revision}_"), name
    assert len(name) > len(one.revision) + 4, name
    assert one.longdoc is not None
    assert len(one.doc) > 10, one.doc
    assert one.module.__doc__ is not None


def test_the_steps_are_one_line_without_branches() -> None:
    script = ScriptDirectory.from_config(config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert all(not one.is_branch_point and not one.is_merge_point for one in revisions())


def test_cases_from_before_there_were_seals_are_sealed_and_marked(empty: Database) -> None:
    move(empty, "0003")
    case = {"district_code": "1", "id": "c", "scope": "x", "definition": "p", "version": 1, "business_key": "k"}
    case |= {"state": "open", "revision": 1, "data": "{}", "blob": b"{}", "started_at": "2026-03-11 04:00:00"}
    with empty.begin() as connection:
        names = [*case, "journal_seq", "journal_hash"]
        statement = f"insert into instance ({', '.join(names)}) values ({', '.join(f':{name}' for name in names)})"
        connection.execute(text(statement), case | {"journal_seq": 3, "journal_hash": "f" * 64})
    schema.upgrade(empty, Checked(lambda: Keyring((bytes(range(32)),))))

    with empty.read() as connection:
        assert connection.execute(select(named()["unsealed_head"])).all() == [("1", "c", 3, "f" * 64, 3)]
        assert str(connection.execute(select(named()["instance"].c.check_value)).scalar_one()).count(":") == 1


@pytest.mark.parametrize("table", ["journal", "seal", "sealed_head"])
@pytest.mark.parametrize("act", ["update {table} set {column} = {column}", "delete from {table}"])
def test_the_journal_and_its_seals_are_append_only(empty: Database, table: str, act: str) -> None:
    schema.upgrade(empty)
    entry = {"district_code": "1", "chain": "c", "seq": 1, "at": NOON, "recorded_at": NOON, "kind": "k", "actor": "a"}
    rows: dict[str, dict[str, Any]] = {
        "journal": entry | {"body": "{}", "previous": "0" * 64, "hash": "f" * 64},
        "seal": {"number": 1, "size": 0, "entries": 0, "at": NOON, "frontier": [], "note": "n"},
        "sealed_head": {"position": 0, "chain": "c", "seq": 1, "hash": "f" * 64},
    }
    with empty.begin() as connection:
        connection.execute(insert(named()[table]).values(rows[table]))
    before = contents(empty)
    statement = act.format(table=table, column="note" if table == "seal" else "hash")
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), empty.begin() as connection:
        connection.execute(text(statement))
    assert contents(empty) == before


def test_a_database_without_a_schema_is_refused(empty: Database) -> None:
    with pytest.raises(SchemaMismatch, match="found none: run `jiancha database upgrade`"):
        schema.check(empty)
    assert tables(empty) == set()


def test_an_older_database_is_refused(empty: Database) -> None:
    move(empty, revisions()[0].revision)
    with pytest.raises(SchemaMismatch) as refused:
        schema.check(empty)
    assert refused.value.facts["found"] == [revisions()[0].revision]


def test_a_database_of_a_release_that_we_do_not_know_is_refused(empty: Database) -> None:
    schema.upgrade(empty)
    stamp(empty, "9999")
    with pytest.raises(SchemaMismatch, match="found 9999"):
        schema.check(empty)


@pytest.mark.parametrize("process", ["web", "worker"])
@pytest.mark.parametrize("revision", [None, "9999"])
def test_web_and_worker_refuse_to_start_on_it(empty: Database, process: str, revision: str | None) -> None:
    if revision is not None:
        schema.upgrade(empty)
        stamp(empty, revision)
    url = empty.url.render_as_string(hide_password=False)
    arguments = [process, "--database", url, *(["--port", "0"] if process == "web" else [])]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 1
    assert "run `jiancha database upgrade`" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("process", ["web", "worker"])
def test_web_and_worker_refuse_to_start_with_an_xml_parser_that_reads_files(
    empty: Database, process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.upgrade(empty)
    monkeypatch.setattr("engine.lint.hardened.SAFE_LXML", (99, 0))
    url = empty.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(main, [process, "--database", url, *(["--port", "0"] if process == "web" else [])])

    assert done.exit_code == 1
    assert "expected lxml 99.0 or newer" in done.stderr


def test_the_command_line_upgrades_and_checks(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    steps = ("check", "upgrade", "check")
    codes = [CliRunner().invoke(main, ["database", what, "--database", url]).exit_code for what in steps]
    assert codes == [1, 0, 0]


@pytest.mark.parametrize(("state", "back"), [("waived", "dismissed"), ("recalled", "dismissed"), ("open", "open")])
def test_a_warning_that_was_waived_or_recalled_stays_closed_in_an_older_schema(
    empty: Database, state: str, back: str
) -> None:
    schema.upgrade(empty)
    texts = ("case_id", "case_no", "definition", "checkpoint", "rule", "rung", "level", "dimension", "department")
    texts = (*texts, "message", "message_en", "basis", "confidence")
    row = {**dict.fromkeys(texts, "x"), "district_code": "1", "id": "w", "number": "W-1", "state": state}
    row |= {"definition_version": 1, "occurrence": 1, "raised_at": NOON, "happened": NOON, "evidence": {}}
    with empty.begin() as connection:
        connection.execute(insert(named()["warning"]).values(**row, undetermined=False, missing=[], held_by="wang"))
    move(empty, "0014", down=True)
    with empty.read() as connection:
        assert connection.execute(text("select state, number from warning")).one() == (back, "W-1")
    schema.upgrade(empty)
    with empty.read() as connection:
        assert connection.execute(select(named()["warning"].c.held_by)).scalar_one() is None


OLD_INCIDENT = (
    "insert into incident (id, instance_id, kind, element, cause, facts, state, attempts, created_at, last_at)"
    " values ('i1', 'c1', 'fire', 'rc', 'no paper', '{}', :state, 2, '2026-03-11 01:00:00', '2026-03-11 02:00:00')"
)


@pytest.mark.parametrize(("before", "after", "back"), [("open", "parked", "open"), ("closed", "resolved", "closed")])
def test_an_incident_of_before_stays_to_be_seen(empty: Database, before: str, after: str, back: str) -> None:
    move(empty, "0003")
    with empty.begin() as connection:
        connection.execute(text(OLD_INCIDENT), {"state": before})
    move(empty, "0004")
    with empty.read() as connection:
        found = connection.execute(text("select state, origin, subject, arguments, attempts from incident")).one()
    assert tuple(found) == (after, "timer", "rc", None, 2)
    move(empty, "0003", down=True)
    with empty.read() as connection:
        assert connection.execute(text("select state, cause from incident")).one() == (back, "no paper")


OLD_DOCUMENT = (
    "insert into document (district_code, id, number, kind, related, title, title_en, body, dated)"
    " values ('370202', :id, :number, :kind, 'v1', 't', 't', '{}', '2026-03-12')"
)
OLD_CARD = (
    "insert into card (district_code, id, number, violation_id, department, document_id, colour, issued_colour, state,"
    " issued_by, issued_at, opinion, deemed, delivered_at, received_by) values ('370202', 'c1', 'n', 'v1', 'x', 'd1',"
    " 'yellow', 'yellow', 'delivered', 'chief', '2026-03-12 02:00:00', '', :deemed, '2026-03-13 02:00:00', 'liaison')"
)


def test_a_card_that_was_delivered_before_is_a_document_that_was_served(empty: Database) -> None:
    move(empty, "0009")
    with empty.begin() as connection:
        connection.execute(text(OLD_DOCUMENT), {"id": "d1", "number": "黄牌〔2026〕1号", "kind": "yellow_card"})
        connection.execute(text(OLD_DOCUMENT), {"id": "d2", "number": "督办〔2026〕1号", "kind": "order"})
        connection.execute(text(OLD_CARD), {"deemed": False})
    move(empty, "0017")
    c = named()["document"].c
    found = select(c.id, c.about, c.issuer, c.issued_at, c.served_at, c.service, c.received_by, c.deemed).order_by(c.id)
    with empty.read() as connection:
        card, order = connection.execute(found).all()
    issued, served = (datetime(2026, 3, day, 2, 0, tzinfo=UTC) for day in (12, 13))
    assert card == ("d1", "violation", "organ", issued, served, "signed", "liaison", False)
    assert order == ("d2", "violation", "organ", None, None, None, None, False)

    with empty.begin() as connection:
        connection.execute(text("update document set about = 'case' where id = 'd2'"))
    move(empty, "0009", down=True)
    with empty.read() as connection:
        kept = connection.execute(text("select id, number from document")).all()
    assert kept == [("d1", "黄牌〔2026〕1号")]  # what a case was issued is unknown to the release of before
