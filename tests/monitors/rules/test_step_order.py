"""``step_order``: no step of the route is skipped, none is added."""

import pytest

from engine.model import Step
from tests.monitors.cases import Given, rule, step, verdict

ROUTE = rule("step_order", route="item.route")
ITEM = {"item": {"route": ["4", "5", "6"]}}


def steps(*codes: str) -> list[Step]:
    return [
        step(code, "li", f"2026-09-{10 + day} 09:00", f"2026-09-{10 + day} 10:00", occurrence=day)
        for day, code in enumerate(codes, 1)
    ]


@pytest.mark.parametrize("codes", [(), ("4",), ("4", "5"), ("4", "5", "6"), ("2", "4", "5", "6", "8")])
def test_steps_in_the_order_of_the_route_are_good(codes: tuple[str, ...]) -> None:
    assert verdict(ROUTE, Given(ITEM, steps(*codes)).facts()).held is True


def test_a_return_to_an_earlier_step_is_good_when_the_rest_is_done_again() -> None:
    assert verdict(ROUTE, Given(ITEM, steps("4", "5", "4", "5", "6")).facts()).held is True


@pytest.mark.parametrize("codes", [("4", "6"), ("5",), ("4", "5", "4", "6")])
def test_a_skipped_step_is_bad(codes: tuple[str, ...]) -> None:
    found = verdict(ROUTE, Given(ITEM, steps(*codes)).facts())
    assert found.held is False
    assert found.told["found"] == codes[-1]


def test_a_step_that_the_item_does_not_know_is_bad_when_it_is_listed() -> None:
    listed = rule("step_order", route="item.route", performed='["4", "4a", "5"]')
    assert verdict(listed, Given(ITEM).facts()).held is False


def test_the_step_being_completed_counts_as_done() -> None:
    open_step = step("6", None, "2026-09-20 09:00", element="decide")
    skipped = Given(ITEM, [*steps("4"), open_step], host="decide")
    assert verdict(ROUTE, skipped.completing("wang")).held is False
    assert verdict(ROUTE, skipped.facts()).held is True


def test_a_cancelled_step_was_not_done() -> None:
    cancelled = step("5", None, "2026-09-20 09:00", outcome="cancelled")
    done = steps("4")
    last = step("6", "wang", "2026-09-21 09:00", "2026-09-21 10:00")
    assert verdict(ROUTE, Given(ITEM, [*done, cancelled, last]).facts()).held is False


@pytest.mark.parametrize("data", [{}, {"item": {}}, {"item": {"route": "4,5,6"}}])
def test_without_a_route_it_is_undetermined(data: dict[str, object]) -> None:
    assert verdict(ROUTE, Given(data, steps("4")).facts()).held is None
