"""Scores against sheets worked by hand (B.8, preset DEFAULT), to 0.01."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidData
from monitors.assessment import CaseCounts, Figures, grade_of, mean, score
from monitors.assessment.lines import share
from monitors.assessment.sheets import Deduction
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU, causes


@dataclass(frozen=True)
class Worked:
    """A department's figures and what a person with pencil and paper makes of them."""

    name: str
    figures: Figures
    points: dict[str, str | None]
    weights: int
    deducted: str
    total: str
    grade: str
    bonus: str = "0"
    capped: bool = False
    manual: dict[str, Decimal] = field(default_factory=dict)


LICENSING = Worked(
    "licensing",
    Figures(
        cases=CaseCounts(closed=40, on_time=38, overdue_wd=Decimal(3), evaluated=20, satisfied=18, late=causes(2)),
        violations=(*causes(1, "FLOW"), *causes(1, "OPEN"), *causes(1, "MATL", "notice")),
        cards={"yellow": causes(1, "FLOW")},
        notices=causes(1, "MATL", "notice"),
        rectification_due=4,
        rectified_on_time=3,
        late_rectifications=causes(1, "OPEN"),
    ),
    # 25 x 38/40 - 3 = 20.75 · 20 - 2 = 18 · 10 · 10 - 1 - 1 = 8 · 10 x 3/4 = 7.5 · 10 x 18/20 = 9: 73.25 of 85
    {
        "time": "20.75",
        "flow": "18.00",
        "fees": "10.00",
        "openness": "8.00",
        "compliance": None,
        "rectification": "7.50",
        "satisfaction": "9.00",
    },
    85,
    "3.50",  # one unanswered notice 0.5, one yellow card 3
    "82.68",  # 86.1765 - 3.5
    "良好",
)
FUNDS = Worked(
    "funds",
    Figures(
        cases=CaseCounts(
            closed=12,
            on_time=10,
            overdue_wd=Decimal(13),
            evaluated=10,
            satisfied=5,
            domains=frozenset({"HF"}),
            late=causes(2),
        ),
        violations=(*causes(2, "FEE"), *causes(1, "FUND"), *causes(1, "COMP")),
        cards={"yellow": causes(1, "FUND"), "red": causes(3, "FEE", "red")},
        rectification_due=3,
        rectified_on_time=1,
        late_rectifications=causes(2, "FEE"),
    ),
    # 25 x 10/12 - 10 = 10.8333 · 20 · 10 - 10 = 0 · 10 · 15 - 5 - 5 = 5 · 10/3 = 3.3333 · 50 % < 60 %: 0
    {
        "time": "10.83",
        "flow": "20.00",
        "fees": "0.00",
        "openness": "10.00",
        "compliance": "5.00",
        "rectification": "3.33",
        "satisfaction": "0.00",
    },
    100,
    "27.00",  # 3 + 3 x 8
    "22.17",  # 49.1667 - 27
    "不合格",
)
QUIET = Worked(
    "quiet",
    Figures(),
    # nothing closed, nobody asked, nothing to rectify, no funds: 40 of 40
    {
        "time": None,
        "flow": "20.00",
        "fees": "10.00",
        "openness": "10.00",
        "compliance": None,
        "rectification": None,
        "satisfaction": None,
    },
    40,
    "0.00",
    "104.00",
    "优秀",
    bonus="4",
    manual={"bonus": Decimal(4)},
)


@pytest.mark.parametrize("worked", [LICENSING, FUNDS, QUIET], ids=lambda worked: worked.name)
def test_three_departments_are_scored_as_by_hand(worked: Worked) -> None:
    result = score(DEFAULT, worked.figures, "2026", worked.manual)
    found = {row.code: None if row.points is None else str(row.points) for row in result.indicators}
    assert found == worked.points
    assert (result.weights, str(result.deducted)) == (worked.weights, worked.deducted)
    assert result.bonus == Decimal(worked.bonus)
    assert str(result.total) == worked.total
    assert (result.grade, result.capped) == (worked.grade, worked.capped)


@pytest.mark.parametrize("worked", [LICENSING, FUNDS, QUIET], ids=lambda worked: worked.name)
def test_every_point_that_was_taken_has_its_line(worked: Worked) -> None:
    result = score(DEFAULT, worked.figures, "2026", worked.manual)
    lost = sum((row.weight - row.points for row in result.indicators if row.points is not None), Decimal(0))
    assert sum((line.points for line in result.lines), Decimal(0)) == lost + result.deducted


def test_lines_name_what_took_the_points() -> None:
    lines = score(DEFAULT, LICENSING.figures, "2026").lines
    told = [(line.indicator, str(line.points), line.cause and line.cause.warning_no) for line in lines]
    assert told == [
        ("time", "2.13", "W-TIME-yellow-0"),
        ("time", "2.12", "W-TIME-yellow-1"),
        ("flow", "2.00", "W-FLOW-yellow-0"),
        ("openness", "1.00", "W-MATL-notice-0"),
        ("openness", "1.00", "W-OPEN-yellow-0"),
        ("rectification", "2.50", "W-OPEN-yellow-0"),
        ("satisfaction", "1.00", None),
        ("notice_unanswered", "0.50", "W-MATL-notice-0"),
        ("yellow", "3.00", "W-FLOW-yellow-0"),
    ]


def test_computing_again_gives_the_identical_sheet() -> None:
    assert score(DEFAULT, FUNDS.figures, "2026") == score(DEFAULT, FUNDS.figures, "2026")


@pytest.mark.parametrize(
    ("total", "reds", "grade", "capped"),
    [
        ("105", 0, "优秀", False),
        ("90.00", 2, "优秀", False),
        ("90.00", 3, "合格", True),
        ("89.99", 0, "良好", False),
        ("80.00", 3, "合格", True),
        ("79.99", 3, "合格", False),
        ("60.00", 0, "合格", False),
        ("59.99", 0, "不合格", False),
        ("59.99", 9, "不合格", False),
        ("0", 0, "不合格", False),
    ],
)
def test_grades_and_their_cap_by_red_cards(total: str, reds: int, grade: str, capped: bool) -> None:
    found, lowered = grade_of(DEFAULT, Decimal(total), reds)
    assert (found.name, lowered) == (grade, capped)


def test_three_red_cards_cap_a_grade_that_the_total_would_earn() -> None:
    figures = Figures(cards={"red": causes(3, "FEE", "red")})
    result = score(DEFAULT, figures, "2026", {"bonus": Decimal(5)})
    assert (str(result.total), result.grade, result.capped) == ("81.00", "合格", True)


def test_a_total_keeps_within_0_and_105() -> None:
    many = Figures(cards={"red": causes(20, "FEE", "red")})
    assert score(DEFAULT, many, "2026").total == 0
    assert score(DEFAULT, Figures(), "2026", {"bonus": Decimal(99)}).total == 105


def test_satisfaction_below_60_percent_is_worth_nothing_and_60_is_in() -> None:
    def points(satisfied: int) -> Decimal | None:
        figures = Figures(cases=CaseCounts(evaluated=100, satisfied=satisfied))
        return score(DEFAULT, figures, "2026").indicators[-1].points

    assert (points(59), points(60)) == (Decimal("0.00"), Decimal("6.00"))


def test_compliance_applies_to_departments_with_funds_or_trading() -> None:
    compliance = [
        score(DEFAULT, Figures(cases=CaseCounts(domains=frozenset(domains))), "2026").indicators[4].points
        for domains in ((), ("AA",), ("AA", "TB"))
    ]
    assert compliance == [None, None, Decimal("15.00")]


def test_a_sheet_where_nothing_applies_has_only_its_bounds() -> None:
    empty = replace(DEFAULT, indicators=tuple(i for i in DEFAULT.indicators if i.code == "time"))
    assert score(empty, Figures(), "2026").total == 0


def test_a_formula_without_a_number_is_named() -> None:
    broken = replace(DEFAULT.indicators[1], formula='"twenty"')
    with pytest.raises(InvalidData, match="flow"):
        score(replace(DEFAULT, indicators=(broken,)), Figures(), "2026")


def test_huizhou_takes_five_for_a_yellow_and_ten_for_a_red_card() -> None:
    figures = Figures(
        cases=CaseCounts(closed=600, on_time=600, early=200, evaluated=10, satisfied=10),
        violations=causes(4, "FLOW"),
        cards={"yellow": causes(1, "TIME"), "red": causes(1, "FEE", "red")},
        rectification_due=2,
        rectified_on_time=2,
    )
    result = score(HUIZHOU, figures, "2026-03")
    assert {row.code: row.points for row in result.indicators}["flow"] == 10
    # 96 of 100, cards 5 + 10, a third closed early +3, 600 cases: factor 1
    assert (result.points, result.deducted, result.bonus, result.factor) == (96, 15, 3, 1)
    assert str(result.total) == "84.00"


def test_huizhou_year_is_the_mean_of_its_months_less_discipline_once() -> None:
    sheet = replace(HUIZHOU, discipline={"记过": Decimal(15)})
    busy = CaseCounts(closed=50, on_time=50)
    months = [
        score(sheet, Figures(cases=busy, closed_in_year=100), "2026-01"),  # 100 x 0.98
        score(sheet, Figures(cases=busy, closed_in_year=100, cards={"red": causes(1, "AUTH", "red")}), "2026-02"),
    ]
    assert [str(month.total) for month in months] == ["98.00", "88.20"]
    year = mean(sheet, "2026", months, 1, {"记过": Decimal(1)})
    assert (str(year.total), year.grade, year.discipline) == ("78.10", "合格", 15)
    assert [(line.period, line.indicator) for line in year.lines] == [("2026-02", "red")]


@pytest.mark.parametrize(("cases", "factor"), [(500, "1"), (499, "0.98"), (100, "0.98"), (99, "0.95"), (0, "0.95")])
def test_huizhou_converts_by_the_cases_of_the_year(cases: int, factor: str) -> None:
    assert score(HUIZHOU, Figures(closed_in_year=cases), "2026-03").factor == Decimal(factor)


def test_a_sheet_may_take_points_for_every_three_notices() -> None:
    run = Deduction("runs", "连续三次预警", "Three warnings in a row", Decimal(3), "warning_runs")
    figures = Figures(violations=causes(7, "FLOW", "notice"))
    result = score(replace(DEFAULT, deductions=(run,)), figures, "2026")
    lines = [line for line in result.lines if line.indicator == "runs"]
    assert (result.deducted, len(lines), {line.points for line in lines}) == (6, 6, {Decimal(1)})


def test_an_assessor_gives_the_points_of_a_manual_indicator() -> None:
    judged = replace(DEFAULT.indicators[1], manual=True, formula="")
    sheet = replace(DEFAULT, indicators=(judged,))
    assert score(sheet, Figures(), "2026").indicators[0].missing == ("flow",)
    result = score(sheet, Figures(), "2026", {"flow": Decimal(15)})
    assert (result.total, [(line.points, line.cause) for line in result.lines]) == (75, [(5, None)])


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_shares_sum_up_and_differ_by_a_hundredth_at_most(hundredths: int, number: int) -> None:
    points = Decimal(hundredths).scaleb(-2)
    parts = share(points, causes(number))
    assert sum(parts) == points
    assert max(parts) - min(parts) <= Decimal("0.01")


@given(
    closed=st.integers(0, 500),
    late=st.integers(0, 40),
    overdue=st.integers(0, 60),
    flow=st.integers(0, 20),
    yellow=st.integers(0, 6),
    red=st.integers(0, 6),
)
def test_any_figures_keep_the_bounds_and_more_violations_never_help(
    closed: int, late: int, overdue: int, flow: int, yellow: int, red: int
) -> None:
    late = min(late, closed)
    figures = Figures(
        cases=CaseCounts(closed=closed, on_time=closed - late, overdue_wd=Decimal(overdue), late=causes(late)),
        violations=causes(flow, "FLOW"),
        cards={"yellow": causes(yellow), "red": causes(red, "FEE", "red")},
    )
    result = score(DEFAULT, figures, "2026")
    assert 0 <= result.total <= 105
    for row in result.indicators:
        assert row.points is None or 0 <= row.points <= row.weight
    worse = replace(figures, violations=causes(flow + 1, "FLOW"), cards={**figures.cards, "yellow": causes(yellow + 1)})
    assert score(DEFAULT, worse, "2026").total <= result.total
