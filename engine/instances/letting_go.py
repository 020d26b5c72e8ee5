"""A timer that nobody was there to fire, let go where its drawing says so (``jc:catchUp``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catchup import EACH, catch_up, late_ms
from engine.instances.cycles import first_kept, is_of_cycle
from engine.instances.rows import Row
from engine.instances.states import SKIPPED

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def let_go(execution: Execution, row: Row) -> bool:
    """Skip a due timer if its policy wants so; whether it did.

    Only a command that happens now can have missed anything: in a replay nothing is late, whatever the
    distance between two events.
    """
    event = execution.element(row["element"]).event
    policy = event.catch_up if event is not None else EACH
    if policy == EACH or execution.at != execution.recorded_at:
        return False
    if not _is_let_go(execution, row, policy):
        return False
    late = late_ms(row["due"], execution.at)
    execution.records.timers.update(row, state=SKIPPED, late_ms=late)
    told = {key: row[key] for key in ("id", "element", "rule", "rung", "occurrence", "due", "late_ms")}
    execution.note("timer_skipped", told | {"policy": policy} | _passed(row))
    execution.timing.over(row)
    return True


def _is_let_go(execution: Execution, row: Row, policy: str) -> bool:
    if not is_of_cycle(row):
        return row["due"] not in catch_up(execution.timing.series(row), policy, execution.at).fire
    kept = first_kept(row, policy, execution.at)
    if kept == int(row["rung"]):
        return False
    # All that were missed are let go at once, with a line in the journal for the first of them.
    execution.records.timers.update(row, reason={**row["reason"], "next": kept})
    return True


def _passed(row: Row) -> dict[str, int]:
    """How many firings of a cycle are let go with this one."""
    return {"firings": row["reason"]["next"] - int(row["rung"])} if is_of_cycle(row) else {}
