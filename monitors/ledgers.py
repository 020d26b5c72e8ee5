"""The suspensions of a case as limits count them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.ledger import Ledger, Suspension
from engine.model import SuspensionEntry


def ledger_of(stops: Iterable[SuspensionEntry]) -> Ledger:
    """The ledger of those stops."""
    return tuple(Suspension(stop.kind, stop.start, stop.end, stop.approver) for stop in stops)
