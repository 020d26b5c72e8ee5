"""What was planted and what was found, as rows and as the CSV files that ``truth.py`` joins."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monitors import warnings
from monitors.handling.processes import OWN_PROCESSES
from webui.demo import events
from webui.demo.plan import Plan
from webui.wiring import Application

MOST = 1_000_000


def truth_rows(plan: Plan) -> list[dict[str, str]]:
    """Every warning that the plan says must be found."""
    return [
        {"case": one.case, "rule": one.rule, "level": one.level, "day": one.day.isoformat(), "kind": one.kind}
        for one in plan.truth
    ]


def finding_rows(app: Application) -> list[dict[str, str]]:
    """Every warning about a case that the product raised; one that it could not decide is ``undetermined``.

    What supervision finds about its own processes is no case's.
    """
    with app.database.read() as connection:
        found = [one for one in warnings.find(connection, limit=MOST) if one.definition not in OWN_PROCESSES]
    return [
        {
            "case": one.case_no,
            "rule": one.rule,
            "level": "undetermined" if one.undetermined else one.level,
            "day": (one.due or one.happened).astimezone(app.zone).date().isoformat(),
        }
        for one in found
    ]


def export(folder: Path, plan: Plan, truth: list[dict[str, str]], findings: list[dict[str, str]]) -> None:
    """``events.jsonl``, ``truth.csv``, ``findings.csv`` and ``cases.csv`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    events.write(folder / events.FILE, events.lines_of(plan))
    _write(folder / "truth.csv", ("case", "rule", "level", "day", "kind"), truth)
    _write(folder / "findings.csv", ("case", "rule", "level", "day"), findings)
    cases = [{"case": one.number, "item": one.item["code"], "planted": one.recipe} for one in plan.cases]
    _write(folder / "cases.csv", ("case", "item", "planted"), cases)


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
