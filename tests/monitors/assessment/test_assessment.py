"""The assessment over the tables: what counts, in which year, and the way down to the event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t
from monitors.assessment import Assessment, ClosedCase, Score, WarningFigures
from monitors.model import Department
from monitors.scope import Scope
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU
from tests.monitors.handling.process import DISTRICT, OFFICE, Calendars, Process, local, raise_warning

HERE = Department(DISTRICT, OFFICE, "审批局", "Approvals")
OTHER = Department(DISTRICT, "370202-HBJ", "环保局", "Environment")
LATER = local("2027-01-15")


@dataclass
class Cases:
    """Closed cases, told by the test."""

    known: list[ClosedCase] = field(default_factory=list)

    def closed(self, district_code: str, department: str, since: datetime, until: datetime) -> Iterable[ClosedCase]:
        if department != OFFICE:
            return []
        return [case for case in self.known if since <= case.closed_at < until]


@pytest.fixture
def cases() -> Cases:
    return Cases()


@pytest.fixture
def assessment(database: Database, cases: Cases) -> Assessment:
    found = Assessment(database, Calendars(), WarningFigures(cases))
    found.install([DEFAULT, HUIZHOU])
    return found


def evidence(deadline: datetime) -> dict[str, Any]:
    due = local("2026-03-11", "00:00")
    firing = {"element": "review_due", "happened": due.isoformat(), "due": due.isoformat()}
    return {"deadline": deadline.isoformat(), "firing": firing}


def points(score: Score) -> dict[str, Any]:
    return {row["code"]: row["points"] for row in score.body["indicators"]}


def test_a_confirmed_violation_takes_points_and_leads_down_to_its_event(
    database: Database, assessment: Assessment
) -> None:
    warning_id = raise_warning(database, dimension="FLOW", evidence=evidence(local("2026-03-10", "23:59")))
    process = Process(database, warning_id).carded().rectified()
    process.verified("accepted")
    score = assessment.score(HERE, 2026, LATER)
    assert (points(score)["flow"], points(score)["rectification"]) == (18, 10)
    # (18 + 10 + 10 + 10) / 50 x 100 - 3
    assert (score.total, score.grade) == (Decimal("93.00"), "优秀")
    flow, card = assessment.deductions(HERE, 2026)
    assert (flow.indicator, flow.points, card.indicator, card.points) == ("flow", 2, "yellow", 3)
    assert flow.violation_id == card.violation_id == process.data["violation_id"]
    assert (flow.card_id, card.card_id) == (None, process.data["card_id"])
    assert (flow.warning_id, flow.case_id) == (warning_id, "case-W-2026-000001")
    assert flow.fact_at == local("2026-03-11", "00:00")
    assert flow.body["element"] == "review_due"
    assert datetime.fromisoformat(flow.body["due"]) == datetime.fromisoformat(flow.body["fired"]) == flow.fact_at
    assert (card.body["card_no"], card.body["violation_no"]) == ("黄牌〔2026〕1号", "V-2026-0001")


def test_an_unconfirmed_warning_takes_nothing(database: Database, assessment: Assessment) -> None:
    raise_warning(database, dimension="FLOW")
    assert points(assessment.score(HERE, 2026, LATER))["flow"] == 20


@pytest.mark.parametrize("outcome", ["dismissed", "exempted"])
def test_a_dismissed_or_exempted_warning_never_counts(
    database: Database, assessment: Assessment, cases: Cases, outcome: str
) -> None:
    warning_id = raise_warning(database, evidence=evidence(local("2026-03-10", "23:59")))
    process = Process(database, warning_id).step("verify", "supervisor", outcome=outcome, reason="系统故障")
    process.call("close_warning")
    cases.known.append(ClosedCase("case-W-2026-000001", "AA", local("2026-03-20")))
    score = assessment.score(HERE, 2026, LATER)
    assert (score.total, points(score)["time"]) == (100, 25)
    assert assessment.deductions(HERE, 2026) == ()


def test_a_revoked_card_and_its_violation_count_nothing(database: Database, assessment: Assessment) -> None:
    process = Process(database, raise_warning(database, dimension="FLOW", level="red"), "red").appealed()
    assert assessment.score(HERE, 2026, LATER).total == Decimal("68.00")  # 38 of 50, a red card
    process.decided("revoked").call("close_violation")
    score = assessment.score(HERE, 2026, LATER)
    assert (score.total, score.body["deducted"]) == (100, 0)
    assert assessment.deductions(HERE, 2026) == ()


def test_a_downgraded_card_counts_as_a_yellow_one(database: Database, assessment: Assessment) -> None:
    Process(database, raise_warning(database, dimension="FLOW", level="red"), "red").appealed().decided("downgraded")
    assert assessment.score(HERE, 2026, LATER).body["deducted"] == 3


def test_a_red_card_in_place_of_a_yellow_one_counts_alone(database: Database, assessment: Assessment) -> None:
    process = Process(database, raise_warning(database, dimension="FLOW")).carded()
    process.step("issue_red", "leader", "leader").call("issue_card", colour="red")
    assert assessment.score(HERE, 2026, LATER).body["deducted"] == 8


def test_an_exempted_violation_takes_its_card_with_it(database: Database, assessment: Assessment) -> None:
    process = Process(database, raise_warning(database, dimension="FLOW")).carded()
    process.step("verify", "supervisor", outcome="exempted", reason="不可抗力").call("close_warning")
    assert assessment.score(HERE, 2026, LATER).total == 100


def test_a_violation_counts_in_the_year_of_its_fact(database: Database, assessment: Assessment) -> None:
    # The last instant of 2025 in Qingdao, found in March, carded in April.
    fact = local("2025-12-31", "23:59")
    process = Process(database, raise_warning(database, dimension="FLOW", due=None, happened=fact))
    process.at = local("2026-04-01")
    process.carded()
    assert assessment.score(HERE, 2025, LATER).body["deducted"] == 3
    assert assessment.score(HERE, 2026, LATER).total == 100
    assert [line.indicator for line in assessment.deductions(HERE, 2025)] == ["flow", "rectification", "yellow"]
    assert assessment.deductions(HERE, 2026) == ()


def test_midnight_of_new_year_belongs_to_the_new_year_of_the_district(
    database: Database, assessment: Assessment
) -> None:
    Process(database, raise_warning(database, dimension="FLOW", due=local("2026-01-01", "00:00"))).confirmed()
    assert points(assessment.score(HERE, 2025, LATER))["flow"] == 20
    assert points(assessment.score(HERE, 2026, LATER))["flow"] == 18


def test_what_was_confirmed_later_is_not_known_yet(database: Database, assessment: Assessment) -> None:
    Process(database, raise_warning(database, dimension="FLOW")).confirmed()
    assert points(assessment.score(HERE, 2026, local("2026-03-11", "12:00")))["flow"] == 20


def test_late_cases_lower_the_rate_and_their_days_are_counted(
    database: Database, assessment: Assessment, cases: Cases
) -> None:
    late = evidence(local("2026-04-03", "23:59"))
    raise_warning(database, "W-1", due=local("2026-04-04", "00:00"), evidence=late)
    raise_warning(database, "W-2", due=local("2026-04-04", "00:00"), evidence=late, case_id="case-W-1", rung="red")
    early = evidence(local("2026-04-30", "23:59"))
    raise_warning(database, "W-3", level="notice", due=local("2026-04-20", "00:00"), evidence=early)
    cases.known += [
        ClosedCase("case-W-1", "AA", local("2026-04-08")),  # 4 and 5 April a weekend, the 6th Qingming
        ClosedCase("case-W-3", "AA", local("2026-04-21"), rating=5),
        ClosedCase("case-4", "AA", local("2026-04-22"), rating=3),
        ClosedCase("case-5", "AA", local("2027-01-02")),
    ]
    score = assessment.score(HERE, 2026, local("2027-06-01"))
    figures = assessment.figures(HERE, 2026, local("2027-06-01"))
    counted = figures.cases
    assert (counted.closed, counted.on_time, counted.overdue_wd) == (3, 2, 2)
    assert (counted.evaluated, counted.satisfied) == (2, 1)
    assert points(score)["time"] == Decimal("14.67")  # 25 x 2/3 - 2
    (time, _) = assessment.deductions(HERE, 2026)
    assert (time.indicator, time.case_id, time.points) == ("time", "case-W-1", Decimal("10.33"))


def test_a_revoked_violation_makes_no_case_late(database: Database, assessment: Assessment, cases: Cases) -> None:
    process = Process(database, raise_warning(database, evidence=evidence(local("2026-03-10", "23:59"))))
    cases.known.append(ClosedCase("case-W-2026-000001", "AA", local("2026-03-20")))
    process.appealed()
    assert assessment.figures(HERE, 2026, LATER).cases.on_time == 0
    process.decided("revoked")
    assert assessment.figures(HERE, 2026, LATER).cases.on_time == 1


def test_rectification_is_due_when_it_was_accepted_or_its_day_has_passed(
    database: Database, assessment: Assessment
) -> None:
    process = Process(database, raise_warning(database, dimension="FLOW")).ordered()

    def counted(at: datetime) -> tuple[int, int]:
        figures = assessment.figures(HERE, 2026, at)
        return figures.rectified_on_time, figures.rectification_due

    assert counted(local("2026-03-19", "23:59")) == (0, 0)
    assert counted(local("2026-03-20", "00:00")) == (0, 1)
    process.at = local("2026-03-19")
    process.rectified()
    assert counted(local("2026-03-30")) == (0, 0)  # in time, the supervisor's turn
    process.verified("accepted")
    assert counted(local("2026-03-30")) == (1, 1)


def test_a_late_or_failed_rectification_is_due_and_not_on_time(database: Database, assessment: Assessment) -> None:
    late = Process(database, raise_warning(database, "W-1", dimension="FLOW")).ordered()
    late.at = local("2026-03-20")
    late.rectified().verified("accepted")
    failed = Process(database, raise_warning(database, "W-2", dimension="FLOW")).ordered()
    failed.rectified().verified("escalated")
    figures = assessment.figures(HERE, 2026, LATER)
    assert (figures.rectified_on_time, figures.rectification_due) == (0, 2)
    assert [cause.warning_no for cause in figures.late_rectifications] == ["W-1", "W-2"]


def test_a_notice_that_nobody_answered_takes_half_a_point_once_confirmed(
    database: Database, assessment: Assessment
) -> None:
    silent = Process(database, raise_warning(database, "W-1", level="notice"), "notice")
    silent.step("verify", "supervisor", outcome="confirmed").call("confirm_violation")
    Process(database, raise_warning(database, "W-2", level="notice"), "notice").confirmed()
    assert assessment.score(HERE, 2026, LATER).body["deducted"] == Decimal("0.5")
    assert [line.body["warning_no"] for line in assessment.deductions(HERE, 2026)] == ["W-1"]


def test_computing_again_gives_the_identical_score_and_lines(database: Database, assessment: Assessment) -> None:
    Process(database, raise_warning(database, dimension="FLOW")).carded()
    first, lines = assessment.score(HERE, 2026, LATER), assessment.deductions(HERE, 2026)
    assert lines
    assert assessment.score(HERE, 2026, LATER) == first
    assert assessment.deductions(HERE, 2026) == lines
    with database.read() as connection:
        assert connection.execute(t.score.select()).all() == connection.execute(t.score.select()).all()
        assert len(connection.execute(t.score.select()).all()) == 1
    assert assessment.kept(HERE, 2026) == first


def test_departments_are_ranked_and_equals_share_a_place(database: Database, assessment: Assessment) -> None:
    third = Department("370203", "370203-SPJ", "…", "…")
    Process(database, raise_warning(database, dimension="FLOW")).carded()
    assessment.score_all([HERE, OTHER, third], 2026, LATER)
    ranked = [(place.rank, place.score.department) for place in assessment.ranking(2026)]
    assert ranked == [(1, OTHER.code), (1, third.code), (3, HERE.code)]
    own = assessment.ranking(2026, Scope(frozenset({(DISTRICT, "*")})))
    assert [place.score.department for place in own] == [OTHER.code, HERE.code]
    assert assessment.ranking(2025) == ()
    assert assessment.deductions(HERE, 2025) == ()


def test_huizhou_scores_the_months_and_averages_them(database: Database, cases: Cases) -> None:
    assessment = Assessment(database, Calendars(), WarningFigures(cases), sheet="HUIZHOU")
    assessment.install([HUIZHOU])
    Process(database, raise_warning(database, dimension="FLOW")).carded()
    score = assessment.score(HERE, 2026, local("2026-04-10"))
    # January to April; March: 13 of 14 in procedure, nothing rectified in time, a card; factor 0.95
    months = [str(part["total"]) for part in score.body["parts"]]
    # (100 x (8 + 10 + 13 + 10 + 10 + 10) / 76 - 5) x 0.95
    assert months == ["95.00", "95.00", "71.50", "95.00"]
    assert str(score.total) == "89.13"
    assert {line.body["period"] for line in assessment.deductions(HERE, 2026)} == {"2026-03"}


def test_without_a_sheet_in_force_nothing_is_scored(database: Database, assessment: Assessment) -> None:
    with pytest.raises(NotFound, match="DEFAULT"):
        assessment.score(HERE, 2024, LATER)
