"""``cross_match``: nobody is paid who is on the register of deaths (社会保险法 Art 88)."""

from tests.monitors.cases import Given, Sets, held, never_quiet, rule, verdict

DEAD = rule("cross_match", set='"deaths"', key="person", until="pay_month")
REGISTER = Sets([("deaths", "p1", "2026-02-28", 0), ("households", "p2", "2020-01-01", 0)])
LOUD = {"person": "p1", "pay_month": "2026-02-28"}


def test_who_lives_is_good_and_who_died_by_that_day_bad() -> None:
    assert held(DEAD, {**LOUD, "person": "p2"}, sets=REGISTER) is True
    assert held(DEAD, {**LOUD, "pay_month": "2026-02-27"}, sets=REGISTER) is True
    found = verdict(DEAD, Given(LOUD, sets=REGISTER).completing())
    assert (found.held, [row["key"] for row in found.told["rows"]]) == (False, ["p1"])


def test_a_register_one_must_stand_in_is_the_other_way_round() -> None:
    poor = rule("cross_match", set='"households"', key="person", expect='"some"')
    assert held(poor, {"person": "p2"}, sets=REGISTER) is True
    assert held(poor, {"person": "p1"}, sets=REGISTER) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(DEAD, LOUD, sets=REGISTER)


def test_an_unknown_expectation_is_undetermined() -> None:
    assert held(rule("cross_match", set='"deaths"', key="person", expect='"many"'), LOUD, sets=REGISTER) is None
