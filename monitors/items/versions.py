"""The versions of an item (事项): what a service promises, what it may cost, which way it must go.

A version is never changed. A case pins the one in force on the day it starts (its ``item``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.errors import InvalidData, NotFound
from monitors import tables as t
from monitors.model import Item
from monitors.storing import insert_once

_KEYS = ("code", "version", "valid_from", "valid_until")


def item(connection: Connection, code: str, at: date) -> Item:
    """The version of that item in force on that local day; raises NotFound."""
    statement = (
        select(t.item)
        .where(t.item.c.code == code, t.item.c.valid_from <= at)
        .order_by(t.item.c.valid_from.desc(), t.item.c.version.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    if row is None or _ended(row, at):
        raise NotFound(f"expected item {code} in force on {at.isoformat()}, found none", item=code, at=at)
    return _item(row)


def items(connection: Connection, at: date) -> tuple[Item, ...]:
    """Each item's version in force on that local day, in order of code."""
    statement = select(t.item).where(t.item.c.valid_from <= at)
    rows = connection.execute(statement.order_by(t.item.c.code, t.item.c.valid_from, t.item.c.version))
    newest = {row.code: row for row in rows}
    return tuple(_item(row) for row in newest.values() if not _ended(row, at))


def history(connection: Connection, code: str) -> tuple[Item, ...]:
    """All versions of an item, those to come as well, the latest first; empty where there is no such item."""
    rows = connection.execute(select(t.item).where(t.item.c.code == code).order_by(t.item.c.version.desc()))
    return tuple(_item(row) for row in rows)


def load_items(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Enter ``[[item]]`` tables of an ``items.toml``: code, version, valid_from, the rest is the body.

    Gives how many there are. The file is the seed: a version that is there already stays as it is.
    """
    count = 0
    for row in rows:
        insert_once(connection, t.item, _values(row))
        count += 1
    return count


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    code = row.get("code")
    if not isinstance(code, str) or not code:
        raise InvalidData(f"expected an item with a code, found {code!r}", field="code")
    since, until = row.get("valid_from", date(2000, 1, 1)), row.get("valid_until")
    if not isinstance(since, date):
        raise InvalidData(f"item {code}: expected valid_from as a date, found {since!r}", field="valid_from")
    if until is not None and not isinstance(until, date):
        raise InvalidData(f"item {code}: expected valid_until as a date, found {until!r}", field="valid_until")
    body = {key: value for key, value in row.items() if key not in _KEYS}
    version = int(row.get("version", 1))
    return {"code": code, "version": version, "valid_from": since, "valid_until": until, "body": body}


def _ended(row: Row[Any], at: date) -> bool:
    return row.valid_until is not None and row.valid_until < at


def _item(row: Row[Any]) -> Item:
    return Item(row.code, row.version, row.valid_from, row.body, row.valid_until)
