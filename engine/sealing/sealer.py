"""The sealer: links the heads of all chains that moved into one signed seal.

Every command leaves the heads it wrote as rows; a seal turns them into leaves of the tree,
signs the tree's root, and takes the rows away, in one transaction. What did not move since
the last seal costs nothing, and several sealers at once cannot both win: a seal has a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from engine.clock import Clock
from engine.db import Database
from engine.sealing.merkle import Frontier, leaf_bytes
from engine.sealing.notes import Signer, Statement, note_hash
from engine.tables import seal, sealed_head, unsealed_head

BATCH = 2_000
_FORGET = delete(unsealed_head).where(
    unsealed_head.c.district_code == bindparam("of_district"),
    unsealed_head.c.chain == bindparam("of_chain"),
    unsealed_head.c.seq == bindparam("of_seq"),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pace:
    """When a seal is due: so long after the last, or after so many entries; and in quiet times as a sign of life."""

    every: timedelta = timedelta(seconds=60)
    entries: int = 1_000
    quiet: timedelta = timedelta(minutes=10)


class Sealer:
    """Seals the journal of one database. ``clock`` is the machine's, also where cases run on another."""

    def __init__(self, database: Database, clock: Clock, signer: Signer, pace: Pace = Pace()) -> None:
        self._database, self._clock, self._signer, self._pace = database, clock, signer, pace

    def seal_if_due(self) -> int | None:
        """Seal when it is time; the number of the new seal, or None."""
        with self._database.read() as connection:
            due = self._due(connection, self._clock.now())
        return self.seal() if due else None

    def seal(self) -> int | None:
        """Seal up to 2,000 heads now; None when another sealer was faster."""
        try:
            with self._database.begin() as connection:
                return self._seal(connection)
        except IntegrityError:
            return None

    def _due(self, connection: Connection, now: datetime) -> bool:
        last = _last(connection)
        waiting = _waiting(connection, self._pace.entries)
        if last is None:
            return waiting > 0
        # A clock that was set back must not stop the seals until it has caught up.
        since = abs(now - last["at"])
        return (
            waiting >= self._pace.entries
            or (waiting > 0 and since >= self._pace.every)
            or (waiting == 0 and since >= self._pace.quiet)
        )

    def _seal(self, connection: Connection) -> int:
        last = _last(connection)
        rows = _unsealed(connection)
        frontier = Frontier() if last is None else Frontier.of(last["size"], last["frontier"])
        leaves = list(_grow(frontier, _heads(rows)))
        statement = Statement(
            origin=self._signer.name,
            number=1 if last is None else last["number"] + 1,
            size=frontier.size,
            root=frontier.root(),
            entries=(0 if last is None else last["entries"]) + sum(row["entries"] for row in rows),
            at=self._clock.now(),
            previous=None if last is None else note_hash(last["note"]),
        )
        _store(connection, statement, frontier, self._signer.sign(statement.text()))
        if rows:
            connection.execute(insert(sealed_head), leaves)
            connection.execute(_FORGET, [_key(row) for row in rows])
        return statement.number


def _last(connection: Connection) -> Row | None:
    row = connection.execute(select(seal).order_by(seal.c.number.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else dict(row)


def _waiting(connection: Connection, enough: int) -> int:
    """How many entries wait for a seal; counts no further than it must."""
    some = select(unsealed_head.c.entries).limit(enough).subquery()
    return int(connection.execute(select(func.coalesce(func.sum(some.c.entries), 0))).scalar_one())


def _unsealed(connection: Connection) -> list[Row]:
    query = select(unsealed_head).order_by(unsealed_head.c.district_code, unsealed_head.c.chain, unsealed_head.c.seq)
    return [dict(row) for row in connection.execute(query.limit(BATCH)).mappings()]


def _heads(rows: Iterable[Row]) -> Iterable[Row]:
    """The last row of every chain."""
    return {row["chain"]: row for row in rows}.values()


def _grow(frontier: Frontier, heads: Iterable[Row]) -> Iterable[dict[str, Any]]:
    for row in heads:
        yield {"position": frontier.size, "chain": row["chain"], "seq": row["seq"], "hash": row["hash"]}
        frontier.add(leaf_bytes(row["chain"], row["seq"], row["hash"]))


def _store(connection: Connection, statement: Statement, frontier: Frontier, note: str) -> None:
    connection.execute(
        insert(seal).values(
            number=statement.number,
            size=statement.size,
            entries=statement.entries,
            at=statement.at,
            frontier=frontier.stored(),
            note=note,
        )
    )


def _key(row: Row) -> dict[str, Any]:
    return {"of_district": row["district_code"], "of_chain": row["chain"], "of_seq": row["seq"]}
