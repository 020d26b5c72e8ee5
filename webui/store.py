"""Reads and writes of named settings, which web and worker share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine import Database
from engine.tables import setting


def read_setting(database: Database, name: str) -> Any:
    """The value kept under that name, or None."""
    with database.read() as connection:
        return stored_setting(connection, name)


def stored_setting(connection: Connection, name: str) -> Any:
    """The same inside an open transaction."""
    return connection.scalar(select(setting.c.value).where(setting.c.name == name))


def write_setting(connection: Connection, name: str, value: Any) -> None:
    changed = connection.execute(update(setting).where(setting.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(setting).values(name=name, value=value))
