"""``step_skipped``: no decision without the audit."""

from tests.monitors.cases import Given, held, never_quiet, rule, step, verdict

AUDITED = rule("step_skipped", needed='["4", "5"]')
REVIEW = step("4", "li", "2026-09-11 09:00", "2026-09-11 10:00")
AUDIT = step("5", "wang", "2026-09-12 09:00", "2026-09-12 10:00")


def test_all_needed_steps_done_are_good_in_any_order() -> None:
    assert held(AUDITED, {}, steps=[AUDIT, REVIEW]) is True


def test_a_skipped_step_is_bad_and_named() -> None:
    found = verdict(AUDITED, Given(steps=[REVIEW]).completing())
    assert (found.held, found.told["skipped"]) == (False, ["5"])


def test_a_cancelled_step_was_skipped() -> None:
    assert held(AUDITED, {}, steps=[REVIEW, step("5", None, "2026-09-12 09:00", outcome="cancelled")]) is False


def test_where_the_step_is_not_called_for_nothing_was_skipped() -> None:
    large = rule("step_skipped", needed='["5"]', when="amount >= 100000")
    assert held(large, {"amount": 99_999}, steps=[REVIEW]) is True
    assert held(large, {"amount": 100_000}, steps=[REVIEW]) is False


def test_a_missing_field_is_never_quiet() -> None:
    own = rule("step_skipped", needed="item.needed", when="amount >= 100000")
    never_quiet(own, {"amount": 100_000, "item": {"needed": ["5"]}}, steps=[REVIEW])
