"""``conflict_of_interest``: who acts is none of those who may not, such as a hearing's host (行政许可法 Art 48(3))."""

from __future__ import annotations

from monitors.rules.inputs import Inputs
from monitors.rules.judged import Judged, Judgement


class ConflictOfInterest(Judged):
    """No one of ``persons`` is among ``barred``: ids of persons or bodies, or contexts with ``id`` or ``actor``."""

    name = "conflict_of_interest"
    parameters = frozenset({"persons", "barred"})
    required = parameters
    reads = ("persons.id", "barred.id")

    def judge(self, inputs: Inputs) -> Judgement:
        persons, barred = inputs.names("persons", "id", "actor"), inputs.names("barred", "id", "actor")
        both = [person for person in persons if person in barred]
        return not both, {"conflict": both}
