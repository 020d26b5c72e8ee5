"""``suspension_abuse``: the clock is not stopped too often, too long or at the last moment."""

from tests.monitors.cases import Given, held, never_quiet, rule, suspended, verdict

LATE = rule("suspension_abuse", last_day="original_due")
DUE = {"original_due": "2026-10-12"}


def test_a_stop_before_the_last_day_is_good_and_on_it_bad() -> None:
    assert held(LATE, DUE, suspensions=[suspended("2026-10-11 17:00")]) is True
    found = verdict(LATE, Given(DUE, suspensions=[suspended("2026-10-12 09:00")]).completing())
    assert (found.held, len(found.told["begun_late"])) == (False, 1)


def test_one_stop_is_good_and_a_second_bad() -> None:
    once = rule("suspension_abuse", most_count="1")
    stops = [suspended("2026-10-08 09:00", "2026-10-09 09:00"), suspended("2026-10-12 09:00", "2026-10-13 09:00")]
    assert held(once, {}, suspensions=stops[:1]) is True
    assert held(once, {}, suspensions=stops) is False


def test_the_days_of_all_stops_count_together() -> None:
    stops = [suspended("2026-10-08 09:00", "2026-10-10 09:00"), suspended("2026-10-12 09:00", "2026-10-13 09:00")]
    three = {"suspensions": stops, "now": "2026-10-20 09:00"}
    assert held(rule("suspension_abuse", most_days="3"), {}, **three) is True
    assert held(rule("suspension_abuse", most_days="2"), {}, **three) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(LATE, DUE, suspensions=[suspended("2026-10-12 09:00")])


def test_a_rule_that_bounds_nothing_is_undetermined() -> None:
    assert held(rule("suspension_abuse"), {}) is None
