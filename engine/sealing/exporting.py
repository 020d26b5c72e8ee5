"""The journal with its seals as lines of JSON: what the stand-alone verifier reads.

Its form is described in ``engine/verify_journal.py``. Read page by page, so that a reader
that stops holds nothing; what is sealed meanwhile still counts as waiting for its seal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_

from engine.casedata import dumps
from engine.db import Database
from engine.tables import journal, seal, sealed_head, unsealed_head

_SAME_ENTRY = and_(sealed_head.c.chain == journal.c.chain, sealed_head.c.seq == journal.c.seq)
_STILL_WAITS = and_(unsealed_head.c.chain == journal.c.chain, unsealed_head.c.seq == journal.c.seq)
_LEAVES = select(sealed_head.c.position, sealed_head.c.chain, sealed_head.c.seq, sealed_head.c.hash)
_SEALS = select(seal.c.number, seal.c.size, seal.c.note)
_ENTRIES = (
    select(journal, sealed_head.c.position, sealed_head.c.hash.label("sealed"), unsealed_head.c.hash.label("waits"))
    .outerjoin(sealed_head, _SAME_ENTRY)
    .outerjoin(unsealed_head, _STILL_WAITS)
    .order_by(journal.c.chain, journal.c.seq)
)
_LOST = _LEAVES.outerjoin(journal, _SAME_ENTRY).where(journal.c.seq.is_(None)).order_by(sealed_head.c.position)


def export(database: Database, page: int = 1_000) -> Iterator[str]:
    """Every sealed head, seal and entry as a line of JSON each."""
    with database.snapshot() as connection:
        seals = connection.execute(select(func.coalesce(func.max(seal.c.number), 0))).scalar_one()
        size = connection.execute(select(func.coalesce(func.max(sealed_head.c.position) + 1, 0))).scalar_one()
    reader = _Reader(database, page, seals, size)
    for part in (reader.tree(), reader.entries(), reader.lost()):
        for line in part:
            yield dumps(line) + "\n"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what was there when the export began: so many seals, over so many heads."""

    database: Database
    page: int
    seals: int
    size: int

    def tree(self) -> Iterator[dict[str, Any]]:
        leaves = self._numbered(_LEAVES, sealed_head.c.position, self.size - 1)
        position = 0
        for number, covered, note in self._numbered(_SEALS, seal.c.number, self.seals):
            while position < covered and (leaf := next(leaves, None)) is not None:
                yield {"leaf": leaf}
                position = leaf[0] + 1
            yield {"seal": [number, covered, note]}
        for leaf in leaves:
            yield {"leaf": leaf}

    def entries(self) -> Iterator[dict[str, Any]]:
        place = tuple_(journal.c.chain, journal.c.seq)
        after: tuple[str, int] = ("", 0)
        while True:
            with self.database.read() as connection:
                query = _ENTRIES.where(place > tuple_(*after)).limit(self.page)
                rows = connection.execute(query).mappings().all()
            for row in rows:
                yield {"entry": self._entry(row)}
            if len(rows) < self.page:
                return
            after = (rows[-1]["chain"], rows[-1]["seq"])

    def lost(self) -> Iterator[dict[str, Any]]:
        """The first sealed head whose entry has gone."""
        with self.database.read() as connection:
            for row in connection.execute(_LOST.where(sealed_head.c.position < self.size).limit(1)):
                yield {"lost": list(row)}

    def _entry(self, row: Any) -> dict[str, Any]:
        entry = {name: row[name] for name in ("chain", "seq", "kind", "actor", "body", "previous", "hash", "position")}
        entry |= {"at": row["at"].isoformat(), "waiting": row["waits"]}
        if entry["position"] is not None and entry["position"] >= self.size:
            entry |= {"position": None, "waiting": row["sealed"]}
        return entry

    def _numbered(self, query: Select[Any], key: ColumnElement[int], last: int) -> Iterator[list[Any]]:
        """The rows up to a number, in its order; the number is their first column."""
        after = -1
        while True:
            with self.database.read() as connection:
                page = query.where(key > after, key <= last).order_by(key).limit(self.page)
                rows = connection.execute(page).all()
            yield from (list(row) for row in rows)
            if len(rows) < self.page:
                return
            after = rows[-1][0]
