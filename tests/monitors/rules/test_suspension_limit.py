"""``suspension_limit``: a procedure that stops the clock is over within its own limit."""

from engine.model import SuspensionEntry
from monitors.rules.suspension_limit import SuspensionLimit
from monitors.rules.time_limit import WAITING
from tests.monitors.cases import Given, at, fired, judge, rule

TOLD = rule("suspension_limit")


def stop(start: str, end: str | None, own_limit: int | None, id: str = "s") -> SuspensionEntry:
    return SuspensionEntry(id, "testing", at(start), at(end) if end else None, "chief", "r", own_limit)


def dues(*stops: SuspensionEntry) -> list[tuple[str, object]]:
    return [(rung.name, rung.due) for rung in SuspensionLimit().rungs(TOLD, Given(suspensions=stops).facts())]


def held(own_limit: int, end: str | None, now: str) -> bool | None:
    given = Given(suspensions=[stop("2026-09-28 15:00", end, own_limit)], now=now)
    return judge(TOLD, given.facts(fired("timer", now, rule="AA-04.1", rung="yellow:1"))).held


def test_suspension_each_has_its_own_limit_and_a_timer_for_it() -> None:
    """29, 30 September and 8 October are three working days."""
    assert dues(stop("2026-09-28 15:00", None, 3)) == [("yellow:1", at("2026-10-09"))]
    assert dues(stop("2026-09-28 15:00", None, 4)) == [("yellow:1", at("2026-10-10"))]


def test_over_on_the_last_day_is_good_and_a_day_later_is_bad() -> None:
    assert held(3, "2026-10-08 23:59", "2026-10-09 00:00") is True
    assert held(3, None, "2026-10-08 23:59") is True
    assert held(3, None, "2026-10-09 00:00") is False
    assert held(4, None, "2026-10-09 00:00") is True


def test_without_a_stop_it_waits_and_each_stop_is_a_finding_of_its_own() -> None:
    assert dues() == [(WAITING, None)]
    late, next_one = stop("2026-09-28 15:00", "2026-10-09 10:00", 3, "a"), stop("2026-10-12 09:00", None, 1, "b")
    assert dues(late, next_one) == [("yellow:1", at("2026-10-09")), ("yellow:2", at("2026-10-14"))]


def test_a_stop_whose_length_was_told_to_nobody_is_undetermined() -> None:
    found = judge(TOLD, Given(suspensions=[stop("2026-09-28 15:00", None, None)]).completing())
    assert (found.held, found.missing) == (None, ("suspensions.own_limit",))
    assert dues(stop("2026-09-28 15:00", None, None)) == [("undetermined:1", at("2026-09-28 15:00"))]
