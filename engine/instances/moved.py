"""What a migration moves in a case: its clocks and its checkpoints, before and after.

``{"clocks": {"same": n, "moved": [..], "appeared": [..], "vanished": [..]}, "checkpoints": {"appeared": [..], "vanished":
[..]}}``; a clock is ``{element, rule, rung, occurrence, before, after}``, each of the last two ``{due, deadline}`` or null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.instances.execution import Execution
from engine.instances.rows import Row
from engine.instances.timing import ARMED, SUSPENDED
from engine.spiff import Transfer

RUNNING = (ARMED, SUSPENDED)
Clock = tuple[str, str, str, int]


def new_name(name: str, renames: Mapping[str, str]) -> str:
    return renames.get(name, name)


def new_passage(row: Row, moved: Transfer, renames: Mapping[str, str]) -> tuple[str, int]:
    """The element and passage of a timer row in the other version."""
    host = row["host"] or row["element"]
    _, occurrence = moved.renamed.get((host, row["occurrence"]), (host, row["occurrence"]))
    return new_name(row["element"], renames), occurrence


def clocks_of(execution: Execution, moved: Transfer, renames: Mapping[str, str]) -> dict[Clock, Row]:
    """The clocks that run now, by what they will be called."""
    found = {}
    for row in execution.records.timers:
        if row["state"] in RUNNING:
            element, occurrence = new_passage(row, moved, renames)
            found[element, row["rule"], row["rung"], occurrence] = dict(row)
    return found


def checkpoints_of(execution: Execution, renames: Mapping[str, str]) -> set[tuple[str, str]]:
    """The checkpoints that are watched now, each with the element it hangs on by its new name."""
    return {(checkpoint, new_name(element, renames)) for checkpoint, element in _watched(execution)}


def _watched(execution: Execution) -> Iterator[tuple[str, str]]:
    for wait in execution.workflow.waits():
        checkpoint = execution.element(wait.element).checkpoint
        if checkpoint is not None:
            yield checkpoint, wait.host or wait.element


def compared(execution: Execution, before: Mapping[Clock, Row], looks: set[tuple[str, str]]) -> dict[str, Any]:
    """Which clocks stay, move, appear and vanish, and which checkpoints."""
    after = {
        (row["element"], row["rule"], row["rung"], row["occurrence"]): row
        for row in execution.records.timers
        if row["state"] in RUNNING
    }
    now = set(_watched(execution))
    return {
        "clocks": {
            "same": sum(_dates(before[key]) == _dates(after[key]) for key in before.keys() & after.keys()),
            "moved": [
                _told(key, before[key], after[key])
                for key in sorted(before.keys() & after.keys())
                if _dates(before[key]) != _dates(after[key])
            ],
            "appeared": [_told(key, None, after[key]) for key in sorted(after.keys() - before.keys())],
            "vanished": [_told(key, before[key], None) for key in sorted(before.keys() - after.keys())],
        },
        "checkpoints": {
            "appeared": [{"checkpoint": one, "element": on} for one, on in sorted(now - looks)],
            "vanished": [{"checkpoint": one, "element": on} for one, on in sorted(looks - now)],
        },
    }


def _dates(row: Row) -> tuple[datetime | None, datetime | None, str]:
    return row["due"], row["deadline"], row["state"]


def _told(key: Clock, before: Row | None, after: Row | None) -> dict[str, Any]:
    element, rule, rung, occurrence = key
    told: dict[str, Any] = {"element": element, "rule": rule, "rung": rung, "occurrence": occurrence}
    for name, row in (("before", before), ("after", after)):
        told[name] = None if row is None else {"due": _text(row["due"]), "deadline": _text(row["deadline"])}
    return told


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
