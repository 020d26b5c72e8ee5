"""Closing warnings outside of their process: dismissed in bulk with one cause, corrected, or recalled.

The row changes and its process is called off in one transaction; the process itself ends by a command of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.db import Database
from engine.errors import EngineError, InvalidData, NotAllowed
from engine.jobs import call_off
from monitors import tables as t
from monitors.acts import note_act, undecided, words_of
from monitors.claims import must_be_free
from monitors.warnings import OWN_DEADLINE_PROCESS, VIOLATION_PROCESS

MOST = 500  # warnings in one bulk dismissal


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one warning of a bulk act: ``error`` None where it was closed."""

    warning_id: str
    error: EngineError | None = None


def close(
    connection: Connection, row: Row[Any], state: str, reason: str, by: str, at: datetime, to: str | None = None
) -> None:
    """The warning gets that state for good, and nothing more comes of its process."""
    c = t.warning.c
    mine = (c.district_code == row.district_code, c.id == row.id)
    connection.execute(update(t.warning).where(*mine).values(state=state, closed_at=at, outcome_reason=reason))
    call_off(connection, row.id, (VIOLATION_PROCESS, OWN_DEADLINE_PROCESS), row.number, f"{state}: {reason}", at)
    note_act(connection, row, state, by, at, to=to, note=reason)


def dismiss(connection: Connection, warning_id: str, by: str, reason: str, at: datetime) -> None:
    """Dismiss one as a false alarm (误报, B.4 row 3).

    Raises InvalidData without a reason, Conflict when it is decided, NotAllowed when another holds it or when the
    one who explained it dismisses it.
    """
    row = undecided(connection, warning_id)
    must_be_free(connection, row, by, at)
    c = t.explanation.c
    explained = select(c.explained_by).where(c.district_code == row.district_code, c.warning_id == row.id)
    if connection.execute(explained).scalar_one_or_none() == by:
        raise NotAllowed(f"expected explanation and verification to be two persons, found {by} twice", person=by)
    close(connection, row, "dismissed", words_of(reason), by, at)


def dismiss_all(database: Database, ids: Iterable[str], by: str, reason: str, at: datetime) -> Sequence[Done]:
    """Dismiss many with one cause, each in a transaction of its own: one that cannot be keeps no other from it.

    Raises InvalidData for no reason or for more than 500.
    """
    wanted, said = tuple(dict.fromkeys(ids)), words_of(reason)
    if len(wanted) > MOST:
        raise InvalidData(f"expected at most {MOST} warnings at once, found {len(wanted)}", field="warnings")
    return [_one(database, warning_id, by, said, at) for warning_id in wanted]


def _one(database: Database, warning_id: str, by: str, reason: str, at: datetime) -> Done:
    try:
        with database.begin() as connection:
            dismiss(connection, warning_id, by, reason, at)
    except EngineError as error:
        return Done(warning_id, error)
    return Done(warning_id)
