"""``stalled``: a case on which nobody acts."""

from monitors.rules.stalled import Stalled
from tests.monitors.cases import Given, at, fired, judge, rule, step

STILL = rule("stalled", amount="item.still_wd", unit='"working_day"')
ITEM = {"item": {"still_wd": 3}}
REVIEW = step("4", "li", "2026-09-28 09:30", "2026-09-29 10:00")
OPEN = step("5", None, "2026-09-29 10:00")


def dues(given: Given) -> list[tuple[str, object]]:
    return [(rung.name, rung.due) for rung in Stalled().rungs(STILL, given.facts())]


def test_it_counts_from_the_entry_and_then_from_the_last_act() -> None:
    assert dues(Given(ITEM)) == [("yellow:0", at("2026-10-09"))]
    assert dues(Given(ITEM, [REVIEW, OPEN])) == [("yellow:1", at("2026-10-10"))]


def test_three_working_days_without_an_act_are_good_and_the_fourth_is_bad() -> None:
    still = Given(ITEM, [REVIEW, OPEN], now="2026-10-10 00:00")
    firing = fired("timer", "2026-10-10 00:00", rule="AA-04.1", rung="yellow:1", due=at("2026-10-10"))
    assert judge(STILL, still.facts(firing)).held is False
    longer = Given({"item": {"still_wd": 4}}, [REVIEW, OPEN], now="2026-10-10 00:00")
    assert judge(STILL, longer.facts(firing)).held is True


def test_an_act_in_between_makes_the_rung_of_before_untrue() -> None:
    audit = step("5", "wang", "2026-09-29 10:00", "2026-10-08 10:00")
    firing = fired("timer", "2026-10-10 00:00", rule="AA-04.1", rung="yellow:1", due=at("2026-10-10"))
    assert judge(STILL, Given(ITEM, [REVIEW, audit], now="2026-10-10 00:00").facts(firing)).held is True


def test_without_its_number_it_is_undetermined_at_once() -> None:
    found = judge(STILL, Given({"item": {}}, [REVIEW]).completing())
    assert (found.held, found.missing) == (None, ("item.still_wd",))
