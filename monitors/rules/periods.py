"""Which rows of a data set a rule asks for: its ``set``, dated ``since`` to ``until``, as recorded by now, without the
one whose id is ``besides`` (the row itself, where rows of a set are compared with each other)."""

from __future__ import annotations

from datetime import date

from monitors.datasets import Asked
from monitors.rules.inputs import Inputs

SHOWN = 10  # rows kept as evidence


def period(inputs: Inputs) -> Asked:
    """From the first day to the last, both in; without ``until`` to the local day of the act."""
    facts = inputs.facts
    since = inputs.day("since") if inputs.gives("since") else date.min
    until = inputs.day("until") if inputs.gives("until") else facts.calendar.local_date(facts.happened)
    besides = inputs.one_name("besides") if inputs.gives("besides") else None
    return Asked(inputs.text("set"), since, until, facts.now, besides)
