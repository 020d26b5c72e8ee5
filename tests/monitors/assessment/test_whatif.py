"""Other weights and peer groups: what the places would be, without storing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.errors import InvalidData
from monitors.assessment import CaseCounts, Figures, Score, mean, score
from monitors.assessment.periods import span_of
from monitors.assessment.scores import ranked
from monitors.assessment.whatif import reweigh
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU, causes
from tests.monitors.handling.process import local

SLOW = Figures(cases=CaseCounts(closed=10, on_time=5))
CARELESS = Figures(violations=causes(4, "FLOW"), cases=CaseCounts(closed=10, on_time=10))
CARDED = replace(CARELESS, cards={"yellow": causes(1), "red": causes(3, "FEE", "red")})


def kept(department: str, figures: Figures) -> Score:
    result = score(DEFAULT, figures, "2026")
    facts = (result.points, result.total, result.grade, local("2027-01-05"), result.body())
    return Score("370202", department, "2026", "DEFAULT", 1, *facts)


def test_the_own_weights_give_the_own_totals() -> None:
    scores = [kept("a", SLOW), kept("b", CARELESS), kept("c", CARDED)]
    for one in reweigh(DEFAULT, scores, {}):
        assert (one.total, one.grade.name, one.rank) == (one.score.total, one.score.grade, one.rank_before)


def test_other_weights_give_other_totals_and_places() -> None:
    scores = [kept("slow", SLOW), kept("careless", CARELESS)]
    # 12.5 of 25 for time, all else full: 52.5 of 65; and 12 of 20 for flow: 57 of 65.
    assert [str(one.total) for one in scores] == ["80.77", "87.69"]
    # Time 5, flow 40: 2.5 + 60 of 65, and 5 + 24 + 20 of 65.
    found = reweigh(DEFAULT, scores, {"time": Decimal(5), "flow": Decimal(40)})
    told = [(one.score.department, str(one.total), one.rank_before, one.rank) for one in found]
    assert told == [("slow", "96.15", 2, 1), ("careless", "75.38", 1, 2)]


def test_an_indicator_of_weight_0_falls_away() -> None:
    (one,) = reweigh(DEFAULT, [kept("slow", SLOW)], {"time": Decimal(0)})
    assert one.total == 100


def test_deductions_and_the_cap_stay_with_other_weights() -> None:
    (one,) = reweigh(DEFAULT, [kept("carded", CARDED)], {"flow": Decimal(0)})
    assert (one.total, one.grade.name) == (100 - 27, "合格")


def test_the_months_of_a_year_are_weighed_anew() -> None:
    months = [score(HUIZHOU, replace(SLOW, closed_in_year=500), f"2026-{n:02d}") for n in (1, 2)]
    year = mean(HUIZHOU, "2026", months, 0)
    one = Score(
        "370202", "a", "2026", "HUIZHOU", 1, year.points, year.total, year.grade, local("2027-01-05"), year.body()
    )
    assert year.total == Decimal("90.79")  # 69 of 76
    assert reweigh(HUIZHOU, [one], {"time": Decimal(0)})[0].total == 100
    assert reweigh(HUIZHOU, [one], {})[0].total == year.total


def test_a_department_has_a_place_among_its_peers() -> None:
    scores = [kept("a", CARELESS), kept("b", SLOW), kept("c", CARDED)]
    groups = {("370202", "b"): "审批", ("370202", "c"): "审批"}
    told = [(place.score.department, place.rank, place.group, place.rank_in_group) for place in ranked(scores, groups)]
    assert told == [("a", 1, None, None), ("b", 2, "审批", 1), ("c", 3, "审批", 2)]


@pytest.mark.parametrize(
    ("name", "first", "after", "months"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1), 12),
        ("2026-H1", date(2026, 1, 1), date(2026, 7, 1), 6),
        ("2026-H2", date(2026, 7, 1), date(2027, 1, 1), 6),
        ("2026-Q2", date(2026, 4, 1), date(2026, 7, 1), 3),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1), 3),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1), 1),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), 1),
    ],
)
def test_a_period_has_its_days_and_months(name: str, first: date, after: date, months: int) -> None:
    span = span_of(name)
    assert (span.first, span.after, len(span.months())) == (first, after, months)
    assert (span.months()[0].first, span.months()[-1].after) == (first, after)


@pytest.mark.parametrize("name", ["", "26", "2026-13", "2026-Q5", "2026-H3", "2026-3", "9026", "２０２６"])
def test_another_name_is_no_period(name: str) -> None:
    with pytest.raises(InvalidData, match="period"):
        span_of(name)


def test_the_hash_of_a_sheet_is_that_of_its_facts() -> None:
    first, again = score(DEFAULT, CARDED, "2026"), score(DEFAULT, CARDED, "2026")
    assert first.digest() == again.digest()
    one_less = replace(CARDED, violations=CARDED.violations[1:])
    assert score(DEFAULT, one_less, "2026").digest() != first.digest()
    assert score(DEFAULT, CARDED, "2026", {}, {first.lines[0].key}).digest() != first.digest()
