"""What people give and how a sheet comes into force: one person proposes, a second decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from monitors.assessment import Assessment, load_sheets
from monitors.assessment.drafting import propose_sheet, read_drawn, review_sheet, sheet_proposals
from monitors.assessment.marks import decide_mark, enter_mark
from monitors.organisation import load_organisation
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU
from tests.monitors.assessment.test_assessment import HERE
from tests.monitors.assessment.test_sheetfile import sheet
from tests.monitors.handling.process import Calendars, local

NOW, LATER = local("2027-01-04"), local("2027-01-05")
BY_HAND = {"code": "innovation", "weight": 20, "mode": "manual"}
(JUDGED,) = load_sheets({"sheet": [sheet(indicator=[*sheet()["indicator"], BY_HAND])]})


@pytest.fixture
def assessment(database: Database) -> Assessment:
    found = Assessment(database, Calendars(), sheet="S")
    found.install([JUDGED])
    with database.begin() as connection:
        grants = [{"role": "liaison", "district": HERE.district_code, "department": HERE.code}]
        load_organisation(connection, {"person": [{"id": "insider", "name": "内", "grants": grants}]})
    return found


def enter(database: Database, points: int = 15, item: str = "innovation", by: str = "officer", **more: Any) -> str:
    words = {"evidence": "市效能办〔2026〕3号", "reason": "评审", **more}
    with database.begin() as connection:
        return enter_mark(connection, HERE, JUDGED, "2026", item, Decimal(points), by=by, at=NOW, **words)


def decide(database: Database, identity: str, by: str = "second", agreed: bool = True) -> None:
    with database.begin() as connection:
        decide_mark(connection, identity, agreed, "属实", by, NOW)


def test_an_indicator_by_hand_is_not_applicable_until_a_second_person_has_confirmed_it(
    database: Database, assessment: Assessment
) -> None:
    totals = [assessment.score(HERE, 2026, LATER).total]
    identity = enter(database)
    totals.append(assessment.score(HERE, 2026, LATER).total)
    decide(database, identity)
    totals.append(assessment.score(HERE, 2026, LATER).total)
    assert totals == [100, 100, Decimal("87.50")]  # 20 of 20 twice; then 35 of 40


def test_a_refused_mark_counts_nothing(database: Database, assessment: Assessment) -> None:
    decide(database, enter(database), agreed=False)
    assert assessment.score(HERE, 2026, LATER).total == 100


def test_the_latest_confirmed_mark_of_an_item_counts(database: Database, assessment: Assessment) -> None:
    decide(database, enter(database, 15))
    decide(database, enter(database, 10))
    assert assessment.score(HERE, 2026, LATER).total == 75


@pytest.mark.parametrize("by", ["officer", "insider"])
def test_who_entered_it_and_people_of_the_department_do_not_confirm(
    database: Database, assessment: Assessment, by: str
) -> None:
    identity = enter(database)
    with pytest.raises(NotAllowed):
        decide(database, identity, by)


def test_people_of_the_department_do_not_enter(database: Database, assessment: Assessment) -> None:
    with pytest.raises(NotAllowed):
        enter(database, by="insider")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"points": 21}, "0 to 20"),
        ({"points": -1}, "0 to 20"),
        ({"item": "flow"}, "innovation, bonus"),
        ({"evidence": " "}, "evid"),
    ],
)
def test_a_mark_beyond_its_bounds_of_another_item_or_without_evidence_is_refused(
    database: Database, assessment: Assessment, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidData, match=field):
        enter(database, **wrong)


@pytest.mark.parametrize(
    ("kind", "points"), [("警告", 10), ("记过", 15), ("记大过", 20), ("降级", 30), ("撤职", 40), ("开除", 50)]
)
def test_huizhou_takes_for_each_punishment_once_in_the_year_total(database: Database, kind: str, points: int) -> None:
    assessment = Assessment(database, Calendars(), sheet="HUIZHOU")
    assessment.install([HUIZHOU])
    with database.begin() as connection:
        identity = enter_mark(connection, HERE, HUIZHOU, "2026", kind, Decimal(1), "文号", "属实", "officer", NOW)
        decide_mark(connection, identity, True, "属实", "second", NOW)
    assert assessment.score(HERE, 2026, LATER).total == 95 - points  # every month 100 x 0.95
    assert assessment.score(HERE, "2026-Q1", LATER).total == 95


def test_shorter_periods_are_scored_by_both_sheets(database: Database) -> None:
    for code in ("DEFAULT", "HUIZHOU"):
        assessment = Assessment(database, Calendars(), sheet=code)
        assessment.install([DEFAULT, HUIZHOU])
        parts = {period: len(assessment.score(HERE, period, LATER).body["parts"]) for period in PERIODS}
        assert parts == (PERIODS if code == "HUIZHOU" else dict.fromkeys(PERIODS, 0))


PERIODS = {"2026-03": 1, "2026-Q1": 3, "2026-H2": 6, "2026": 12}


def test_a_sheet_is_in_force_from_its_day_when_a_second_person_agreed(
    database: Database, assessment: Assessment
) -> None:
    drawn = read_drawn({"sheet": [sheet(version=2, valid_from=date(2027, 3, 1))]})
    with database.begin() as connection:
        identity = propose_sheet(connection, drawn, "简化", "officer", date(2027, 1, 4), NOW)
    assert assessment.sheet_of(HERE.district_code, 2027).version == 1
    with pytest.raises(NotAllowed), database.begin() as connection:
        review_sheet(connection, identity, True, "同意", "officer", NOW)
    with database.begin() as connection:
        review_sheet(connection, identity, True, "同意", "second", NOW)
    periods = ("2026", "2027-02", "2027-03", "2027")
    assert [assessment.sheet_of(HERE.district_code, one).version for one in periods] == [1, 1, 2, 2]
    assert assessment.sheet_of(HERE.district_code, 2027).indicators == drawn.indicators


def test_a_refused_sheet_never_is_in_force(database: Database, assessment: Assessment) -> None:
    drawn = read_drawn({"sheet": [sheet(version=2, valid_from=date(2027, 3, 1))]})
    with database.begin() as connection:
        identity = propose_sheet(connection, drawn, "简化", "officer", date(2027, 1, 4), NOW)
        review_sheet(connection, identity, False, "不同意", "second", NOW)
        assert [one.state for one in sheet_proposals(connection)] == ["refused"]
    assert assessment.sheet_of(HERE.district_code, 2027).version == 1


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"version": 2, "valid_from": date(2027, 1, 3)}, InvalidData, "from 2027-01-04"),
        ({"version": 3, "valid_from": date(2027, 3, 1)}, Conflict, "version 2"),
        ({"version": 1, "valid_from": date(2027, 3, 1)}, Conflict, "version 2"),
    ],
)
def test_a_sheet_is_neither_retroactive_nor_out_of_turn(
    database: Database, assessment: Assessment, changes: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match), database.begin() as connection:
        propose_sheet(connection, read_drawn({"sheet": [sheet(**changes)]}), "x", "officer", date(2027, 1, 4), NOW)


def test_a_version_that_is_kept_is_never_overwritten(database: Database, assessment: Assessment) -> None:
    assessment.install(load_sheets({"sheet": [sheet(bonus_max=7)]}))
    assert assessment.sheet_of(HERE.district_code, 2026).bonus_max == 0
