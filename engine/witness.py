"""What a command wrote, as digests in its last journal entry: who changes a row later contradicts the journal.

A digest covers every column that has a value, but those that come and go without an act. So
a column that a later release adds without a value leaves what was witnessed before as it is.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from datetime import UTC
from sys import intern
from typing import Any

from sqlalchemy import LargeBinary, Table

from engine.casedata import encoded
from engine.db import UtcDateTime
from engine.instances.rows import RowSet
from engine.journal import Chain
from engine.tables import extension, history, instance, subscription, suspension, task, timer

Row = Mapping[str, Any]

# The tables that a case lies in, by the letter that stands for them in an entry, with what names a row in its case.
COVERED: dict[Table, tuple[str, tuple[str, ...]]] = {
    instance: ("i", ()),
    task: ("t", ("id",)),
    timer: ("r", ("id",)),
    subscription: ("s", ("id",)),
    history: ("h", ("element", "occurrence")),
    suspension: ("p", ("id",)),
    extension: ("x", ()),
}
LETTERS = {letter: table.name for table, (letter, _) in COVERED.items()}
# Leases change between acts; the ends of the chain and the check value depend on the digest themselves.
VOLATILE: dict[Table, frozenset[str]] = {
    timer: frozenset({"lease_owner", "lease_until", "fence"}),
    instance: frozenset({"journal_seq", "journal_hash", "check_value"}),
}


def _columns(table: Table, kind: type[Any] = object) -> tuple[str, ...]:
    """The names of the covered columns whose type is of this kind."""
    found = (column for column in table.c if column.name not in VOLATILE.get(table, ()))
    return tuple(intern(str(column.name)) for column in found if isinstance(column.type, kind))


_COLUMNS, _INSTANTS, _BYTES = (
    {table: _columns(table, kind) for table in COVERED} for kind in (object, UtcDateTime, LargeBinary)
)


def tag(table: Table, row: Row) -> str:
    """What names a row among those of its case: the table's letter and 48 bits over its key."""
    letter, key = COVERED[table]
    if not key:
        return letter
    named = row[key[0]] if len(key) == 1 else "\n".join(str(row[name]) for name in key)
    return letter + _short(named.encode(), 6)


def digest(table: Table, row: Row) -> str:
    """128 bits over the row, the same whichever database it was read from."""
    shown = {name: row[name] for name in _COLUMNS[table] if row[name] is not None}
    for name in _INSTANTS[table]:
        if name in shown and shown[name].tzinfo is not UTC:
            shown[name] = shown[name].astimezone(UTC)
    for name in _BYTES[table]:
        if name in shown:
            shown[name] = hashlib.sha256(shown[name]).hexdigest()
    return _short(encoded(shown), 16)


def witnessed(table: Table, rows: Iterable[Row]) -> dict[str, str]:
    """Digests by tag."""
    return {tag(table, row): digest(table, row) for row in rows}


def bear_witness(chain: Chain, row: Row, written: Mapping[Table, RowSet], gone: Iterable[Row]) -> str:
    """Say in the last entry of a case's chain what a command writes: its own row, rows by table, rows it deletes.

    Gives the digest of the instance's row.
    """
    own, before = digest(instance, row), witnessed(subscription, gone)
    digests: dict[str, str | None] = {**dict.fromkeys(before), tag(instance, row): own}
    if chain.found is not None:
        before[tag(instance, row)] = chain.found
    for table, rows in written.items():
        digests |= witnessed(table, rows.inserts())
        for key in rows.changed:
            named = tag(table, rows.rows[key])
            digests[named], before[named] = digest(table, rows.rows[key]), digest(table, rows.before[key])
    chain.witness(digests, before)
    return own


def _short(raw: bytes, size: int) -> str:
    return b2a_base64(hashlib.sha256(raw).digest()[:size], newline=False).decode().rstrip("=")
