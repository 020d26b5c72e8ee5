"""Incidents: what went wrong, where, and in words that a designer can read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.errors import EngineError
from engine.instances.keys import row_id
from engine.tables import incident

Row = dict[str, Any]


def incident_row(error: EngineError, instance_id: str | None, kind: str, at: datetime) -> Row:
    """An incident in words a designer can read; one row per instance, element and cause."""
    element = error.facts.get("element")
    return {
        "id": row_id("incident", instance_id or "", kind, element or "", error.message),
        "instance_id": instance_id,
        "kind": kind,
        "element": element,
        "expression": error.facts.get("expression"),
        "cause": error.message,
        "facts": {key: str(value) for key, value in error.facts.items()},
        "state": "open",
        "attempts": 1,
        "created_at": at,
        "last_at": at,
    }


def record(connection: Connection, row: Row) -> None:
    """Write an incident; the same one again only counts another attempt."""
    found = connection.execute(select(incident.c.attempts).where(incident.c.id == row["id"])).scalar_one_or_none()
    if found is None:
        connection.execute(incident.insert().values(row))
        return
    connection.execute(
        incident.update()
        .where(incident.c.id == row["id"])
        .values(attempts=found + 1, last_at=row["last_at"], state="open")
    )
