"""What rules on trial found: kept apart, told to nobody, counted (design, peers 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, cast, func, select

from monitors import tables as t
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import insert_once


@dataclass(frozen=True, slots=True)
class Trial:
    """How often a rule on trial would have warned a department; ``undetermined`` of these could not be judged."""

    definition: str
    rule: str
    level: str
    district_code: str
    department: str
    found: int
    undetermined: int
    cases: int
    first: datetime
    last: datetime


def observe(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a finding of a rule on trial, once."""
    insert_once(connection, t.observation, {column.name: row[column.name] for column in t.observation.c})


def observed(
    connection: Connection, scope: Scope = EVERYWHERE, *, rule: str | None = None, limit: int = 100, offset: int = 0
) -> tuple[Row[Any], ...]:
    """The findings that the scope covers, newest first; of one rule or of all."""
    c = t.observation.c
    wanted = select(t.observation).where(scope.where(c.district_code, c.department))
    if rule is not None:
        wanted = wanted.where(c.rule == rule)
    wanted = wanted.order_by(c.raised_at.desc(), c.id).limit(limit).offset(offset)
    return tuple(connection.execute(wanted))


def trials(connection: Connection, scope: Scope = EVERYWHERE) -> tuple[Trial, ...]:
    """The counts by rule, level and department, in that order."""
    c = t.observation.c
    keys = (c.definition, c.rule, c.level, c.district_code, c.department)
    wanted = (
        select(
            *keys,
            func.count().label("found"),
            func.sum(cast(c.undetermined, Integer)).label("undetermined"),
            func.count(c.case_id.distinct()).label("cases"),
            func.min(c.raised_at).label("first"),
            func.max(c.raised_at).label("last"),
        )
        .where(scope.where(c.district_code, c.department))
        .group_by(*keys)
        .order_by(*keys)
    )
    return tuple(Trial(**row._mapping) for row in connection.execute(wanted))
