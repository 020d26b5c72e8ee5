"""Checks over whole sets: one warning for each row that breaks a rule, with both rows as evidence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.errors import NotFound
from monitors.datasets import load_rows
from tests.monitors.cases import at
from tests.monitors.setchecks.registry import Registry, order, pension
from tests.monitors.town import DISTRICT, Town

ALIVE = "p-alive,2026-01-01"  # of somebody to whom nothing is paid


@pytest.fixture
def registry(town: Town) -> Registry:
    return Registry(town)


def test_a_payment_after_death_is_a_warning_with_both_rows_and_is_derived_again(registry: Registry) -> None:
    came = registry.load("deaths", "p-1,2026-08-31", "p-2,2026-09-02", "p-3,2026-09-01", ALIVE)
    paid = registry.load("pensions", *(pension(f"Y-{n}", f"p-{n}") for n in (1, 2, 3, 4)))
    result = registry.run()
    assert (result.hits, result.warnings, result.quiet, result.refused) == (2, 2, 0, [])
    assert sorted(registry.found()) == [("PE-01.1", "Y-1"), ("PE-01.1", "Y-3")]
    warning = next(one for one in registry.town.warnings() if one.case_no == "pensions:Y-1")
    assert (warning.level, warning.department, warning.district_code) == ("red", "rsj", DISTRICT)
    row, (match,) = warning.evidence["facts"]["data"]["row"], warning.evidence["told"]["rows"]
    assert (row["row_id"], row["paid"], row["load"]) == ("Y-1", 3000, paid.id)
    assert (match["id"], match["died_on"], match["load"]) == ("p-1", "2026-08-31", came.id)
    assert registry.same(warning)


def test_what_is_recorded_later_does_not_change_what_was_derived(registry: Registry) -> None:
    registry.load("deaths", "p-1,2026-08-31", ALIVE)
    registry.load("pensions", pension("Y-1", "p-1"), pension("Y-2", "p-2"))
    registry.run()
    registry.town.clock.advance(timedelta(hours=1))
    registry.load("deaths", "p-1,2026-12-31", ALIVE)
    (warning,) = registry.town.warnings()
    assert registry.same(warning)


def test_running_again_raises_nothing_new(registry: Registry) -> None:
    registry.load("deaths", "p-1,2026-08-31")
    registry.load("pensions", pension("Y-1", "p-1"), pension("Y-2", "p-2"))
    assert registry.run().warnings == 1
    registry.town.clock.advance(timedelta(hours=1))
    again = registry.run()
    assert (again.hits, again.warnings, again.closed) == (0, 0, 0)
    registry.load("pensions", pension("Y-3", "p-1"))
    assert registry.run().warnings == 1 and len(registry.town.warnings()) == 2


def test_a_row_put_right_closes_its_warning_and_one_that_is_wrong_still_does_not(registry: Registry) -> None:
    registry.load("deaths", "p-1,2026-08-31")
    registry.load("pensions", pension("Y-1", "p-1"), pension("Y-2", "p-1"), pension("Y-3", "p-3"))
    registry.run()
    registry.town.clock.advance(timedelta(hours=1))
    registry.load("pensions", pension("Y-1", "p-5"), pension("Y-2", "p-1", paid=2999))
    again = registry.run()
    assert (again.closed, again.hits) == (1, 0)
    assert {one.case_no: one.state for one in registry.town.warnings()} == {
        "pensions:Y-1": "auto_closed",
        "pensions:Y-2": "open",
    }


def test_the_other_row_put_right_closes_the_warning_too_and_a_relapse_is_a_new_one(registry: Registry) -> None:
    registry.load("deaths", "p-1,2026-08-31")
    registry.load("pensions", pension("Y-1", "p-1"), pension("Y-2", "p-2"))
    registry.run()
    for died, closed, new in (("2026-09-10", 1, 0), ("2026-08-30", 0, 0)):
        registry.town.clock.advance(timedelta(hours=1))
        registry.load("deaths", f"p-1,{died}")
        result = registry.run()
        assert (result.closed, result.warnings) == (closed, new), "the recording of the payment was hit once"
    registry.town.clock.advance(timedelta(hours=1))
    registry.load("pensions", pension("Y-1", "p-1", paid=2500))
    assert registry.run().warnings == 1


def test_two_rules_that_one_row_breaks_are_two_warnings_of_one_case(registry: Registry) -> None:
    registry.load("deaths", "p-1,2026-08-31")
    registry.load("pensions", pension("Y-1", "p-1", approved="2999.99"), pension("Y-2", "p-2"))
    result = registry.run()
    assert (result.hits, result.warnings) == (1, 2)
    assert {one.rule for one in registry.town.warnings()} == {"PE-01.1", "PE-01.2"}
    assert len({one.case_id for one in registry.town.warnings()}) == 1


@pytest.mark.parametrize(("paid", "found"), [("3000.00", []), ("3000.01", ["Y-2"])])
def test_twelve_months_are_added_up_to_the_fen(registry: Registry, paid: str, found: list[str]) -> None:
    registry.load("deaths", ALIVE)
    lines = [pension("Y-1", "p-1", "2025-09-02"), pension("Y-2", "p-1", "2026-09-01", paid, approved=6000)]
    before = pension("Y-0", "p-1", "2025-08-31", 1)  # 366 days before
    registry.load("pensions", before, *lines, pension("Y-9", "p-9", "2025-09-02"), pension("Y-8", "p-8", paid="3000"))
    registry.load("pensions", pension("Y-7", "p-7", "2025-08-31"))
    registry.run()
    assert [row for rule, row in registry.found() if rule == "PE-01.2"] == found


@pytest.mark.parametrize(("last", "found"), [("3699999.99", []), ("3700000", ["CG-2"])])
def test_a_purchase_that_was_split_is_found_by_the_order_that_completes_it(
    registry: Registry, last: str, found: list[str]
) -> None:
    registry.load(
        "purchase orders",
        order("CG-1", 300_000, "2026-08-01"),
        order("CG-2", last, "2026-08-02"),
        order("CG-3", 3_900_000, "2026-08-02", unit="school-4"),
        order("CG-4", 9_000_000, "2026-08-03", unit="school-5"),
    )
    result = registry.run("purchase_check")
    assert [row for _, row in registry.found()] == found and result.quiet == 0
    for warning in registry.town.warnings():
        assert [one["id"] for one in warning.evidence["told"]["rows"]] == ["CG-1"] and registry.same(warning)


@pytest.mark.parametrize(("far", "found"), [("3001.5811", ["Y-98"]), ("3001.5", [])])
def test_a_row_far_from_its_peers_is_found_exactly_beyond_the_deviations(
    registry: Registry, far: str, found: list[str]
) -> None:
    """Ten at 3000 and one at 3000 + x lie x * sqrt(10) / 11 apart; the one is 3.162 deviations from the mean."""
    registry.load("deaths", ALIVE)
    lines = (
        [pension(f"Y-{n}", f"p-{n}") for n in range(10)] if found else [pension(f"Y-{n}", f"p-{n}") for n in range(9)]
    )
    registry.load("pensions", *lines, pension("Y-98", "p-98", paid=far), pension("Y-99", "p-99", "2026-08-01"))
    result = registry.run()
    assert [row for rule, row in registry.found() if rule == "PE-01.3"] == found
    assert [error.message for error in result.refused] == [
        "expected at least 2 rows of peers for rule PE-01.3, found 1 from 2026-08-01 to 2026-08-01"
    ]  # of one payment there are no peers


def test_a_row_that_lacks_what_a_rule_reads_is_undetermined_and_not_passed(registry: Registry) -> None:
    registry.load("purchase orders", order("CG-1", 300_000))
    row = {"set": "purchase orders", "id": "CG-9", "key": "school-3/A02010104", "day": at("2026-09-01").date()}
    with registry.town.database.begin() as connection:
        load_rows(connection, [{**row, "recorded_at": registry.town.now, "amount": 5, "price": Decimal(5)}])
    result = registry.run("purchase_check")
    (warning,) = [one for one in registry.town.warnings() if one.case_no.endswith("CG-9")]
    assert warning.undetermined and warning.dimension == "DATA" and result.quiet == 0


def test_a_rule_about_a_set_without_rows_is_refused_and_the_others_run(registry: Registry) -> None:
    registry.load("pensions", pension("Y-1", "p-1", approved=1), pension("Y-2", "p-2"))
    result = registry.run()
    assert [error.message for error in result.refused] == ["expected a data set deaths with rows, found none"]
    assert registry.found() and {rule for rule, _ in registry.found()} >= {"PE-01.2"}


def test_a_check_that_is_not_declared_is_told(registry: Registry) -> None:
    with pytest.raises(NotFound, match="pension_check, purchase_check"):
        registry.checks.of("subsidy")
