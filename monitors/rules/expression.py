"""``expression``: a predicate that must hold, such as ``supplement_count <= 1`` (行政许可法 Art 32)."""

from __future__ import annotations

from monitors.facts import Facts
from monitors.rules.model import Rule, Verdict, undetermined


class Expression:
    """``must`` yields true or false; anything else, and anything missing, is undetermined."""

    name = "expression"
    parameters = frozenset({"must"})
    required = parameters
    reads: tuple[str, ...] = ()
    correctable = True

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Whether the predicate holds over the facts."""
        reading = rule.read("must", facts)
        if reading is None:
            return Verdict(None, note="parameter must is not given")
        if not reading.sound:
            return undetermined(reading)
        if not isinstance(reading.value, bool):
            return undetermined(reading, note=f"expected true or false, found {reading.value!r}")
        return Verdict(reading.value, values=reading.reads, told=reading.reads)
