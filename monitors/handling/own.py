"""A deadline that the supervision organ itself missed goes to its head (issue: the process's own deadlines)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import change, must_differ, needed_text, one_of, person_of, warning_of


def settle_own_deadline(call: Call) -> Mapping[str, Any]:
    """The head of the office, or the leader where the head was late, says what came of it.

    Reads ``outcome`` (dismissed, exempted, confirmed) and ``reason``. It is no department's violation. Raises
    NotAllowed when somebody who held the clock decides.
    """
    warning = warning_of(call)
    person = person_of(call, "answer_for", "answer_for_head")
    for passage in warning.evidence.get("held") or ():
        if passage["element"] == (warning.evidence.get("firing") or {}).get("host"):
            must_differ("being late and deciding about it", "B.5", passage["person"], person)
    outcome = one_of(call, "outcome", ("dismissed", "exempted", "confirmed"))
    values = {"outcome_reason": needed_text(call, "reason"), "closed_at": call.case.at}
    change(call, t.warning, warning.id, state=outcome, violation_instance=call.case.instance.id, **values)
    return {"warning_state": outcome}
