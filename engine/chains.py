"""Chains in the database: storing what was appended, and the one chain of what concerns no case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from engine import statements
from engine.journal import Chain
from engine.tables import journal, unsealed_head

ACTS = "acts"
EVERYWHERE = "*"
_LAST = (
    select(journal.c.seq, journal.c.hash)
    .where(journal.c.district_code == EVERYWHERE, journal.c.chain == ACTS)
    .order_by(journal.c.seq.desc())
    .limit(1)
)
# Any number will do that nothing else of ours locks by.
_ONE_AFTER_THE_OTHER = text("select pg_advisory_xact_lock(7303014)")


def write_chain(connection: Connection, chain: Chain) -> None:
    """Store what was appended to a chain, and ask for a seal over it."""
    statements.INSERTS[journal].run_many(connection, chain.rows)
    statements.INSERTS[unsealed_head].run_many(connection, chain.head())


def append_act(connection: Connection, kind: str, actor: str, at: datetime, body: Mapping[str, Any]) -> None:
    """One entry about what concerns no case; those who do so at once go one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AFTER_THE_OTHER)
    last = connection.execute(_LAST).one_or_none()
    chain = Chain(EVERYWHERE, ACTS) if last is None else Chain(EVERYWHERE, ACTS, last.seq, last.hash)
    chain.append(kind, actor, at, at, body)
    write_chain(connection, chain)
