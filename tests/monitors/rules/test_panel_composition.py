"""``panel_composition``: five or more, odd, two thirds of them experts (招标投标法 Art 37)."""

from typing import Any

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

PANEL = rule("panel_composition", members="members", least="5", expert_role='"expert"', expert_share="2/3")


def panel(experts: int, others: int) -> dict[str, Any]:
    return {"members": [{"role": "expert"}] * experts + [{"role": "owner"}] * others}


def test_five_with_four_experts_are_good() -> None:
    assert held(PANEL, panel(4, 1)) is True


def test_too_few_even_or_without_enough_experts_are_bad() -> None:
    assert held(PANEL, panel(3, 0)) is False
    assert held(PANEL, panel(5, 1)) is False
    assert held(PANEL, panel(3, 2)) is False
    assert verdict(PANEL, Given(panel(3, 2)).completing()).told == {"members": 5, "least": 5, "experts": 3}


def test_two_thirds_exactly_are_enough() -> None:
    assert held(PANEL, panel(6, 3)) is True
    assert held(PANEL, panel(5, 4)) is False


def test_where_even_is_allowed_it_may_be_even() -> None:
    even = rule("panel_composition", members="members", least="4", odd="false")
    assert held(even, panel(4, 0)) is True
    assert held(even, panel(3, 0)) is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(PANEL, {"members": [{"role": "expert"}, {"role": "owner"}, {"role": "owner"}]})
