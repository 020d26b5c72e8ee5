"""``late_report``: reported within 24 hours (迟报)."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

DAY = rule("late_report", occurred="occurred_at", reported="sent_at", amount="24")
LOUD = {"occurred_at": "2026-09-26T09:00:00+08:00", "sent_at": "2026-09-27T09:00:01+08:00"}


def test_twenty_four_hours_are_good_and_a_second_more_bad() -> None:
    assert held(DAY, {**LOUD, "sent_at": "2026-09-27T09:00:00+08:00"}) is True
    assert held(DAY, LOUD) is False


def test_without_a_time_of_report_the_act_itself_reports() -> None:
    now = rule("late_report", occurred="occurred_at", amount="24")
    assert held(now, {"occurred_at": "2026-09-27T09:12:00+08:00"}) is True
    assert held(now, {"occurred_at": "2026-09-27T09:11:59+08:00"}) is False


def test_a_report_that_has_not_come_is_open_while_the_step_is() -> None:
    assert verdict(DAY, Given({"occurred_at": LOUD["occurred_at"]}).facts()).held is True


def test_days_may_be_counted_instead() -> None:
    days = rule("late_report", occurred="occurred_at", reported="sent_at", amount="1", unit='"working_day"')
    assert held(days, LOUD) is True
    assert held(days, {**LOUD, "sent_at": "2026-09-29T00:00:00+08:00"}) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(DAY, LOUD)
