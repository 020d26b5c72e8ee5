"""What people do with warnings outside of a process: each act is a row beside the warning and an entry of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from engine.chains import append_act
from engine.errors import Conflict, InvalidData, NotFound
from monitors import tables as t
from monitors.plain import plain

# What still waits for a decision, and what was closed without counting anything.
UNDECIDED = ("open", "explained")
COUNTS_NOTHING = ("dismissed", "exempted", "auto_closed", "waived", "recalled")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did with a warning; ``to`` is a person, or the number of a recall."""

    at: datetime
    kind: str
    actor: str
    to: str | None
    note: str


def locked(connection: Connection, warning_id: str) -> Row[Any]:
    """The warning's row, kept from others until the transaction ends; raises NotFound."""
    wanted = select(t.warning).where(t.warning.c.id == warning_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"expected a warning {warning_id}, found none", warning=warning_id)
    return row


def undecided(connection: Connection, warning_id: str) -> Row[Any]:
    """The same, of one that nobody has decided yet; raises Conflict."""
    row = locked(connection, warning_id)
    if row.state not in UNDECIDED:
        raise Conflict(
            f"expected warning {row.number} to wait for a decision, found it {row.state}",
            warning=row.id,
            state=row.state,
        )
    return row


def note_act(
    connection: Connection, row: Row[Any], kind: str, by: str, at: datetime, *, to: str | None = None, note: str = ""
) -> None:
    """Keep the act beside the warning and in the journal's chain of acts."""
    c = t.warning_act.c
    mine = (c.district_code == row.district_code, c.warning_id == row.id)
    number = connection.execute(select(func.count()).select_from(t.warning_act).where(*mine)).scalar_one() + 1
    connection.execute(
        insert(t.warning_act).values(
            district_code=row.district_code,
            warning_id=row.id,
            number=number,
            at=at,
            kind=kind,
            actor=by,
            to=to,
            note=note,
        )
    )
    journal(connection, f"warning_{kind}", by, at, {"warning": row.number, "id": row.id, "to": to, "note": note})


def acts_of(connection: Connection, warning_id: str) -> tuple[Act, ...]:
    """What was done with the warning, in order."""
    c = t.warning_act.c
    wanted = select(c.at, c.kind, c.actor, c.to, c.note).where(c.warning_id == warning_id).order_by(c.number)
    return tuple(Act(*row) for row in connection.execute(wanted))


def journal(connection: Connection, kind: str, by: str, at: datetime, body: Mapping[str, Any]) -> None:
    """An entry in the chain of acts; always the last that a transaction writes, for others wait for it."""
    append_act(connection, kind, by, at, plain(body))


def words_of(text: str, field: str = "reason") -> str:
    """A reason that says something; raises InvalidData."""
    said = text.strip()
    if not said:
        raise InvalidData(f"expected words in {field}, found none", field=field)
    return said
