"""The city's yearly scores, and one hash over them: the same city scored again gives the same hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from webui.wiring import Application


def score_all(app: Application, years: Iterable[int], at: datetime) -> int:
    """Score every department for those years as of ``at``; how many scores."""
    departments = _departments(app)
    return sum(len(app.assessment.score_all(departments, year, at)) for year in years)


def score_hash(app: Application, years: Iterable[int]) -> str:
    """SHA-256 over the kept scores and every point taken. Ids, which differ from run to run, are left out."""
    told: list[Any] = []
    for year in years:
        for department in _departments(app):
            kept = app.assessment.kept(department, year)
            if kept is None:
                continue
            lines = sorted(
                [line.indicator, format(line.points, "f"), str(line.body.get("case_no")), str(line.body.get("rule"))]
                for line in app.assessment.deductions(department, year)
            )
            total = [kept.sheet, kept.version, format(kept.points, "f"), format(kept.total, "f"), kept.grade]
            told.append([department.district_code, department.code, year, *total, lines])
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _departments(app: Application) -> tuple[Any, ...]:
    with app.database.read() as connection:
        return app.directory.departments(connection)
