"""``conflict_of_interest``: the host of a hearing did not review the case (行政许可法 Art 48(3))."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

HOST = rule("conflict_of_interest", persons="[hearing_host_id]", barred="reviewers")
LOUD = {"hearing_host_id": "li", "reviewers": [{"id": "wang"}, {"id": "li"}]}


def test_a_host_from_elsewhere_is_good() -> None:
    assert held(HOST, {**LOUD, "hearing_host_id": "zhao"}) is True


def test_a_host_who_reviewed_is_bad_and_named() -> None:
    found = verdict(HOST, Given(LOUD).completing())
    assert (found.held, found.told["conflict"]) == (False, ["li"])


def test_who_acted_is_read_from_the_steps_too() -> None:
    own = rule("conflict_of_interest", persons="[step.actor]", barred="relatives")
    assert held(own, {"relatives": ["li"]}, host="review") is None  # the host has no passage: nobody is known to act


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(HOST, LOUD)
