"""Violations for the pages: lists within a person's scope, and one violation with everything about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, func, select

from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t
from monitors.outcomes import (
    Appeal,
    Card,
    Explanation,
    File,
    Inspection,
    Listed,
    Order,
    OrderCopy,
    PersonalMeasure,
    Rectification,
    Responsibility,
    Violation,
)
from monitors.scope import EVERYWHERE, Scope
from monitors.timeline import timeline

LISTED = "挂牌督办"
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
        """The violation that this warning was confirmed as, alone or with others of its cause, or None."""
        with self.database.read() as connection:
            finding = _first(connection, t.violation_finding, warning_id=warning_id)
        return None if finding is None else self._by(id=finding.violation_id, district_code=finding.district_code)

    def listed(self) -> tuple[Listed, ...]:
        """The orders under public supervision that are not closed, the next deadline first."""
        o, v = t.supervision_order.c, t.violation.c
        wanted = (
            select(o.district_code, v.department, o.number, o.demand, o.deadline, o.state)
            .join(t.violation, (v.district_code == o.district_code) & (v.id == o.violation_id))
            .where(o.kind == LISTED, o.state != "closed")
            .order_by(o.deadline, o.number)
        )
        with self.database.read() as connection:
            return tuple(Listed(**row._mapping) for row in connection.execute(wanted))

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
    orders = _all(connection, t.supervision_order, Order, "issued_at", **about)
    order = orders[-1] if orders else None
    cards = _all(connection, t.card, Card, "issued_at", **about)
    appeals = _all(connection, t.appeal, Appeal, "filed_at", **about)
    reports = _all(connection, t.rectification, Rectification, "round", **about)
    row, findings = dict(warning._mapping), _findings(connection, violation)
    looked_at = [finding["id"] for finding in findings]
    inspections = _inspections(connection, district, looked_at)
    events = timeline(row, explanation, violation, order, cards, appeals, reports, findings, inspections)
    return File(
        violation,
        row,
        explanation,
        order,
        cards,
        appeals,
        reports,
        events,
        findings,
        inspections,
        _all(connection, t.responsibility, Responsibility, "number", **about),
        _all(connection, t.order_copy, OrderCopy, "sent_at", **about),
        _all(connection, t.personal_measure, PersonalMeasure, "proposed_at", **about),
    )


def _findings(connection: Connection, violation: Violation) -> tuple[dict[str, Any], ...]:
    """The warnings that it was confirmed from, in the order in which they joined."""
    f, w = t.violation_finding.c, t.warning.c
    wanted = (
        select(t.warning, f.joined_at, f.joined_by)
        .join(t.violation_finding, (f.district_code == w.district_code) & (f.warning_id == w.id))
        .where(f.district_code == violation.district_code, f.violation_id == violation.id)
        .order_by(f.joined_at, w.number)
    )
    return tuple(dict(row._mapping) for row in connection.execute(wanted))


def _inspections(connection: Connection, district: str, warnings: list[str]) -> tuple[Inspection, ...]:
    c = t.inspection.c
    wanted = select(t.inspection).where(c.district_code == district, c.warning_id.in_(warnings))
    return tuple(Inspection(**row._mapping) for row in connection.execute(wanted.order_by(c.recorded_at, c.number)))


def _first(connection: Connection, table: Table, **where: str) -> Row[Any] | None:
    return connection.execute(select(table).filter_by(**where)).first()


def _all(connection: Connection, table: Table, make: Callable[..., T], order: str, **where: str) -> tuple[T, ...]:
    wanted = select(table).filter_by(**where).order_by(table.c[order])
    return tuple(make(**row._mapping) for row in connection.execute(wanted))
