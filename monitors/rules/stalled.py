"""``stalled``: a case does not lie still (推诿拖延; domain B.1, the catalogue of 8 situations: practice)."""

from __future__ import annotations

from datetime import datetime

from monitors.facts import Facts
from monitors.rules.time_limit import TimeLimit


class Stalled(TimeLimit):
    """Within ``amount`` of ``unit`` after the last act on the case (or ``start``) the next one comes.

    The last act is the newest end of a person's step, else the entry of the host. Each time that it lies still is a
    finding of its own.
    """

    name = "stalled"
    parameters = frozenset({"start", "amount", "unit", "granularity", "suspendable"})
    required = frozenset({"amount", "unit"})
    reads = ("steps.completed_at", "step.started_at", "suspensions")
    counts_from_acts = True

    def since(self, facts: Facts) -> datetime:
        ends = [step.completed_at for step in facts.done_steps if step.completed_at is not None]
        return max((*ends, facts.entered_at))

    def rung_name(self, name: str, facts: Facts) -> str:
        return f"{name}:{len(facts.done_steps)}"
