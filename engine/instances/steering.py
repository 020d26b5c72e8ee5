"""A running timer in a person's hands: its due changed, held, let run again, given back to its rule.

What was decided by hand is kept beside what is derived (``timer.manual``): deriving the timers anew leaves it
in force until it is withdrawn, and the row's ``reason`` names it. The deadline of a limit is the law's and
does not move: only when we are told of it does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from engine.errors import Conflict, InvalidData, NotFound
from engine.instances.by_hand import CHANGED, DERIVED, PAUSED, derived_due, steered
from engine.instances.rows import Row
from engine.instances.states import ARMED, SUSPENDED
from engine.model import Rung

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def change(execution: Execution, timer_id: str, due: datetime, reason: str) -> None:
    """Let a timer fire at another instant than its rule says; a held one stays held."""
    if due.tzinfo is None:
        raise InvalidData(f"expected an instant with an offset, found {due.isoformat()}", field="due")
    _decide(execution, timer_id, CHANGED, reason, due=due.astimezone(UTC).isoformat())


def pause(execution: Execution, timer_id: str, reason: str) -> None:
    """Hold a timer: it does not fire until it is let run again."""
    row = _running(execution, timer_id)
    if PAUSED in (row["manual"] or {}):
        raise Conflict("expected a running timer, found it held already", element=row["element"])
    _decide(execution, timer_id, PAUSED, reason)


def resume(execution: Execution, timer_id: str, reason: str) -> None:
    """Let a held timer run again: due when it was, so one whose time has passed fires at once."""
    _withdraw(execution, timer_id, PAUSED, reason)


def restore(execution: Execution, timer_id: str, reason: str) -> None:
    """Give a changed timer back to its rule."""
    _withdraw(execution, timer_id, CHANGED, reason)


def _running(execution: Execution, timer_id: str) -> Row:
    row = execution.records.timers.get(timer_id)
    if row is None:
        raise NotFound(f"expected a timer {timer_id} of this case, found none", timer=timer_id)
    if row["state"] not in (ARMED, SUSPENDED):
        raise Conflict(f"expected a timer that runs, found it {row['state']}", element=row["element"])
    return row


def _decide(execution: Execution, timer_id: str, what: str, reason: str, **more: str) -> None:
    row = _running(execution, timer_id)
    due = derived_due(row)
    manual = dict(row["manual"] or {DERIVED: due.isoformat() if due else None})
    manual[what] = {"by": execution.actor.id, "at": execution.at.isoformat(), "reason": _said(reason), **more}
    _apply(execution, row, manual, f"timer_{what}", reason)


def _withdraw(execution: Execution, timer_id: str, what: str, reason: str) -> None:
    row = _running(execution, timer_id)
    manual = dict(row["manual"] or {})
    if what not in manual:
        raise Conflict(f"expected a timer that was {what} by hand, found none such", element=row["element"])
    del manual[what]
    told = {CHANGED: "timer_restored", PAUSED: "timer_resumed"}[what]
    _apply(execution, row, manual, told, _said(reason))


def _apply(execution: Execution, row: Row, manual: dict[str, Any], told: str, reason: str) -> None:
    """Write the decision down and derive the row again; what moved besides is noted by itself."""
    before, rest = row["due"], {name: value for name, value in row["reason"].items() if name != "manual"}
    kept = manual if manual.keys() - {DERIVED} else None
    plain = Rung(row["rule"], row["rung"], derived_due(row), row["deadline"], row["level"], rest)
    rung = steered(plain, kept)
    state = SUSPENDED if rung.due is None else ARMED
    execution.records.timers.update(row, manual=kept, due=rung.due, state=state, reason=dict(rung.reason))
    execution.note(
        told,
        {
            **{key: row[key] for key in ("id", "element", "rule", "rung", "occurrence")},
            "from": before,
            "to": rung.due,
            "reason": reason,
        },
    )
    execution.ledger_changed()


def _said(reason: str) -> str:
    if not reason.strip():
        raise InvalidData("expected a reason, found none", field="reason")
    return reason
