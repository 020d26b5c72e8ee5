"""What live pages show at once: rows with a growing number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from engine import Prepared
from monitors import tables as t
from monitors.model import Alert
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import in_turn

_RAISE = Prepared(t.alert.insert().inline())


def raise_alert(
    connection: Connection,
    *,
    kind: str,
    district_code: str,
    department: str,
    level: str,
    body: Mapping[str, Any],
    at: datetime,
    warning_id: str | None = None,
) -> None:
    """Add an alert, in turn. ``at`` is the clock's now, not the event time: pages show what is new."""
    in_turn(connection)
    values = {
        "district_code": district_code,
        "kind": kind,
        "warning_id": warning_id,
        "department": department,
        "level": level,
        "body": dict(body),
        "created_at": at,
    }
    _RAISE.run(connection, values)


def alerts_after(
    connection: Connection, after: int, scope: Scope = EVERYWHERE, *, limit: int = 100
) -> tuple[Alert, ...]:
    """The alerts with a greater number that the scope covers, in order."""
    c = t.alert.c
    statement = (
        select(t.alert).where(c.id > after, scope.where(c.district_code, c.department)).order_by(c.id).limit(limit)
    )
    return tuple(Alert(**row._mapping) for row in connection.execute(statement))


def last_alert(connection: Connection) -> int:
    """The greatest number there is; 0 when there is none. A page begins to listen after it."""
    return connection.execute(select(func.max(t.alert.c.id))).scalar_one() or 0
