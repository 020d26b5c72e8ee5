"""What an act on an incident changes in the case before the command that failed is given again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casedata import checked
from engine.errors import Conflict, NotAllowed
from engine.instances.execution import Execution
from engine.instances.states import ARMED, SKIPPED
from engine.orders import Mend


def apply(execution: Execution, mend: Mend, *, new: bool) -> None:
    """Note the act, correct the data, pass over what two people gave up; the rest of the command follows."""
    changes = _changes({**execution.data, **mend.stated}, checked(mend.data))
    body = entry_body(mend) | ({"changes": changes} if changes else {})
    execution.chain.append(entry_kind(mend), mend.actor.id, execution.recorded_at, execution.recorded_at, body)
    execution.touch()
    execution.passed_over = mend.passed_over
    if mend.timer is not None:
        _skip_timer(execution, mend.timer)
    if entered := {name: mend.data[name] for name in changes if name not in mend.carried}:
        execution.enter_data(entered)
        if not new:
            execution.settle()


def entry_kind(mend: Mend) -> str:
    return f"incident_{mend.act}"


def entry_body(mend: Mend) -> dict[str, Any]:
    """What the journal says of an act on an incident."""
    more = {name: value for name in ("passed_over", "timer", "proposed_by") if (value := getattr(mend, name))}
    return {"incident": mend.incident, "reason": mend.reason, **more}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"before": before.get(name), "after": value}
        for name, value in after.items()
        if name not in before or before[name] != value
    }


def _skip_timer(execution: Execution, timer_id: str) -> None:
    row = execution.records.timers.get(timer_id)
    if row is None or row["state"] != ARMED:
        raise Conflict("expected a timer that still waits, found it gone", timer=timer_id)
    if row["host"] is None:
        raise NotAllowed("the case waits there for this timer alone; it can only be fired", element=row["element"])
    execution.records.timers.update(row, state=SKIPPED)
    names = ("id", "element", "rule", "rung", "occurrence", "due")
    execution.note("timer_skipped", {name: row[name] for name in names})
