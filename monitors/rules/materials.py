"""``materials``: no more papers are asked for than the guide lists, and no incomplete file is accepted (行政许可法 Art 30)."""

from __future__ import annotations

from typing import Any

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class Materials(Judged):
    """``guide`` lists the papers (codes, or contexts with ``code``); ``asked`` holds none beside them, and
    ``received`` all of them. At least one of the two is given."""

    name = "materials"
    parameters = frozenset({"guide", "asked", "received"})
    required = frozenset({"guide"})
    correctable = True
    reads = ("guide.code", "received.code")

    def judge(self, inputs: Inputs) -> Judgement:
        guide = inputs.names("guide", "code")
        told: dict[str, Any] = {}
        if inputs.gives("asked"):
            told["beyond_guide"] = [code for code in inputs.names("asked", "code") if code not in guide]
        if inputs.gives("received"):
            received = inputs.names("received", "code")
            told["not_received"] = [code for code in guide if code not in received]
        if not told:
            raise Undecidable(note="neither asked nor received is given")
        return not any(told.values()), told
