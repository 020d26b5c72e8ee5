"""Alembic's environment: one history for the tables of every package.

The connection is handed in by the caller; nothing here connects by itself.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, Connection, TypeDecorator

import engine.tables
import monitors.tables
import webui.tables

TARGET = [engine.tables.metadata, monitors.tables.metadata, webui.tables.metadata]
JSON_COLUMN = "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"


def render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Steps name the database's types, not ours: they must read the same in ten years."""
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return JSON_COLUMN
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def include(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """A table that no package names any more is dropped by a step of its own, never in passing."""
    return not (kind == "table" and reflected and other is None)


def run(connection: Connection) -> None:
    """Run the steps on an open connection, in its transaction."""
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("target", TARGET),
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render,
        include_object=include,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
