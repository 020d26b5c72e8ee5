"""The item registry (事项): what a service promises, what it may cost, which way it must go.

An item changes by versions; a case pins the version in force when it starts (its ``item``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.errors import InvalidData, NotFound
from monitors import tables as t
from monitors.model import Item
from monitors.storing import put

_KEYS = ("code", "version", "valid_from")


def item(connection: Connection, code: str, at: date) -> Item:
    """The version of that item in force on that local day; raises NotFound."""
    statement = (
        select(t.item)
        .where(t.item.c.code == code, t.item.c.valid_from <= at)
        .order_by(t.item.c.valid_from.desc(), t.item.c.version.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"expected item {code} in force on {at.isoformat()}, found none", item=code, at=at)
    return _item(row)


def items(connection: Connection, at: date) -> tuple[Item, ...]:
    """Each item's version in force on that local day, in order of code."""
    statement = select(t.item).where(t.item.c.valid_from <= at)
    rows = connection.execute(statement.order_by(t.item.c.code, t.item.c.valid_from, t.item.c.version))
    newest = {row.code: _item(row) for row in rows}
    return tuple(newest.values())


def load_items(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Enter ``[[item]]`` tables of an ``items.toml``: code, version, valid_from, the rest is the body.

    Gives how many there are. A version that is there already is overwritten with the file's text.
    """
    count = 0
    for row in rows:
        put(connection, t.item, _values(row))
        count += 1
    return count


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    code = row.get("code")
    if not isinstance(code, str) or not code:
        raise InvalidData(f"expected an item with a code, found {code!r}", field="code")
    since = row.get("valid_from", date(2000, 1, 1))
    if not isinstance(since, date):
        raise InvalidData(f"item {code}: expected valid_from as a date, found {since!r}", field="valid_from")
    body = {key: value for key, value in row.items() if key not in _KEYS}
    return {"code": code, "version": int(row.get("version", 1)), "valid_from": since, "body": body}


def _item(row: Row) -> Item:
    return Item(row.code, row.version, row.valid_from, row.body)
