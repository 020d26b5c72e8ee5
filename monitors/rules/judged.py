"""What most kinds share: read the parameters, judge, and be undetermined where that cannot be done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from monitors.facts import Facts
from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.model import Rule, Verdict

Judgement = tuple[bool, Mapping[str, Any]]  # whether the rule is kept, and the facts that show it


class Judged(ABC):
    """A kind that judges what it reads; the facts that it tells are evidence."""

    name: str
    parameters: frozenset[str]
    required: frozenset[str]
    reads: tuple[str, ...] = ()
    correctable: bool = False

    @abstractmethod
    def judge(self, inputs: Inputs) -> Judgement:
        """Whether the rule is kept; raises Undecidable."""

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        inputs = Inputs(rule, facts)
        try:
            held, told = self.judge(inputs)
        except Undecidable as error:
            return inputs.undetermined(error)
        return Verdict(held, values={**inputs.reads, **told}, told=told)


OPEN: Judgement = (True, {"open": True})  # the event that would decide has not come yet
