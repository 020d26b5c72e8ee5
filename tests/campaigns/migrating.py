"""R16: the schema is upgraded with many cases in it, and the upgrade is killed; then down, up, down and up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path
from random import Random

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from engine import Database
from engine.clock import SystemClock, monotonic
from engine.errors import ASKED_WRONGLY, SchemaMismatch
from tests.campaigns.acts import next_order
from tests.campaigns.kills import context
from tests.campaigns.servers import fresh_url
from tests.campaigns.world import STATES, World, metadata
from webui import schema

OLDER = "0003"  # the oldest that has every table of the business
ACTS = 200
# What must be the same on both sides; incidents are told in other words since.
BUSINESS = ("definition", "instance", "task", "timer", "subscription", "history", "journal", "command", "job")
NAMES = ("id", "instance_id", "chain", "key")
Sums = dict[str, str]


def migrated(folder: Path, server: str | None, cases: int, kills: int, seed: str, *, loses: bool = False) -> list[str]:
    """What is wrong after so many killed upgrades of a database with so many cases; the control ``loses`` rows."""
    folder.mkdir(parents=True)
    with fresh_url(folder, server, folder.name) as url:
        database = Database(url)
        schema.upgrade(database)
        _fill(database, World(url, folder, SystemClock().now()), Random(seed), cases)
        found = list(_there_and_back(database, Random(seed), kills, loses))
        database.dispose()
    return found


def _there_and_back(database: Database, choices: Random, kills: int, loses: bool) -> Iterator[str]:
    newest = _columns(database)
    as_filled = _sums(database, newest)
    _down(database)
    columns = {name: [one for one in newest[name] if one in names] for name, names in _columns(database).items()}
    older = _sums(database, columns)
    seconds = _up(database)
    # Columns that came later hold nothing of before; everything else must be as it was filled.
    same = _sums(database, columns)
    yield from _compared("up", older, same)
    if columns == newest:
        yield from _compared("down and up", as_filled, same)
    if loses:
        with database.begin() as connection:
            connection.execute(text("delete from history where seq = (select max(seq) from history)"))
    for number in range(kills):
        _down(database)
        yield from _killed(database, choices, seconds, f"kill {number}")
        yield from _compared(f"kill {number}", older, _sums(database, columns))
    schema.upgrade(database, STATES)
    schema.check(database)
    yield from _compared("at last", older, _sums(database, columns))


def _killed(database: Database, choices: Random, seconds: float, what: str) -> Iterator[str]:
    """An upgrade that is killed at some moment: afterwards the schema is the older one, and refused, or the newest."""
    child = context.Process(target=_upgrade, args=(database.url.render_as_string(hide_password=False),), daemon=True)
    database.dispose()
    child.start()
    wait([child.sentinel], timeout=choices.uniform(0, 1.2 * seconds))
    child.kill()
    child.join()
    with database.read() as connection:
        revision = connection.execute(text("select version_num from alembic_version")).scalar_one()
    try:
        schema.check(database)
    except SchemaMismatch:
        if revision != OLDER:
            yield f"{what}: the upgrade stopped half-way, at {revision}"
    else:
        if revision == OLDER:
            yield f"{what}: an older schema was not refused"


def _upgrade(url: str) -> None:
    schema.upgrade(Database(url), STATES)


def _up(database: Database) -> float:
    """Seconds of an upgrade that nobody disturbs."""
    begun = monotonic()
    schema.upgrade(database, STATES)
    return monotonic() - begun


def _down(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", "migrations:")
    with database.begin() as connection:
        revision = connection.execute(text("select version_num from alembic_version")).scalar_one()
        if revision != OLDER:
            config.attributes["connection"] = connection
            command.downgrade(config, OLDER)


def _columns(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        look = inspect(connection)
        return {name: [one["name"] for one in look.get_columns(name)] for name in BUSINESS}


def _sums(database: Database, columns: dict[str, list[str]]) -> Sums:
    """A checksum of each table over these columns, and how many rows it has."""
    found: Sums = {}
    with database.read() as connection:
        for name, names in columns.items():
            total, count = 0, 0
            rows = connection.execution_options(yield_per=10_000).execute(
                text(f"select {', '.join(names)} from {name}")
            )
            for row in rows:
                # The order of rows is nobody's promise: the sum of their digests is the same in any.
                total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=16).digest())
                count += 1
            found[name] = f"{count} rows, {total % 2**128:032x}"
    return found


def _compared(what: str, expected: Sums, found: Sums) -> Iterator[str]:
    for name, value in expected.items():
        if found[name] != value:
            yield f"{what}: {name} held {value}, holds {found[name]}"


def _fill(database: Database, world: World, choices: Random, cases: int) -> None:
    """Some cases that were played, then copies of all their rows until there are so many."""
    metadata.create_all(database.engine)
    world.prepare()
    runtime = world.runtime()
    for _ in range(ACTS):
        try:
            runtime.give(next_order(runtime, choices))
        except ASKED_WRONGLY:
            continue
    played = runtime.query.count()
    runtime.database.dispose()
    columns = _columns(database)
    with database.begin() as connection:
        for name in set(BUSINESS) - {"definition", "job"}:
            copied = ", ".join(f"{one} || '~' || i" if one in NAMES else one for one in columns[name])
            connection.execute(
                text(
                    f"insert into {name} ({', '.join(columns[name])}) with recursive n(i) as"
                    f" (select 1 union all select i + 1 from n where i < :copies) select {copied} from {name}, n"
                ),
                {"copies": max(1, cases // played)},
            )
