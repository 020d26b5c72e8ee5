"""The truth checker on planted rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from webui.demo import truth
from webui.demo.plan import Plan
from webui.demo.results import export


def row(
    case: str, rule: str = "AA-04.1", level: str = "yellow", day: str = "2026-03-11", **more: str
) -> dict[str, str]:
    return {"case": case, "rule": rule, "level": level, "day": day, **more}


def test_missing_and_superfluous_findings_lower_recall_and_precision() -> None:
    planted = [row(case, kind="late_total") for case in "abcd"]
    found = [row("a"), row("b"), row("c"), row("x")]
    assert truth.compare(planted, found) == {"late_total": truth.Score(4, 4, 0.75, 0.75)}
    assert truth.differences(planted, found) == (
        [("d", "AA-04.1", "yellow", "2026-03-11")],
        [("x", "AA-04.1", "yellow", "2026-03-11")],
    )


def test_a_day_off_is_a_miss() -> None:
    scores = truth.compare([row("a", kind="late_total")], [row("a", day="2026-03-12")])
    assert scores["late_total"] == truth.Score(1, 1, 0.0, 0.0)


def test_the_same_finding_twice_counts_once() -> None:
    scores = truth.compare([row("a", kind="late_total")], [row("a"), row("a")])
    assert scores["late_total"] == truth.Score(1, 2, 0.5, 1.0)


def test_what_no_kind_knows_is_a_kind_of_its_own() -> None:
    scores = truth.compare([], [row("a", "AA-09.1", "red")])
    assert scores == {"AA-09.1": truth.Score(0, 1, 0.0, 1.0)}
    assert not scores["AA-09.1"].perfect


def test_it_runs_on_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, date, datetime

    empty = Plan(date(2026, 1, 1), datetime(2026, 2, 1, tzinfo=UTC), (), (), ())
    export(tmp_path, empty, [row("a", kind="late_total")], [row("a")])
    files = [str(tmp_path / "truth.csv"), str(tmp_path / "findings.csv")]
    assert truth.main(files) == 0
    assert "late_total" in capsys.readouterr().out
    with (tmp_path / "findings.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["b", "AA-04.1", "red", "2026-03-11"])
    assert truth.main(files) == 1
    assert "too much b AA-04.1 red 2026-03-11" in capsys.readouterr().out
    assert truth.main([]) == 2
