"""Acts on the ledger: they change rows, never tokens; ``settle`` then derives the due anew.

Source: 行政许可法 Art 45 (suspension) and Art 42 (one extension, by the head).
"""

from __future__ import annotations

from engine.errors import Conflict
from engine.instances.execution import Execution
from engine.instances.keys import row_id


def suspend(
    execution: Execution, kind: str, approver: str, reason: str, own_limit: int | None, notice: str | None = None
) -> None:
    """Stop the clock from the event time on; the rungs of suspendable limits lose their due.

    Procedures of several kinds may run at once; the clock stands while one does. Raises Conflict while one of this
    kind runs.
    """
    records, instance = execution.records, execution.instance
    if any(row["end"] is None and row["kind"] == kind for row in records.suspensions):
        raise Conflict(f"expected no running stop for {kind}, found one", instance=instance.id, kind=kind)
    number = len(records.suspensions.rows) + 1
    records.suspensions.add(
        {
            "district_code": instance.district_code,
            "id": row_id(instance.id, "suspension", number),
            "instance_id": instance.id,
            "kind": kind,
            "start": execution.at,
            "end": None,
            "approver": approver,
            "reason": reason,
            "own_limit": own_limit,
            "notice": notice,
        }
    )
    told = {"kind": kind, "approver": approver, "reason": reason}
    execution.note("suspended", told | ({"notice": notice} if notice else {}))
    execution.ledger_changed()


def resume(execution: Execution, reason: str, kind: str | None = None) -> None:
    """End the open stop of that kind, or the only one; raises Conflict when there is none, or more than one."""
    running = [row for row in execution.records.suspensions if row["end"] is None and kind in (None, row["kind"])]
    if len(running) != 1:
        found = "it running" if not running else " and ".join(row["kind"] for row in running)
        raise Conflict(f"expected one running stop, found {found}", instance=execution.instance.id)
    row = running[0]
    execution.records.suspensions.update(row, end=execution.at)
    execution.note("resumed", {"kind": row["kind"], "reason": reason})
    execution.ledger_changed()


def extend(execution: Execution, amount: int, unit: str, approver: str, reason: str) -> None:
    """Extend the limit; raises Conflict the second time."""
    instance = execution.instance
    if execution.records.extensions.get(instance.id) is not None:
        raise Conflict("expected no earlier extension, found one", instance=instance.id)
    execution.records.extensions.add(
        {
            "district_code": instance.district_code,
            "instance_id": instance.id,
            "amount": amount,
            "unit": unit,
            "approver": approver,
            "reason": reason,
            "at": execution.at,
        }
    )
    execution.note("extended", {"amount": amount, "unit": unit, "approver": approver, "reason": reason})
    execution.ledger_changed()
