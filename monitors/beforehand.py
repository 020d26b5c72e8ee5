"""The check before submit: which rules an entry would break, told before it is made. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine import Actor, Runtime, Task
from engine.errors import EngineError
from monitors import warnings
from monitors.model import Warning

_MOST = 1_000
_NOTHING: Mapping[str, Any] = {}


def would_break(
    runtime: Runtime, task: Task, data: Mapping[str, Any], actor: Actor, over: Mapping[str, Any] = _NOTHING
) -> tuple[Warning, ...]:
    """The warnings that completing the step so would raise: the step is done as it would be, and taken back.

    ``over`` are the values of others that the entry replaces knowingly.

    What cannot be done has nothing to break: the command itself says why.
    """
    with runtime.database.read() as connection:
        known = {one.id for one in _of(connection, task)}

    def look(connection: Connection) -> tuple[Warning, ...]:
        return tuple(one for one in _of(connection, task) if one.id not in known and _by_entry(one))

    try:
        return runtime.rehearse(task, data=data, actor=actor, look=look, over=over)
    except EngineError:
        return ()


def _of(connection: Connection, task: Task) -> tuple[Warning, ...]:
    return warnings.find(connection, case_id=task.instance_id, limit=_MOST)


def _by_entry(warning: Warning) -> bool:
    """A limit that ran out is no fault of the entry; a rule that cannot tell yet breaks nothing."""
    firing = warning.evidence.get("firing") or {}
    return firing.get("cause") == "completion" and not warning.undetermined
