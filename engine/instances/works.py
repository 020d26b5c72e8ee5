"""What each kind of order does to an execution, from its arguments alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.casedata import checked
from engine.instances import ledger, steering
from engine.instances.checking import look_again
from engine.instances.completing import complete_task
from engine.instances.conditions import look_at
from engine.instances.correcting import correct
from engine.instances.execution import Execution
from engine.instances.folding import Act, fold
from engine.model import Actor
from engine.orders import FINDING

RECOUNT = "recount"
Arguments = Mapping[str, Any]
Work = Callable[[Execution], Mapping[str, Any] | None]


def work_of(kind: str, arguments: Arguments) -> Work:
    """The work of an order; KeyError for a kind that is not known here."""
    work = _WORKS[kind]
    return lambda execution: work(execution, arguments)


def is_known(kind: str) -> bool:
    """Whether such an order can be given again; a message and a start by an event find their case first."""
    return kind in _WORKS or kind in FINDING


def _start(execution: Execution, given: Arguments) -> None:
    execution.start(given.get("element"), checked(given.get("payload", {})))


def _fold(execution: Execution, given: Arguments) -> Mapping[str, Any]:
    execution.start()
    return {"strays": fold(execution, [_act(act) for act in given["acts"]])}


def _act(act: Act | Mapping[str, Any]) -> Act:
    """An act, or what an incident kept of it."""
    if isinstance(act, Act):
        return act
    at, actor = datetime.fromisoformat(act["at"]), act["actor"]
    return Act(**{**act, "at": at, "actor": actor and Actor(actor["id"], actor["name"], frozenset(actor["roles"]))})


def _complete(execution: Execution, given: Arguments) -> None:
    reason, over = given.get("reason", ""), given.get("over", {})
    complete_task(execution, given["task_id"], given["data"], execution.actor, reason, over)


def _deliver(execution: Execution, given: Arguments) -> None:
    execution.deliver(given["message"], checked(given["payload"]), given.get("correlation"))


def _enter(execution: Execution, given: Arguments) -> None:
    execution.enter(checked(given["data"]))


def _signal(execution: Execution, given: Arguments) -> None:
    execution.signal(given["name"], checked(given["payload"]))


def _suspend(execution: Execution, given: Arguments) -> None:
    ledger.suspend(
        execution, given["kind"], given["approver"], given["reason"], given["own_limit"], given.get("notice")
    )


def _resume(execution: Execution, given: Arguments) -> None:
    ledger.resume(execution, given["reason"], given.get("kind"))


def _extend(execution: Execution, given: Arguments) -> None:
    ledger.extend(execution, given["amount"], given["unit"], given["approver"], given["reason"])


def _correct(execution: Execution, given: Arguments) -> Mapping[str, Any]:
    return correct(execution, given["fact"], datetime.fromisoformat(given["to"]), given["reason"])


def _cancel(execution: Execution, given: Arguments) -> None:
    execution.cancel(given["reason"])


def _look(execution: Execution, given: Arguments) -> None:
    look_again(execution, given["element"], given["occurrence"], given["local"])


def _condition(execution: Execution, given: Arguments) -> None:
    look_at(execution, given["element"], given["occurrence"])


def _change_timer(execution: Execution, given: Arguments) -> None:
    due = given["due"]
    steering.change(
        execution, given["timer_id"], datetime.fromisoformat(due) if isinstance(due, str) else due, given["reason"]
    )


def _restore_timer(execution: Execution, given: Arguments) -> None:
    steering.restore(execution, given["timer_id"], given["reason"])


def _pause_timer(execution: Execution, given: Arguments) -> None:
    steering.pause(execution, given["timer_id"], given["reason"])


def _resume_timer(execution: Execution, given: Arguments) -> None:
    steering.resume(execution, given["timer_id"], given["reason"])


def _nothing(execution: Execution, given: Arguments) -> None:
    """What is due was fired before, what holds no longer was derived anew; an act on an incident was noted."""


_WORKS: Mapping[str, Callable[[Execution, Arguments], Mapping[str, Any] | None]] = {
    "start": _start,
    "fold": _fold,
    "complete": _complete,
    "deliver": _deliver,
    "enter": _enter,
    "signal": _signal,
    "suspend": _suspend,
    "resume": _resume,
    "extend": _extend,
    "correct": _correct,
    "cancel": _cancel,
    "change_timer": _change_timer,
    "restore_timer": _restore_timer,
    "pause_timer": _pause_timer,
    "resume_timer": _resume_timer,
    "fire": _nothing,
    RECOUNT: _nothing,
    "look": _look,
    "condition": _condition,
    "mend": _nothing,
}
