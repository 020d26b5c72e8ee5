"""``backdating``: neither in the future nor before the step before (倒签)."""

from tests.monitors.cases import Given, held, never_quiet, rule, step, verdict

DATED = rule("backdating", occurred="decision_date")
BEFORE = [step("4", "li", "2026-09-27 09:00", "2026-09-27 10:00")]
EARLY = {"decision_date": "2026-09-27T09:59:59+08:00"}


def test_between_the_step_before_and_now_is_good_at_both_ends() -> None:
    assert held(DATED, {"decision_date": "2026-09-27T10:00:00+08:00"}, steps=BEFORE) is True
    assert held(DATED, {"decision_date": "2026-09-28T09:12:00+08:00"}, steps=BEFORE) is True


def test_a_second_too_early_or_too_late_is_bad() -> None:
    assert held(DATED, EARLY, steps=BEFORE) is False
    assert held(DATED, {"decision_date": "2026-09-28T09:12:01+08:00"}, steps=BEFORE) is False


def test_without_a_step_before_the_start_of_the_case_counts() -> None:
    assert held(DATED, {"decision_date": "2026-09-28T09:11:59+08:00"}) is False


def test_the_rule_may_say_between_what() -> None:
    own = rule("backdating", occurred="decision_date", not_before="told_at", not_after="sealed_at")
    loud = {"decision_date": "2026-09-20", "told_at": "2026-09-21", "sealed_at": "2026-09-22"}
    assert verdict(own, Given({**loud, "decision_date": "2026-09-21"}).completing()).held is True
    never_quiet(own, loud)


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(DATED, EARLY, steps=BEFORE)
