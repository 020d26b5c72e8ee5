"""What happens to the product itself, not to a case: kept in a journal chain of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from engine.db import Database
from engine.journal import Chain
from engine.tables import journal

CHAIN = "product"
DISTRICT = "*"
ATTEMPTS = 10


def notice(database: Database, kind: str, actor: str, at: datetime, body: Mapping[str, Any]) -> None:
    """Append one entry in a transaction of its own; two who do so at once go one after the other."""
    for attempt in range(ATTEMPTS):
        try:
            with database.begin() as connection:
                chain = _open(connection)
                chain.append(kind, actor, at, at, body)
                connection.execute(journal.insert(), chain.rows)
                return
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise


def _open(connection: Connection) -> Chain:
    last = select(journal.c.seq, journal.c.hash).where(journal.c.district_code == DISTRICT, journal.c.chain == CHAIN)
    row = connection.execute(last.order_by(journal.c.seq.desc()).limit(1)).one_or_none()
    return Chain(DISTRICT, CHAIN) if row is None else Chain(DISTRICT, CHAIN, row.seq, row.hash)
