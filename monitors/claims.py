"""Who works on a warning: a supervisor claims it, hands it over, gives it back; while away another stands in.

What is claimed is decided by its holder, or by whoever stands in for the holder just then. A substitute gains no
role by that: only somebody who may do the same work there may stand in (B.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.errors import Conflict, InvalidData, NotAllowed
from engine.model import SYSTEM, Actor, Task
from monitors import tables as t
from monitors.acts import journal, note_act, undecided, words_of
from monitors.directory import Directory
from monitors.storing import put
from monitors.warnings import VIOLATION_PROCESS

HOLDER = "supervisor"  # the role that works on warnings


@dataclass(frozen=True, slots=True)
class Absence:
    """``substitute`` stands in for the person from ``since`` until ``until``, when the person is back."""

    person_id: str
    since: datetime
    until: datetime
    substitute: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class Claims:
    """The acts on who holds what; each in the open transaction."""

    directory: Directory

    def claim(self, connection: Connection, warning_id: str, by: str, at: datetime) -> None:
        """Take a warning on; raises Conflict when another holds it, NotAllowed for nobody who works on warnings there."""
        row = undecided(connection, warning_id)
        self._must_work_there(connection, row, by)
        if row.held_by is not None and row.held_by != by and not stands_in(connection, by, row.held_by, at):
            raise Conflict(
                f"expected warning {row.number} to be free, found it held by {row.held_by}",
                warning=row.id,
                held_by=row.held_by,
            )
        if row.held_by != by:
            _hold(connection, row, by)
            note_act(connection, row, "claimed", by, at, to=row.held_by)

    def release(self, connection: Connection, warning_id: str, by: str, at: datetime) -> None:
        """Give it back to all; raises Conflict when the person does not hold it."""
        row = undecided(connection, warning_id)
        _must_hold(connection, row, by, at)
        _hold(connection, row, None)
        note_act(connection, row, "released", by, at)

    def hand_over(
        self,
        connection: Connection,
        warning_id: str,
        by: str,
        to: str,
        reason: str,
        at: datetime,
        *,
        head: bool = False,
    ) -> None:
        """Hand it to somebody who works on warnings there; a ``head`` of the office may, whoever holds it."""
        row = undecided(connection, warning_id)
        if not head:
            _must_hold(connection, row, by, at)
        self._must_work_there(connection, row, to)
        _hold(connection, row, to)
        note_act(connection, row, "handed_over", by, at, to=to, note=words_of(reason))

    def away(self, connection: Connection, absence: Absence, at: datetime) -> None:
        """Enter an absence; the same person and beginning again replaces it.

        Raises InvalidData when it ends before it begins, NotAllowed for a substitute who has not one of the
        person's own roles there.
        """
        if absence.until <= absence.since:
            raise InvalidData("expected an absence to end after it begins, found it does not", field="until")
        grants = self.directory.grants(connection, absence.person_id)
        able = any(
            self.directory.may(connection, absence.substitute, held.role, held.district_code, held.department)
            for held in grants
        )
        if not able or absence.substitute == absence.person_id:
            raise NotAllowed(
                f"expected somebody with a role of {absence.person_id} to stand in, found {absence.substitute}",
                person=absence.substitute,
            )
        values = {name: getattr(absence, name) for name in ("person_id", "since", "until", "substitute", "entered_by")}
        put(connection, t.absence, values)
        journal(connection, "absence_entered", absence.entered_by, at, values)

    def back(self, connection: Connection, person_id: str, by: str, at: datetime) -> None:
        """The person is back: what runs ends now, and what was to come is not to be."""
        c = t.absence.c
        connection.execute(t.absence.delete().where(c.person_id == person_id, c.since > at))
        connection.execute(update(t.absence).where(c.person_id == person_id, c.until > at).values(until=at))
        journal(connection, "absence_ended", by, at, {"person_id": person_id})

    def allow(self, connection: Connection, actor: Actor, task: Task, at: datetime) -> None:
        """Raises NotAllowed when a supervisor's step of a violation process belongs to a warning that another holds."""
        if task.definition != VIOLATION_PROCESS or task.role != HOLDER or actor.id == SYSTEM.id:
            return
        c = t.warning.c
        wanted = select(c.id, c.number, c.held_by).where(c.number == task.business_key)
        row = connection.execute(wanted).one_or_none()
        if row is not None and row.held_by is not None:
            must_be_free(connection, row, actor.id, at)

    def _must_work_there(self, connection: Connection, row: Row[Any], person: str) -> None:
        if not self.directory.may(connection, person, HOLDER, row.district_code, row.department):
            raise NotAllowed(
                f"expected {person} to be a {HOLDER} of {row.department} in {row.district_code}, found no such grant",
                person=person,
                role=HOLDER,
            )


def stands_in(connection: Connection, person: str, holder: str, at: datetime) -> bool:
    """Whether the person stands in for the holder at that instant."""
    c = t.absence.c
    wanted = select(c.person_id).where(c.person_id == holder, c.substitute == person, c.since <= at, c.until > at)
    return connection.execute(wanted).first() is not None


def stood_in_for(connection: Connection, person: str, at: datetime) -> tuple[str, ...]:
    """For whom the person stands in, in order of id."""
    c = t.absence.c
    wanted = select(c.person_id).where(c.substitute == person, c.since <= at, c.until > at)
    return tuple(connection.execute(wanted.distinct().order_by(c.person_id)).scalars())


def absences(connection: Connection, people: Iterable[str], at: datetime) -> tuple[Absence, ...]:
    """The absences of these people that run or are to come, by beginning."""
    c = t.absence.c
    wanted = select(t.absence).where(c.person_id.in_(tuple(people)), c.until > at).order_by(c.since, c.person_id)
    return tuple(Absence(**row._mapping) for row in connection.execute(wanted))


def must_be_free(connection: Connection, row: Any, person: str, at: datetime) -> None:
    """Raises NotAllowed when another holds the warning and the person does not stand in."""
    holder = row.held_by
    if holder is not None and holder != person and not stands_in(connection, person, holder, at):
        raise NotAllowed(
            f"expected {holder}, who holds warning {row.number}, or who stands in; found {person}",
            person=person,
            held_by=holder,
        )


def _must_hold(connection: Connection, row: Row[Any], person: str, at: datetime) -> None:
    if row.held_by is None:
        raise Conflict(f"expected warning {row.number} to be held, found it free", warning=row.id)
    must_be_free(connection, row, person, at)


def _hold(connection: Connection, row: Row[Any], person: str | None) -> None:
    c = t.warning.c
    mine = (c.district_code == row.district_code, c.id == row.id)
    connection.execute(update(t.warning).where(*mine).values(held_by=person))
