"""What a client does next, at random: an order of some kind about some case."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from engine import Runtime
from engine.orders import Order
from tests.campaigns.models import STARTED_BY_PEOPLE
from tests.campaigns.world import of_case
from tests.engine.conftest import CLERK

OPEN_CASES = 40  # enough that two clients seldom meet, few enough that they do
Choose = Callable[[Runtime, Random, str], dict[str, Any] | None]


def next_order(runtime: Runtime, choices: Random) -> Order:
    """An order that made sense a moment ago; whoever is faster may have overtaken it."""
    key = UUID(int=choices.getrandbits(128)).hex
    while True:
        kind = choices.choices(list(_ACTS), [weight for weight, _ in _ACTS.values()])[0]
        arguments = _ACTS[kind][1](runtime, choices, key)
        if arguments is not None:
            return Order(kind, key, CLERK, None, arguments)


def _start(runtime: Runtime, choices: Random, key: str) -> dict[str, Any] | None:
    if runtime.query.count(state="open") >= OPEN_CASES:
        return None
    data = {"token": key, "round": 0}
    return {"definition": choices.choice(STARTED_BY_PEOPLE), **of_case(key[:8], data), "version": None}


def _complete(runtime: Runtime, choices: Random, key: str) -> dict[str, Any] | None:
    tasks = runtime.query.tasks()
    if not tasks:
        return None
    task, data = choices.choice(tasks), {"token": key, "round": choices.randint(0, 2)}
    return {"task_id": task.id, "data": data, "over": dict(runtime.query.instance(task.instance_id).data)}


def _deliver(runtime: Runtime, choices: Random, key: str) -> dict[str, Any] | None:
    return _tell(runtime, choices, "message", {"payload": {"token": key}})


def _signal(runtime: Runtime, choices: Random, key: str) -> dict[str, Any] | None:
    return _tell(runtime, choices, "signal", {"payload": {"token": key}})


def _tell(runtime: Runtime, choices: Random, kind: str, given: dict[str, Any]) -> dict[str, Any] | None:
    named = "message" if kind == "message" else "name"
    waiting = [(case, name) for name in ("question", "morning") for case in runtime.query.waiting_for(kind, name)]
    if not waiting:
        return None
    case, name = choices.choice(sorted(waiting))
    return {"instance_id": case, named: name, **given}


def _of_permit(given: Callable[[str], dict[str, Any]]) -> Choose:
    """An act on the ledger of some permit; the key stands in its reason."""

    def choose(runtime: Runtime, choices: Random, key: str) -> dict[str, Any] | None:
        cases = runtime.query.instances(definition="permit", state="open")
        return {"instance_id": choices.choice(cases).id, "reason": key, **given(key)} if cases else None

    return choose


_ACTS: dict[str, tuple[int, Choose]] = {
    "start": (20, _start),
    "complete": (60, _complete),
    "deliver": (10, _deliver),
    "signal": (8, _signal),
    "suspend": (6, _of_permit(lambda key: {"kind": "hearing", "approver": "wang", "own_limit": None})),
    "resume": (6, _of_permit(lambda key: {})),
    "extend": (2, _of_permit(lambda key: {"amount": 5, "unit": "working_day", "approver": "wang"})),
    "cancel": (1, _of_permit(lambda key: {})),
}
