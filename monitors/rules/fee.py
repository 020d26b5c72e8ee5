"""``fee``: what is charged is in the catalogue, as much as it says, and paid to the treasury (行政许可法 Art 58, 59)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from monitors.rules.inputs import Entry, Inputs
from monitors.rules.judged import Judged, Judgement


class Fee(Judged):
    """``charged`` is the catalogue's ``standard`` for ``code``, times ``quantity``, less what was ``waived``.

    ``catalogue`` holds contexts with ``code`` and ``standard`` (CNY). A waiver needs ``waiver_doc``; ``payee`` is the
    ``treasury`` account, where the rule gives them.
    """

    name = "fee"
    parameters = frozenset({"code", "quantity", "charged", "catalogue", "waived", "waiver_doc", "payee", "treasury"})
    required = frozenset({"code", "quantity", "charged", "catalogue"})
    reads = ("catalogue.code", "catalogue.standard")

    def judge(self, inputs: Inputs) -> Judgement:
        charged, waived = inputs.number("charged"), inputs.number("waived", Decimal(0))
        code, quantity = inputs.text("code"), inputs.number("quantity")
        line = _line(inputs, code)
        due = None if line is None else line.number("standard") * quantity
        told: dict[str, Any] = {"due": due, "charged": charged, "waived": waived}
        right = due is not None and charged + waived == due
        return right and _waiver_in_writing(inputs, waived) and _to_treasury(inputs), told


def _line(inputs: Inputs, code: str) -> Entry | None:
    return next((entry for entry in inputs.entries("catalogue") if entry.text("code") == code), None)


def _waiver_in_writing(inputs: Inputs, waived: Decimal) -> bool:
    return waived <= 0 or not inputs.gives("waiver_doc") or inputs.text("waiver_doc").strip() != ""


def _to_treasury(inputs: Inputs) -> bool:
    return not inputs.gives("payee") or inputs.text("payee") == inputs.text("treasury")
