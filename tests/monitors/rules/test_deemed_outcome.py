"""``deemed_outcome``: a renewal that is not decided before the licence expires is granted (行政许可法 Art 50)."""

from monitors.rules.deemed_outcome import DeemedOutcome
from tests.monitors.cases import Given, at, fired, held, judge, never_quiet, rule

RENEWED = rule(
    "deemed_outcome",
    start="applied_at",
    amount="5",
    unit='"working_day"',
    answered="decided_at",
    outcome="decision",
    deemed='"granted"',
)
LOUD = {"applied_at": "2026-09-28", "decided_at": "2026-10-13", "decision": "denied"}


def test_an_answer_on_the_last_day_is_good_whatever_it_is() -> None:
    assert held(RENEWED, {**LOUD, "decided_at": "2026-10-10T23:59:59+08:00"}, now="2026-10-14 09:00") is True


def test_a_late_answer_is_bad_unless_it_is_what_law_deems() -> None:
    assert held(RENEWED, {**LOUD, "decided_at": "2026-10-11"}, now="2026-10-14 09:00") is False
    assert held(RENEWED, {**LOUD, "decision": "granted"}, now="2026-10-14 09:00") is True


def test_the_timer_warns_at_the_first_late_instant_while_nobody_answered() -> None:
    open_case = Given({"applied_at": "2026-09-28"}, now="2026-10-11 00:00")
    kind = DeemedOutcome()
    assert [(rung.name, rung.due) for rung in kind.rungs(RENEWED, open_case.facts())] == [("yellow", at("2026-10-11"))]
    firing = fired("timer", "2026-10-11 00:00", rule="AA-04.1", rung="yellow", due=at("2026-10-11"))
    assert judge(RENEWED, open_case.facts(firing)).held is False


def test_before_that_an_answer_that_has_not_come_is_an_open_limit() -> None:
    assert judge(RENEWED, Given({"applied_at": "2026-09-28"}, now="2026-10-10 23:59").facts()).held is True


def test_an_answer_that_has_come_arms_nothing() -> None:
    assert DeemedOutcome().rungs(RENEWED, Given(LOUD).facts()) == ()


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(RENEWED, LOUD, now="2026-10-14 09:00")
