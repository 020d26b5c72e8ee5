"""What one person proposes and another decides: the rows of waivers and recalls have the same life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update

from engine.errors import Conflict, NotAllowed, NotFound
from monitors.acts import journal, words_of
from monitors.hashing import sha256
from monitors.storing import next_number

PROPOSED, REFUSED = "proposed", "refused"


def propose(
    connection: Connection,
    table: Table,
    prefix: str,
    values: Mapping[str, Any],
    reason: str,
    by: str,
    at: datetime,
    key: str | None = None,
) -> str:
    """Keep a proposal; gives its id. The same key again gives the same proposal.

    Its number is of the year of ``at``, in the zone that it is given in.
    """
    said = words_of(reason)
    number = next_number(connection, prefix, at.year)  # in turn: of two with one key the second sees the first
    identity = identity_of(table, key or number)
    if connection.execute(select(table.c.id).where(table.c.id == identity)).first() is not None:
        return identity
    told = {**values, "number": number, "reason": said}
    row = {"id": identity, "state": PROPOSED, "proposed_by": by, "proposed_at": at}
    connection.execute(insert(table).values(**told, **row))
    journal(connection, f"{table.name}_proposed", by, at, told)
    return identity


def identity_of(table: Table, key: str) -> str:
    """The id of the proposal that was made under that key."""
    return sha256(table.name, key)


def decide(
    connection: Connection, table: Table, identity: str, yes: str | None, opinion: str, by: str, at: datetime
) -> Row[Any]:
    """Decide a proposal: ``yes`` is the state of one that is agreed to, None refuses it. Gives the row as it was.

    Raises NotFound, Conflict when it was decided already, NotAllowed when the one who proposed it decides.
    """
    wanted = select(table).where(table.c.id == identity).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"expected a {table.name} {identity}, found none", wanted=identity)
    if row.state != PROPOSED:
        raise Conflict(f"expected {row.number} to be proposed, found it {row.state}", state=row.state)
    if row.proposed_by == by:
        raise NotAllowed(f"expected {row.number} to be decided by a second person, found {by} twice", person=by)
    said = words_of(opinion, "opinion")
    values = {"state": yes or REFUSED, "decided_by": by, "decided_at": at, "opinion": said}
    connection.execute(
        update(table).where(table.c.district_code == row.district_code, table.c.id == row.id).values(**values)
    )
    return row
