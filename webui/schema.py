"""Whether the database is at the schema of this release, and how it gets there.

The steps are Alembic's, in ``migrations/``; this only calls them.
"""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from engine import Database
from engine.errors import SchemaMismatch
from engine.sealing import States, adopt


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "migrations:")
    return config


def upgrade(database: Database, states: States | None = None) -> None:
    """Bring the database to the newest schema; one that is there already is left as it is.

    Cases from before states had check values are given theirs with ``states``, once.
    """
    config = _config()
    with database.begin() as connection:
        older = _has_states_without_marks(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if older and states is not None:
            adopt(connection, states)


def _has_states_without_marks(connection: Connection) -> bool:
    look = inspect(connection)
    names = look.get_table_names()
    return "instance" in names and "check_value" not in {column["name"] for column in look.get_columns("instance")}


@cache
def _newest() -> frozenset[str]:
    """The heads of the steps that came with this release."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


def check(database: Database) -> None:
    """Raises SchemaMismatch unless the database is at the newest schema."""
    wanted = _newest()
    with database.read() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    if found != wanted:
        raise SchemaMismatch(
            f"expected the schema {', '.join(sorted(wanted)) or 'of this release'}, found "
            f"{', '.join(sorted(found)) or 'none'}: run `jiancha database upgrade`",
            wanted=sorted(wanted),
            found=sorted(found),
        )
