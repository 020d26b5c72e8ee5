"""A timer that nobody was there to fire, let go where its drawing says so (``jc:catchUp``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catchup import EACH, catch_up, late_ms
from engine.instances.rows import Row
from engine.instances.timing import SKIPPED

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
    if row["due"] in catch_up(execution.timing.series(row), policy, execution.at).fire:
        return False
    late = late_ms(row["due"], execution.at)
    execution.records.timers.update(row, state=SKIPPED, late_ms=late)
    told = {key: row[key] for key in ("id", "element", "rule", "rung", "occurrence", "due", "late_ms")}
    execution.note("timer_skipped", told | {"policy": policy})
    return True
