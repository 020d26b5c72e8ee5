"""A keyed check value on every stored state: what was altered outside is refused before it is loaded.

The value is a keyed BLAKE2b over the instance's id, its revision and the digest of its row, which
covers state blob and case data. So a blob that was edited, taken from another instance, or set
back to an older revision does not carry a value that fits, and without the key nobody makes one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, select, update

from engine.errors import StateAltered
from engine.sealing.keys import Keyring
from engine.tables import instance
from engine.witness import digest

PAGE = 500


class States(Protocol):
    """Marks states and demands the marks."""

    def mark(self, row: Mapping[str, Any], row_digest: str) -> str | None:
        """The check value of an instance's row that is about to be stored."""

    def demand(self, row: Mapping[str, Any], row_digest: str) -> None:
        """Raises StateAltered unless the row carries the value that fits."""


class Unchecked:
    """Where there is no key: replays, scenarios in memory, tests of other things."""

    def mark(self, row: Mapping[str, Any], row_digest: str) -> None:
        return None

    def demand(self, row: Mapping[str, Any], row_digest: str) -> None:
        return None


class Checked:
    """With keys, read when the first is needed and again when a value names one that is not known yet."""

    def __init__(self, keys: Callable[[], Keyring]) -> None:
        self._keys = keys
        self._known: dict[str, bytes] = {}
        self._current = ""

    def mark(self, row: Mapping[str, Any], row_digest: str) -> str:
        if not self._known:
            self._read()
        return f"{self._current}:{_value(self._known[self._current], row, row_digest)}"

    def demand(self, row: Mapping[str, Any], row_digest: str) -> None:
        name, _, value = (row["check_value"] or "").partition(":")
        if name not in self._known:
            self._read()
        if not value or name not in self._known:
            found = f"one by the unknown key {name}" if value else "none"
            raise StateAltered(f"expected a check value on the state of {row['id']}, found {found}", instance=row["id"])
        if not hmac.compare_digest(value, _value(self._known[name], row, row_digest)):
            raise StateAltered(
                f"expected the state of {row['id']} as it was stored, found another: it was changed outside",
                instance=row["id"],
            )

    def _read(self) -> None:
        keys = self._keys().secrets
        self._known = {hashlib.sha256(secret).hexdigest()[:8]: secret for secret in keys}
        self._current = list(self._known)[-1]


def _value(secret: bytes, row: Mapping[str, Any], row_digest: str) -> str:
    line = f"{row['id']}\n{row['revision']}\n{row_digest}"
    return hashlib.blake2b(line.encode(), key=secret, digest_size=16, person=b"jiancha state").hexdigest()


def adopt(connection: Connection, states: States) -> int:
    """Give states from before there were check values theirs, once, when the schema comes to have them."""
    query = select(instance).where(instance.c.check_value.is_(None)).order_by(instance.c.id).limit(PAGE)
    change = update(instance).where(
        instance.c.district_code == bindparam("of_district"), instance.c.id == bindparam("of_id")
    )
    count, after = 0, ""
    while rows := [dict(row) for row in connection.execute(query.where(instance.c.id > after)).mappings()]:
        marks = [
            {"of_district": row["district_code"], "of_id": row["id"], "mark": states.mark(row, digest(instance, row))}
            for row in rows
        ]
        connection.execute(change.values(check_value=bindparam("mark")), marks)
        count, after = count + len(rows), rows[-1]["id"]
    return count
