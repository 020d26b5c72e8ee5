"""``authority``: who decides may decide this, in this amount (优化营商环境条例 Art 40; domain A1, AA-17)."""

from __future__ import annotations

from typing import Any

from monitors.rules.inputs import Entry, Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement


class Authority(Judged):
    """``approver`` (an id or a role) is on the list ``authorised``, and the matter is ``active`` (default: true).

    The list holds ids or roles, which have no bound, and contexts with ``id`` and ``limit``, which ``amount`` may not
    exceed.
    """

    name = "authority"
    parameters = frozenset({"approver", "authorised", "amount", "active"})
    required = frozenset({"approver", "authorised"})
    reads = ("authorised.id", "authorised.limit")

    def judge(self, inputs: Inputs) -> Judgement:
        approver, active = inputs.one_name("approver", "id", "actor"), inputs.flag("active", True)
        listed = inputs.names("authorised", "id")
        told: dict[str, Any] = {"approver": approver, "active": active}
        if not active or approver not in listed:
            return False, told
        limit = _limit(inputs, approver)
        if limit is None:
            return True, told
        amount, bound = inputs.number("amount"), limit.number("limit")
        return amount <= bound, {**told, "amount": amount, "limit": bound}


def _limit(inputs: Inputs, approver: str) -> Entry | None:
    """The line of the list that bounds that approver; none where the list names the id alone."""
    for place, entry in enumerate(inputs.items("authorised"), 1):
        if isinstance(entry, dict) and str(entry.get("id")) == approver:
            if not inputs.gives("amount"):
                raise Undecidable(note="parameter amount is not given, and the authority is bounded by one")
            return Entry(entry, f"authorised[{place}]")
    return None
