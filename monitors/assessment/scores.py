"""Kept scores: what a row holds, the lines under it, and the order that departments stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from monitors import tables as t
from monitors.assessment.adjusting import settle
from monitors.assessment.results import ScoreSheetResult
from monitors.model import Department
from monitors.storing import put


@dataclass(frozen=True, slots=True)
class Score:
    """A department's score of a period, as it is kept; ``body`` is ``ScoreSheetResult.body()`` as JSON."""

    district_code: str
    department: str
    period: str
    sheet: str
    version: int
    points: Decimal
    total: Decimal
    grade: str
    computed_at: datetime
    body: Mapping[str, Any]
    frozen_at: datetime | None = None
    frozen_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking and in the department's peer group; equal totals share a place."""

    rank: int
    score: Score
    group: str | None = None
    rank_in_group: int | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """A line of a kept score: points taken, for what. ``body`` has numbers, rule, and the event that fired."""

    district_code: str
    department: str
    period: str
    sheet: str
    version: int
    line: int
    indicator: str
    points: Decimal
    violation_id: str | None
    card_id: str | None
    warning_id: str | None
    case_id: str | None
    fact_at: datetime | None
    body: Mapping[str, Any]


def ranked(scores: Sequence[Score], groups: Mapping[tuple[str, str], str | None]) -> tuple[Ranked, ...]:
    """Best first, then by district and department; ``groups``: the peer group by district and department."""
    ordered = sorted(scores, key=lambda row: (-row.total, row.district_code, row.department))
    of = [groups.get((row.district_code, row.department)) for row in ordered]
    return tuple(
        Ranked(
            _place(row, ordered),
            row,
            group,
            None if group is None else _place(row, [o for o, g in zip(ordered, of, strict=True) if g == group]),
        )
        for row, group in zip(ordered, of, strict=True)
    )


def _place(score: Score, among: Sequence[Score]) -> int:
    return 1 + sum(other.total > score.total for other in among)


def keep(connection: Connection, department: Department, result: ScoreSheetResult, at: datetime) -> Score:
    frozen = connection.execute(select(t.score).where(*same(t.score.c, key_of(department, result)))).first()
    if frozen is not None and frozen.frozen_at is not None:
        standing = Score(**frozen._mapping)
        settle(connection, standing, result, at)
        return standing
    return _write(connection, key_of(department, result), result, at)


def key_of(department: Department, result: ScoreSheetResult) -> dict[str, Any]:
    return {
        "district_code": department.district_code,
        "department": department.code,
        "period": result.period,
        "sheet": result.sheet,
        "version": result.version,
    }


def _write(connection: Connection, key: Mapping[str, Any], result: ScoreSheetResult, at: datetime) -> Score:
    put(
        connection,
        t.score,
        {
            **key,
            "points": result.points,
            "total": result.total,
            "grade": result.grade,
            "computed_at": at,
            "body": {**result.body(), "hash": result.digest()},
        },
    )
    stored = connection.execute(select(t.score).where(*same(t.score.c, key))).one()
    kept = Score(**stored._mapping)
    connection.execute(delete(t.deduction).where(*same(t.deduction.c, kept)))
    rows = _rows(key, result)
    if rows:
        connection.execute(insert(t.deduction), rows)
    return kept


def _rows(key: Mapping[str, Any], result: ScoreSheetResult) -> list[dict[str, Any]]:
    linked = ("violation_id", "card_id", "warning_id", "case_id", "fact_at")
    rows = []
    for number, line in enumerate(result.lines, start=1):
        told = asdict(line.cause) if line.cause is not None else {}
        rows.append(
            {
                **key,
                "line": number,
                "indicator": line.indicator,
                "points": line.points,
                **{name: told.get(name) for name in linked},
                "body": {
                    "period": line.period,
                    "relieved": line.relieved,
                    **{name: value for name, value in told.items() if name not in linked},
                },
            }
        )
    return rows


def same(columns: Any, key: Score | Mapping[str, Any]) -> Sequence[Any]:
    names = ("district_code", "department", "period", "sheet", "version")
    values = key if isinstance(key, Mapping) else asdict(key)
    return [columns[name] == values[name] for name in names]
