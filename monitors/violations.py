"""Violations for the pages: lists within a person's scope, and one violation with everything about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, func, select

from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t
from monitors.outcomes import Appeal, Card, Explanation, File, Order, Rectification, Violation
from monitors.scope import EVERYWHERE, Scope
from monitors.timeline import timeline

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Violations:
    """Reads only; what changes violations are the handlers in ``monitors/handling``."""

    database: Database

    def list(
        self, scope: Scope = EVERYWHERE, state: str | None = None, *, limit: int = 100, offset: int = 0
    ) -> tuple[Violation, ...]:
        """The violations that the scope covers, newest confirmation first; of one state or of all."""
        c = t.violation.c
        wanted = select(t.violation).where(scope.where(c.district_code, c.department))
        if state is not None:
            wanted = wanted.where(c.state == state)
        wanted = wanted.order_by(c.confirmed_at.desc(), c.number.desc()).limit(limit).offset(offset)
        with self.database.read() as connection:
            return tuple(Violation(**row._mapping) for row in connection.execute(wanted))

    def count(self, scope: Scope = EVERYWHERE, state: str | None = None) -> int:
        """How many violations :meth:`list` would give without a limit."""
        c = t.violation.c
        wanted = select(func.count()).select_from(t.violation).where(scope.where(c.district_code, c.department))
        if state is not None:
            wanted = wanted.where(c.state == state)
        with self.database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def get(self, violation_id: str) -> File:
        """One violation with order, cards, appeals, rectifications and timeline; raises NotFound."""
        with self.database.read() as connection:
            row = _first(connection, t.violation, id=violation_id)
            if row is None:
                raise NotFound(f"expected a violation {violation_id}, found none", violation=violation_id)
            return _file(connection, Violation(**row._mapping))

    def by_warning(self, warning_id: str) -> File | None:
        """The violation that this warning was confirmed as, or None."""
        return self._by(warning_id=warning_id)

    def by_instance(self, instance_id: str) -> File | None:
        """The violation that this process instance handles, or None before it is confirmed."""
        return self._by(instance_id=instance_id)

    def _by(self, **where: str) -> File | None:
        with self.database.read() as connection:
            row = _first(connection, t.violation, **where)
            return None if row is None else _file(connection, Violation(**row._mapping))


def _file(connection: Connection, violation: Violation) -> File:
    district = violation.district_code
    about = {"district_code": district, "violation_id": violation.id}
    warning = _first(connection, t.warning, district_code=district, id=violation.warning_id)
    if warning is None:
        raise NotFound(f"expected warning {violation.warning_id}, found none", warning=violation.warning_id)
    said = _first(connection, t.explanation, district_code=district, warning_id=violation.warning_id)
    explanation = None if said is None else Explanation(**said._mapping)
    ordered = _first(connection, t.supervision_order, **about)
    order = None if ordered is None else Order(**ordered._mapping)
    cards = _all(connection, t.card, Card, "issued_at", **about)
    appeals = _all(connection, t.appeal, Appeal, "filed_at", **about)
    reports = _all(connection, t.rectification, Rectification, "round", **about)
    row = dict(warning._mapping)
    events = timeline(row, explanation, violation, order, cards, appeals, reports)
    return File(violation, row, explanation, order, cards, appeals, reports, events)


def _first(connection: Connection, table: Table, **where: str) -> Row[Any] | None:
    return connection.execute(select(table).filter_by(**where)).first()


def _all(connection: Connection, table: Table, make: Callable[..., T], order: str, **where: str) -> tuple[T, ...]:
    wanted = select(table).filter_by(**where).order_by(table.c[order])
    return tuple(make(**row._mapping) for row in connection.execute(wanted))
