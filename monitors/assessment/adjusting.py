"""After the freeze (B.8): what is decided later never changes a sheet; an adjustment record stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select

from monitors import tables as t
from monitors.assessment.results import ScoreSheetResult


class Frozen(Protocol):
    """What is needed of a score."""

    @property
    def district_code(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def grade(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The total and grade before and after; ``body`` has the result as it is now, and which violations came or went."""

    district_code: str
    department: str
    period: str
    sheet: str
    version: int
    number: int
    total_before: Decimal
    total_after: Decimal
    grade_before: str
    grade_after: str
    made_at: datetime
    body: Mapping[str, Any]


def adjustments_of(connection: Connection, score: Frozen) -> tuple[Adjustment, ...]:
    """Those of a score, the first first."""
    c = t.score_adjustment.c
    wanted = select(t.score_adjustment).where(*_of(c, score)).order_by(c.number)
    return tuple(Adjustment(**row._mapping) for row in connection.execute(wanted))


def settle(connection: Connection, score: Frozen, result: ScoreSheetResult, at: datetime) -> Adjustment | None:
    """Keep an adjustment where the total or grade is no longer what the last one, or the sheet itself, says."""
    earlier = adjustments_of(connection, score)
    total, grade = (earlier[-1].total_after, earlier[-1].grade_after) if earlier else (score.total, score.grade)
    if (total, grade) == (result.total, result.grade):
        return None
    made = Adjustment(
        **_key(score),
        number=len(earlier) + 1,
        total_before=total,
        total_after=result.total,
        grade_before=grade,
        grade_after=result.grade,
        made_at=at,
        body={"result": result.body(), **_changes(connection, score, result)},
    )
    values = {name: getattr(made, name) for name in Adjustment.__slots__}
    connection.execute(insert(t.score_adjustment).values(values))
    return made


def _changes(connection: Connection, score: Frozen, result: ScoreSheetResult) -> dict[str, list[str]]:
    """The violations that the sheet counts and now no longer do, and those that it could not count yet."""
    c = t.deduction.c
    wanted = select(c.violation_id).where(*_of(c, score), c.violation_id.is_not(None))
    then = set(connection.execute(wanted).scalars())
    now = {line.cause.violation_id for line in result.lines if line.cause is not None and line.cause.violation_id}
    return {"no_longer": _numbers(connection, score, then - now), "new": _numbers(connection, score, now - then)}


def _numbers(connection: Connection, score: Frozen, ids: set[str]) -> list[str]:
    v = t.violation.c
    wanted = select(v.number).where(v.district_code == score.district_code, v.id.in_(ids)).order_by(v.number)
    return list(connection.execute(wanted).scalars())


def _key(score: Frozen) -> dict[str, Any]:
    names = ("district_code", "department", "period", "sheet", "version")
    return {name: getattr(score, name) for name in names}


def _of(columns: Any, score: Frozen) -> list[Any]:
    return [columns[name] == value for name, value in _key(score).items()]
