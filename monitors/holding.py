"""Who held the clock: the working days that each passage of a person's step took of a limit that was broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitors.facts import Facts


def held(facts: Facts, start: str | None) -> list[dict[str, Any]]:
    """For each passage from ``start`` (ISO 8601) to what showed the breach: step, role, person and working days.

    Days of a suspension are nobody's. A rule without a limit has no clock: then it is the step that it hangs
    on, with 0 days. ``person`` is None where nobody had done the step, nor does it now.
    """
    if start is None:
        step = facts.host_step
        return [] if step is None or step not in facts.user_steps else [_passage(facts, step, 0)]
    return list(_passages(facts, datetime.fromisoformat(start)))


def _passages(facts: Facts, since: datetime) -> Iterator[dict[str, Any]]:
    until = facts.happened
    for step in facts.user_steps:
        begun, done = max(step.entered_at, since), min(step.completed_at or until, until)
        if begun < done or step.completed_at is None:
            yield _passage(facts, step, _days(facts, begun, done))


def _days(facts: Facts, begun: datetime, done: datetime) -> int:
    if done <= begun:
        return 0
    functions = facts.functions
    stood = functions["suspended working days"](begun, done)
    return max(0, int(functions["working days"](begun, done) - stood))


def _passage(facts: Facts, step: Any, days: int) -> dict[str, Any]:
    return {
        "element": step.element,
        "step": step.name,
        "step_en": step.name_en or step.name,
        "role": step.role,
        "person": facts.actor_of(step),
        "working_days": days,
    }
