"""``condition``: the decision that the conditions call for."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

ROWS = '[{when: area < 60, then: "denied"}, {when: not(certificate), then: "denied"}, {when: true, then: "granted"}]'
FIT = rule("condition", decided="decision", rows=ROWS)
LOUD = {"decision": "granted", "area": 59, "certificate": True}


def test_the_decision_of_the_first_row_that_applies_is_good() -> None:
    assert held(FIT, {**LOUD, "area": 60}) is True
    assert held(FIT, {**LOUD, "decision": "denied"}) is True


def test_another_decision_is_bad_and_the_row_is_told() -> None:
    found = verdict(FIT, Given(LOUD).completing())
    assert (found.held, found.told["row"], found.told["expected"]) == (False, 1, "denied")
    assert held(FIT, {**LOUD, "area": 60, "decision": "denied"}) is False


def test_where_no_row_applies_it_is_undetermined() -> None:
    own = rule("condition", decided="decision", rows='[{when: area < 60, then: "denied"}]')
    assert held(own, {**LOUD, "area": 60}) is None


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(FIT, LOUD)
