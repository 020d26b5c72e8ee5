"""Three departments, 40 cases, both sheets: equal to 0.01 to what a person worked out (``by_hand/``)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.db import Database
from monitors.assessment import Assessment, ClosedCase, WarningFigures
from monitors.assessment.marks import decide_mark, enter_mark
from monitors.model import Department
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU
from tests.monitors.handling.process import DISTRICT, OFFICE, Calendars, Process, local, raise_warning

FOLDER = Path(__file__).parent / "by_hand"
CASES = tuple(csv.DictReader((FOLDER / "cases.csv").read_text(encoding="utf-8").splitlines()))
WORKED: dict[str, Any] = tomllib.loads((FOLDER / "scores.toml").read_text(encoding="utf-8"))
# Papers go out in the name of one office in these tests; each department has a record of its own.
DEPARTMENTS = ("licensing", "funds", "quiet")
LATER = local("2027-01-05")
HERE = Department(DISTRICT, OFFICE, "审批局", "Approvals")


class Cases:
    """The closed cases of one department of the table."""

    def __init__(self, department: str) -> None:
        self.rows = [row for row in CASES if row["department"] == department]

    def closed(self, district_code: str, department: str, since: datetime, until: datetime) -> Iterable[ClosedCase]:
        for row in self.rows:
            at = local(row["closed"])
            if since <= at < until:
                early = {"yes": True, "no": False}.get(row["early"])
                rating = int(row["rating"]) if row["rating"] else None
                yield ClosedCase(row["case"], row["system"], at, rating, early)


def play(database: Database, row: dict[str, str]) -> None:
    """What the table says became of a case, by the handlers of the violation process."""
    closed = date.fromisoformat(row["closed"])
    deadline = date.fromisoformat(row["deadline"]) if row["deadline"] else closed
    due = local((deadline + timedelta(days=1)).isoformat(), "00:00") if row["deadline"] else local(row["closed"])
    number = f"W-{row['case']}"
    evidence = {"deadline": local(deadline.isoformat(), "23:59").isoformat()} if row["deadline"] else {}
    warning = raise_warning(
        database,
        number,
        case_id=row["case"],
        dimension=row["dimension"],
        level=row["level"],
        rule=f"{row['case']}.1",
        due=due,
        happened=due,
        raised_at=due,
        evidence=evidence,
    )
    process = Process(database, warning, row["level"], local((closed + timedelta(days=1)).isoformat()), number=number)
    became, _space, rectified = row["became"].partition(" ")
    if became == "exempted":
        process.step("verify", "supervisor", outcome="exempted", reason="不可抗力").call("close_warning")
    elif became == "unanswered":
        process.step("verify", "supervisor", outcome="confirmed", reason="属实").call("confirm_violation")
    elif became == "revoked":
        process.appealed().decided("revoked")
    elif became != "open":
        {"ordered": process.ordered, "carded": process.carded}[became]()
    if rectified in ("on_time", "late"):
        process.at += timedelta(days=1 if rectified == "on_time" else 40)
        process.rectified().verified("accepted")


def played(database: Database, department: str, sheet: str) -> Assessment:
    for row in CASES:
        if row["department"] == department and row["became"]:
            play(database, row)
    found = Assessment(database, Calendars(), WarningFigures(Cases(department)), sheet)
    found.install([DEFAULT, HUIZHOU])
    if department == "quiet":
        given = ("bonus", Decimal(1)) if sheet == "DEFAULT" else ("警告", Decimal(1))
        with database.begin() as connection:
            drawn = {"DEFAULT": DEFAULT, "HUIZHOU": HUIZHOU}[sheet]
            mark = enter_mark(connection, HERE, drawn, "2026", *given, "文号", "属实", "officer", local("2027-01-04"))
            decide_mark(connection, mark, True, "同意", "second", local("2027-01-04"))
    return found


def test_the_table_has_forty_cases_of_three_departments() -> None:
    assert len(CASES) == 40
    assert {row["department"] for row in CASES} == set(DEPARTMENTS)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_default_is_as_worked_out_by_hand(database: Database, department: str) -> None:
    score = played(database, department, "DEFAULT").score(HERE, 2026, LATER)
    worked = WORKED["DEFAULT"][department]
    for row in score.body["indicators"]:
        points = "-" if row["points"] is None else f"{row['points']:.2f}"
        assert (row["code"], points) == (row["code"], worked[row["code"]])
    told = {name: f"{Decimal(score.body[name]):.2f}" for name in ("deducted", "bonus", "total")}
    assert told == {name: worked[name] for name in told}
    assert score.grade == worked["grade"]


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_huizhou_is_as_worked_out_by_hand(database: Database, department: str) -> None:
    score = played(database, department, "HUIZHOU").score(HERE, 2026, LATER)
    worked = WORKED["HUIZHOU"][department]
    months = {part["period"]: f"{part['total']:.2f}" for part in score.body["parts"]}
    assert len(months) == 12
    assert months == dict.fromkeys(months, worked["rest"]) | worked["months"]
    assert score.body["discipline"] == Decimal(worked["discipline"])
    assert (f"{score.total:.2f}", score.grade) == (worked["total"], worked["grade"])
