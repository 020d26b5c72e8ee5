"""``step_order``: steps are done in the order of the item's route, none skipped, none added (domain A1, AA-15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitors.facts import Facts
from monitors.rules.model import Rule, Verdict, merged, undetermined


class StepOrder:
    """``route``: step codes in their order; ``performed``: those done (default: completed steps of the route).

    After a step comes the next of the route, or an earlier one again (a return); a jump ahead and a
    step that is not on the route break the rule. What is not reached yet is not judged.
    """

    name = "step_order"
    parameters = frozenset({"route", "performed"})
    required = frozenset({"route"})
    reads = ("steps.code", "steps.outcome")
    correctable = False

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Whether the steps were done in order."""
        ordered, given = rule.read("route", facts), rule.read("performed", facts)
        if ordered is None:
            return Verdict(None, note="parameter route is not given")
        readings = (ordered,) if given is None else (ordered, given)
        if any(not reading.sound or not isinstance(reading.value, list) for reading in readings):
            return undetermined(*readings, note="expected lists of step codes")
        route = [str(value) for value in ordered.value]
        done = [step.code for step in facts.done_steps if step.code in route]
        performed = done if given is None else [str(value) for value in given.value]
        fault = _first_fault(route, performed)
        told: dict[str, Any] = {"route": route, "performed": performed}
        if fault is not None:
            told |= {"position": fault + 1, "found": performed[fault]}
        return Verdict(fault is None, values={**merged(*readings), **told}, told=told)


def _first_fault(route: Sequence[str], performed: Sequence[str | None]) -> int | None:
    """The place in ``performed`` of the first step out of order."""
    position = -1
    for place, code in enumerate(performed):
        if code not in route or route.index(code) > position + 1:
            return place
        position = route.index(code)
    return None
