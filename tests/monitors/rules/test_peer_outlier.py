"""``peer_outlier``: a cost within two standard deviations of the hospitals of its class."""

from tests.monitors.cases import Given, Sets, held, never_quiet, rule, verdict

COST = rule("peer_outlier", value="avg_cost", set='"class two"', sigmas="2")
PEERS = Sets([("class two", f"h{place}", "2026-03-01", amount) for place, amount in enumerate((90, 110, 90, 110))])


def test_two_deviations_are_good_and_one_yuan_more_bad() -> None:
    assert [held(COST, {"avg_cost": value}, sets=PEERS) for value in (79, 80, 120, 121)] == [False, True, True, False]
    found = verdict(COST, Given({"avg_cost": 121}, sets=PEERS).completing())
    assert (found.told["mean"], found.told["deviation"], found.told["peers"]) == (100, 10, 4)


def test_how_many_deviations_is_a_number_of_the_rule() -> None:
    own = rule("peer_outlier", value="avg_cost", set='"class two"', sigmas="3")
    assert [held(own, {"avg_cost": value}, sets=PEERS) for value in (130, 131)] == [True, False]


def test_too_few_peers_are_undetermined() -> None:
    few = rule("peer_outlier", value="avg_cost", set='"class two"', sigmas="2", least_peers="5")
    assert held(few, {"avg_cost": 121}, sets=PEERS) is None


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(COST, {"avg_cost": 121}, sets=PEERS)
