"""What happens to the product itself, not to a case: kept in the journal's chain of acts without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.db import Database
from engine.store import insert_many, open_chain_of_acts
from engine.tables import journal

DISTRICT = ""  # of no district
ATTEMPTS = 10


def notice(database: Database, kind: str, actor: str, at: datetime, body: Mapping[str, Any]) -> None:
    """Append one entry in a transaction of its own; two who do so at once go one after the other."""
    for attempt in range(ATTEMPTS):
        try:
            with database.begin() as connection:
                chain = open_chain_of_acts(connection, DISTRICT)
                chain.append(kind, actor, at, at, body)
                insert_many(connection, journal, chain.rows)
                return
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
