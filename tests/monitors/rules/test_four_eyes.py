"""``four_eyes``: handler, reviewer and approver are different people."""

from tests.monitors.cases import Given, rule, step, verdict

STEPS = rule("four_eyes", steps='["4", "5", "6"]')
REVIEW = step("4", "li", "2026-09-11 09:00", "2026-09-11 10:00")
AUDIT = step("5", "wang", "2026-09-12 09:00", "2026-09-12 10:00")


def test_three_people_for_three_steps_are_good() -> None:
    decided = step("6", "zhao", "2026-09-13 09:00", "2026-09-13 10:00")
    assert verdict(STEPS, Given(steps=[REVIEW, AUDIT, decided]).facts()).held is True


def test_one_person_for_two_steps_is_bad_and_named() -> None:
    decided = step("6", "li", "2026-09-13 09:00", "2026-09-13 10:00")
    found = verdict(STEPS, Given(steps=[REVIEW, AUDIT, decided]).facts())
    assert found.held is False
    assert found.told["same"] == [["steps[4]#1.actor", "steps[6]#1.actor", "li"]]


def test_who_completes_the_step_now_counts() -> None:
    deciding = Given(steps=[REVIEW, AUDIT, step("6", None, "2026-09-13 09:00", element="decide")], host="decide")
    assert verdict(STEPS, deciding.completing("li")).held is False
    assert verdict(STEPS, deciding.completing("zhao")).held is True


def test_the_same_person_may_do_one_step_again() -> None:
    again = step("4", "li", "2026-09-14 09:00", "2026-09-14 10:00", occurrence=2)
    assert verdict(STEPS, Given(steps=[REVIEW, AUDIT, again]).facts()).held is True


def test_who_handled_an_earlier_round_may_not_audit_a_later_one() -> None:
    second = step("4", "zhao", "2026-09-14 09:00", "2026-09-14 10:00", occurrence=2)
    audit = step("5", "li", "2026-09-15 09:00", "2026-09-15 10:00", occurrence=2)
    assert verdict(STEPS, Given(steps=[REVIEW, AUDIT, second, audit]).facts()).held is False


def test_a_step_whose_actor_nobody_reported_is_undetermined() -> None:
    unknown = step("5", None, "2026-09-12 09:00", "2026-09-12 10:00")
    found = verdict(STEPS, Given(steps=[REVIEW, unknown]).facts())
    assert (found.held, found.missing) == (None, ("steps[5]#1.actor",))


PAIRS = rule("four_eyes", actors="[[handler, reviewer], [reviewer, approver]]")


def test_named_people_must_differ_pair_by_pair() -> None:
    good = {"handler": "li", "reviewer": "wang", "approver": "li"}
    assert verdict(PAIRS, Given(good).facts()).held is True
    assert verdict(PAIRS, Given({**good, "approver": "wang"}).facts()).held is False


def test_contexts_stand_for_their_actor() -> None:
    data = {"handler": {"actor": "li"}, "reviewer": {"id": "li"}, "approver": "wang"}
    assert verdict(PAIRS, Given(data).facts()).held is False


def test_a_missing_person_is_undetermined() -> None:
    found = verdict(PAIRS, Given({"handler": "li", "reviewer": "wang"}).facts())
    assert (found.held, found.missing) == (None, ("approver",))


def test_what_is_no_list_of_pairs_is_undetermined() -> None:
    assert verdict(rule("four_eyes", actors="handler"), Given({"handler": "li"}).facts()).held is None
    assert verdict(rule("four_eyes", actors="[[handler]]"), Given({"handler": "li"}).facts()).held is None
    assert verdict(rule("four_eyes"), Given().facts()).held is None
