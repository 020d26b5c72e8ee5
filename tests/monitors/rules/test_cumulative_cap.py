"""``cumulative_cap``: what is paid in all stays under the sum approved."""

from tests.monitors.cases import Given, Sets, held, never_quiet, rule, verdict

CAP = rule(
    "cumulative_cap",
    amount="amount",
    set='"payments"',
    key="project_id",
    cap="approved_amount",
    since='date("2026-01-01")',
)
PAID = Sets(
    [
        ("payments", "P1", "2026-03-01", 600),
        ("payments", "P1", "2025-12-31", 900),
        ("payments", "P2", "2026-03-01", 900),
    ]
)
LOUD = {"amount": 401, "project_id": "P1", "approved_amount": 1000}


def test_up_to_the_cap_is_good_and_one_yuan_more_bad() -> None:
    assert held(CAP, {**LOUD, "amount": 400}, sets=PAID) is True
    found = verdict(CAP, Given(LOUD, sets=PAID).completing())
    assert (found.held, found.told["before"]) == (False, 600)


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(CAP, LOUD, sets=PAID)


def test_where_there_are_no_data_sets_it_is_undetermined() -> None:
    assert held(CAP, LOUD) is None
