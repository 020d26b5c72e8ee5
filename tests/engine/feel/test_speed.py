"""How fast a rule is evaluated that was parsed once, beside the same test written as a Python function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.clock import cpu_seconds
from engine.feel import parse

RULE = parse('amount > 1000 and days <= 5 and kind = "A"', names=("amount", "days", "kind"))
CASES = [{"amount": 900 + number % 300, "days": number % 9, "kind": "AB"[number % 2]} for number in range(1_000)]
ROUNDS, TIMES = 7, 10
MOST = 30  # a Python function does some 6 million a second here, so this is 200,000


def function(case: Mapping[str, Any]) -> bool:
    return bool(case["amount"] > 1000 and case["days"] <= 5 and case["kind"] == "A")


def rate(rule: Callable[[Mapping[str, Any]], Any]) -> float:
    """Evaluations a CPU second."""
    begun = cpu_seconds()
    for _ in range(TIMES):
        for case in CASES:
            rule(case)
    return TIMES * len(CASES) / (cpu_seconds() - begun)


def test_a_rule_of_three_terms_costs_no_more_than_thirty_times_what_python_takes(
    record_property: Callable[[str, object], None],
) -> None:
    assert [RULE.evaluate(case) for case in CASES] == [function(case) for case in CASES]
    rounds = [(rate(RULE.evaluate), rate(function)) for _ in range(ROUNDS)]
    ours, python = min(rounds, key=lambda one: one[1] / one[0])
    record_property(
        "figures", f"FEEL: {ours:,.0f} evaluations a CPU second, Python {python:,.0f}, {python / ours:.1f} to 1"
    )
    assert python / ours < MOST
