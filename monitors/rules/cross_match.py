"""``cross_match``: somebody is, or is not, on a list of another department (社会保险法 Art 88; domain A3, SI-10)."""

from __future__ import annotations

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement
from monitors.rules.periods import SHOWN, period

EXPECTED = ("none", "some")


class CrossMatch(Judged):
    """Data set ``set`` holds rows under ``key`` dated ``since`` to ``until`` (default: today): ``expect`` is "none"
    (default; a list of the dead, of those struck off) or "some" (a register one must stand in)."""

    name = "cross_match"
    parameters = frozenset({"set", "key", "expect", "since", "until", "besides"})
    required = frozenset({"set", "key"})
    correctable = True
    reads = ("rows.key",)

    def judge(self, inputs: Inputs) -> Judgement:
        key, expected = inputs.one_name("key"), inputs.text("expect", "none")
        if expected not in EXPECTED:
            raise Undecidable(note=f"expected expect as one of {', '.join(EXPECTED)}, found {expected!r}")
        rows = inputs.facts.sets.rows(period(inputs), key, SHOWN)
        return bool(rows) == (expected == "some"), {"key": key, "rows": [row.told() for row in rows]}
