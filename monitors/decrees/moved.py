"""What a decree did to the limits of open cases: kept for each rung, and told where a warning rests on it.

A warning that would no longer be raised is not taken back by a machine: people are told, and withdraw it or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from engine.handlers import Renewed
from engine.model import MovedLimit
from monitors import tables as t
from monitors.alerts import raise_alert
from monitors.scope import Scope
from monitors.storing import put

MOVED, NO_LONGER_DUE = "moved", "no_longer_due"
MESSAGE = "期限的依据有变（{}），据此该预警当时不应发出，请核查是否撤销"
MESSAGE_EN = (
    "What the limit rests on has changed ({}): this warning would not have been raised; see whether to withdraw it"
)
BY_HAND = "-"  # the decree of a calendar that was changed without one


@dataclass(frozen=True, slots=True)
class Moved:
    """One rung of one case that a decree moved; ``kind`` is moved, or no_longer_due for one that has fired."""

    district_code: str
    decree: str
    timer_id: str
    case_id: str
    case_no: str
    department: str
    element: str
    rule: str
    rung: str
    occurrence: int
    kind: str
    before: datetime | None
    after: datetime | None
    warning_id: str | None
    moved_at: datetime


def keep(renewed: Renewed, now: datetime) -> None:
    """Write down what moved; ``now`` is the clock's, not the event time."""
    connection, decree = renewed.connection, renewed.because.get("decree", BY_HAND)
    for limit in renewed.limits:
        warning = _warning_of(connection, renewed, limit) if limit.over else None
        put(connection, t.moved_limit, _values(renewed, limit, decree, None if warning is None else warning["id"], now))
        if warning is not None:
            _alert(connection, renewed, limit, warning, now)


def moved_by(
    connection: Connection, decree: str, scope: Scope, *, limit: int = 100, offset: int = 0
) -> tuple[Moved, ...]:
    """What a decree moved, those first of which a warning was raised, then by case."""
    c = t.moved_limit.c
    query = _of(decree, scope, select(t.moved_limit)).order_by(
        case((c.kind == NO_LONGER_DUE, 0), else_=1), c.case_no, c.rule, c.rung, c.timer_id
    )
    return tuple(Moved(**row._mapping) for row in connection.execute(query.limit(limit).offset(offset)))


def moved_in(connection: Connection, district_code: str, case_id: str) -> tuple[tuple[Moved, str], ...]:
    """What was moved in a case, in order of time, each with the title of the decree (empty where it was none)."""
    c, d = t.moved_limit.c, t.calendar_decree
    query = (
        select(t.moved_limit, func.coalesce(d.c.title, "").label("title"))
        .join(d, d.c.id == c.decree, isouter=True)
        .where(c.district_code == district_code, c.case_id == case_id)
        .order_by(c.moved_at, c.rule, c.rung)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return tuple((Moved(**{name: row[name] for name in Moved.__slots__}), row["title"]) for row in rows)


def count_moved(connection: Connection, decree: str, scope: Scope) -> Mapping[str, int]:
    """How many rungs it moved, by kind, and in how many ``cases``."""
    c = t.moved_limit.c
    kinds = connection.execute(_of(decree, scope, select(c.kind, func.count()).group_by(c.kind)))
    cases = connection.execute(_of(decree, scope, select(func.count(func.distinct(c.case_id))))).scalar_one()
    return {**dict.fromkeys((MOVED, NO_LONGER_DUE), 0), **{row[0]: row[1] for row in kinds}, "cases": cases}


def _of(decree: str, scope: Scope, query: Select[Any]) -> Select[Any]:
    c = t.moved_limit.c
    return query.where(c.decree == decree, scope.where(c.district_code, c.department))


def _values(renewed: Renewed, limit: MovedLimit, decree: str, warning: str | None, now: datetime) -> dict[str, Any]:
    instance = renewed.case.instance
    return {
        "district_code": instance.district_code,
        "decree": decree,
        "timer_id": limit.timer,
        "case_id": instance.id,
        "case_no": instance.business_key,
        "department": instance.scope,
        "kind": NO_LONGER_DUE if limit.over else MOVED,
        "warning_id": warning,
        "moved_at": now,
        **{name: getattr(limit, name) for name in ("element", "rule", "rung", "occurrence", "before", "after")},
    }


def _warning_of(connection: Connection, renewed: Renewed, limit: MovedLimit) -> Mapping[str, Any] | None:
    c, instance = t.warning.c, renewed.case.instance
    query = select(c.id, c.number, c.level).where(
        c.district_code == instance.district_code,
        c.case_id == instance.id,
        c.rule == limit.rule,
        c.rung == limit.rung,
        c.occurrence == limit.occurrence,
    )
    row = connection.execute(query.limit(1)).mappings().one_or_none()
    return None if row is None else dict(row)


def _alert(
    connection: Connection, renewed: Renewed, limit: MovedLimit, warning: Mapping[str, Any], now: datetime
) -> None:
    instance, title = renewed.case.instance, renewed.because.get("title") or renewed.because.get("reason", "")
    raise_alert(
        connection,
        kind=NO_LONGER_DUE,
        district_code=instance.district_code,
        department=instance.scope,
        level=warning["level"],
        body={
            "warning_no": warning["number"],
            "case_no": instance.business_key,
            "message": MESSAGE.format(title),
            "message_en": MESSAGE_EN.format(title),
        },
        at=now,
        warning_id=warning["id"],
    )
