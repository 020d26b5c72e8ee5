"""Score sheets as data: what is read, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.casedata import dumps, loads
from engine.errors import InvalidData
from monitors.assessment import load_sheets, sheet_of
from monitors.assessment.sheets import sheet_in_force
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU


def sheet(**changes: Any) -> dict[str, Any]:
    return {
        "code": "S",
        "version": 1,
        "valid_from": date(2026, 1, 1),
        "grades": [{"name": "all", "from": 0}],
        "indicator": [{"code": "flow", "weight": 20, "formula": "20 - flow_violations"}],
        **changes,
    }


def test_the_default_sheet_is_that_of_the_domain_sheets() -> None:
    assert {i.code: i.weight for i in DEFAULT.indicators} == {
        "time": 25,
        "flow": 20,
        "fees": 10,
        "openness": 10,
        "compliance": 15,
        "rectification": 10,
        "satisfaction": 10,
    }
    assert {d.code: d.each for d in DEFAULT.deductions} == {
        "notice_unanswered": Decimal("0.5"),
        "yellow": 3,
        "red": 8,
    }
    assert [(g.name, g.least) for g in DEFAULT.grades] == [("优秀", 90), ("良好", 80), ("合格", 60), ("不合格", 0)]
    assert [g.most_red_cards for g in DEFAULT.grades] == [2, 2, None, None]
    assert (DEFAULT.lowest, DEFAULT.highest, DEFAULT.bonus_max, DEFAULT.monthly) == (0, 105, 5, False)


def test_the_huizhou_sheet_sums_up_to_a_hundred_and_is_scored_by_month() -> None:
    assert sum(indicator.weight for indicator in HUIZHOU.indicators) == 100
    assert HUIZHOU.monthly
    assert {d.code: d.each for d in HUIZHOU.deductions} == {
        "yellow": 5,
        "red": 10,
        "warning_runs": 3,
        "incomplete_data": 1,
    }
    assert HUIZHOU.discipline["开除"] == 50


@pytest.mark.parametrize("known", [DEFAULT, HUIZHOU], ids=lambda known: known.code)
def test_a_sheet_comes_back_from_the_database_as_it_was(known: Any) -> None:
    again = sheet_of(loads(dumps(known.source)))
    for name in type(known).__slots__:
        if name != "source":
            assert getattr(again, name) == getattr(known, name)


@pytest.mark.parametrize("field", ["version", "valid_from", "indicator"])
def test_a_missing_field_is_named(field: str) -> None:
    row = sheet()
    del row[field]
    with pytest.raises(InvalidData, match=field):
        load_sheets({"sheet": [row]})


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"code": "x", "weight": 5}, "S.x.*formula"),
        ({"code": "x", "formula": "1"}, "S.x.*weight"),
        ({"code": "x", "weight": 5, "formula": "20 -"}, "S.x.*FEEL in formula"),
        ({"code": "x", "weight": 5, "formula": "1", "applicable": "("}, "S.x.*FEEL in applicable"),
    ],
)
def test_a_bad_indicator_is_named(part: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidData, match=named):
        load_sheets({"sheet": [sheet(indicator=[part])]})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cards": {"blue": 1}}, "blue"),
        ({"cap": {"red_cards": 3, "grade": "none"}}, "none"),
        ({"grades": []}, "grades"),
        ({"factor": "1 +"}, "FEEL in factor"),
    ],
)
def test_a_bad_sheet_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidData, match=named):
        load_sheets({"sheet": [sheet(**changes)]})


def test_an_indicator_is_never_worth_more_than_its_weight() -> None:
    part = {"code": "x", "weight": 5, "max": 50, "formula": "50"}
    (found,) = load_sheets({"sheet": [sheet(indicator=[part])]})
    assert found.indicators[0].most == 5


def test_the_version_in_force_is_the_latest_begun_by_the_end_of_the_year() -> None:
    versions = load_sheets(
        {
            "sheet": [
                sheet(),
                sheet(version=2, valid_from=date(2026, 12, 31)),
                sheet(version=3, valid_from=date(2027, 1, 1)),
            ]
        }
    )
    found = [sheet_in_force(versions, date(year + 1, 1, 1)) for year in (2025, 2026, 2027)]
    assert [one and one.version for one in found] == [None, 2, 3]
