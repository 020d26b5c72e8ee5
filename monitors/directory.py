"""Who works where, in which role, and which items a department handles.

Every method takes the open connection first, so that it sees what the transaction sees. Passwords
are not here (``webui/auth``). Who may sign what is B.5 of the domain sheets; it is data: grants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, or_, select
from sqlalchemy.sql import ColumnElement

from engine import Prepared
from engine.clock import Clock
from engine.errors import NotAllowed, NotFound
from engine.model import SYSTEM, Actor, Task
from monitors import tables as t
from monitors.model import ANY, Department, District, Grant, Person
from monitors.scope import Scope


class Directory:
    """The directory as it stands at the clock's now: grants have validity."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def person(self, connection: Connection, person_id: str) -> Person:
        """That person, active or not; raises NotFound."""
        row = connection.execute(select(t.person).where(t.person.c.id == person_id)).one_or_none()
        if row is None:
            raise NotFound(f"expected a person {person_id}, found none", person=person_id)
        return _person(row)

    def people(self, connection: Connection) -> tuple[Person, ...]:
        """Everybody, in order of id."""
        return tuple(_person(row) for row in connection.execute(select(t.person).order_by(t.person.c.id)))

    def people_of(self, connection: Connection, role: str, district_code: str, department: str) -> tuple[Person, ...]:
        """The active people who hold that role for that department, in order of id."""
        statement = (
            select(t.person)
            .distinct()
            .join(t.grant, t.grant.c.person_id == t.person.c.id)
            .where(
                t.person.c.active,
                t.grant.c.role == role,
                t.grant.c.district_code.in_((ANY, district_code)),
                t.grant.c.department.in_((ANY, department)),
                _in_force(self._clock.now()),
            )
            .order_by(t.person.c.id)
        )
        return tuple(_person(row) for row in connection.execute(statement))

    def grants(self, connection: Connection, person_id: str) -> tuple[Grant, ...]:
        """What an active person holds now; nothing for somebody unknown or inactive."""
        held = _GRANTS.rows(connection, {"person": person_id, "at": self._clock.now()})
        return tuple(Grant(one["role"], one["district_code"], one["department"]) for one in held)

    def may(self, connection: Connection, person_id: str, role: str, district_code: str, department: str) -> bool:
        """Whether the person holds that role there; an empty role means any role."""
        return any(
            role in ("", grant.role) and grant.covers(district_code, department)
            for grant in self.grants(connection, person_id)
        )

    def scope(self, connection: Connection, person_id: str, roles: Sequence[str] = ()) -> Scope:
        """What the person sees by those roles (all roles when none is named)."""
        held = self.grants(connection, person_id)
        return Scope.of(grant for grant in held if not roles or grant.role in roles)

    def authorize(self, connection: Connection, actor: Actor, task: Task) -> None:
        """The engine's port: raises NotAllowed unless the actor holds the task's role there.

        The system itself may; nobody can be entered in the directory under its name.
        """
        if actor.id == SYSTEM.id:
            return
        if not self.may(connection, actor.id, task.role, task.district_code, task.scope):
            raise NotAllowed(
                f"expected {actor.id} to be {task.role or 'somebody'} of {task.scope} in "
                f"{task.district_code}, found no such grant",
                person=actor.id,
                role=task.role,
                district_code=task.district_code,
                department=task.scope,
            )

    def districts(self, connection: Connection) -> tuple[District, ...]:
        """All districts, the city itself included, in order of code."""
        rows = connection.execute(select(t.district).order_by(t.district.c.code))
        return tuple(District(**row._mapping) for row in rows)

    def departments(self, connection: Connection, district_code: str | None = None) -> tuple[Department, ...]:
        """The departments, of one district or of all, in order of code."""
        statement = select(t.department).order_by(t.department.c.district_code, t.department.c.code)
        if district_code is not None:
            statement = statement.where(t.department.c.district_code == district_code)
        return tuple(Department(**row._mapping) for row in connection.execute(statement))

    def department(self, connection: Connection, district_code: str, code: str) -> Department:
        """That department; one that is not known is named by its code."""
        wanted = select(t.department).where(t.department.c.district_code == district_code, t.department.c.code == code)
        row = connection.execute(wanted).one_or_none()
        return Department(district_code, code, code, code) if row is None else Department(**row._mapping)


def _person(row: Row) -> Person:
    return Person(row.id, row.name, row.name_en, row.active)


def _in_force(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(
        or_(t.grant.c.valid_from.is_(None), t.grant.c.valid_from <= at),
        or_(t.grant.c.valid_to.is_(None), t.grant.c.valid_to > at),
    )


# Asked at every step that a person completes.
_GRANTS = Prepared(
    select(t.grant.c.role, t.grant.c.district_code, t.grant.c.department)
    .join(t.person, t.grant.c.person_id == t.person.c.id)
    .where(
        t.person.c.id == bindparam("person"),
        t.person.c.active,
        _in_force(bindparam("at", type_=t.grant.c.valid_from.type)),
    )
    .order_by(t.grant.c.role, t.grant.c.district_code, t.grant.c.department)
)
