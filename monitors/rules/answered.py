"""Limits that an event ends which the rule names: a limit that is open until the event is stated."""

from __future__ import annotations

from monitors.facts import Facts
from monitors.ladders import LadderRung
from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.model import Rule, Verdict
from monitors.rules.time_limit import TimeLimit


class Answered(TimeLimit):
    """A limit that the event of the parameter ``ended_by`` ends; without it, it is open and its timer decides.

    Once the step is left, an event that nobody stated is a missing field.
    """

    ended_by: str

    def rungs(self, rule: Rule, facts: Facts) -> tuple[LadderRung, ...]:
        """None once the event has come: whether it came in time is judged where the step is left."""
        try:
            come = not Inputs(rule, facts).pending(self.ended_by)
        except Undecidable:
            come = False
        return () if come else super().rungs(rule, facts)

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        inputs = Inputs(rule, facts)
        try:
            at = facts.happened if inputs.pending(self.ended_by) else inputs.instant(self.ended_by)
            found = self.evaluate_at(rule, facts, at)
            return self.judge(
                inputs,
                Verdict(
                    found.held, found.missing, {**inputs.reads, **found.values}, found.note, found.told, found.reached
                ),
            )
        except Undecidable as error:
            return inputs.undetermined(error)

    def judge(self, inputs: Inputs, limit: Verdict) -> Verdict:
        """What the kind says beside the limit; raises Undecidable."""
        return limit
