"""Who decides about a department's points does not belong to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.errors import NotAllowed
from monitors import tables as t


def must_be_outside(connection: Connection, person: str, district_code: str, department: str, at: datetime) -> None:
    """Raises NotAllowed for somebody who holds a role in that very department; who covers all is not of it."""
    c = t.grant.c
    held = select(c.role).where(
        c.person_id == person,
        c.district_code == district_code,
        c.department == department,
        or_(c.valid_from.is_(None), c.valid_from <= at),
        or_(c.valid_to.is_(None), c.valid_to > at),
    )
    if connection.execute(held).first() is not None:
        raise NotAllowed(f"expected a person of another department than {department}, found {person}", person=person)
