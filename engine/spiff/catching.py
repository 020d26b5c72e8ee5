"""Who catches what a node throws: signals everywhere in the case, errors and escalations outwards."""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.util.task import TaskState

from engine.spiff.levels import Case
from engine.spiff.nodes import Armed, Boundary, Catch, RowEvent, Split
from engine.spiff.token import Token
from engine.spiff.waits import is_loop_instance


def listeners(case: Case, event: RowEvent) -> list[Token]:
    """The tokens that wait for a signal, in order of arrival."""
    found = [
        token for level in case.levels() for token in level.tasks.values() if _waits_for(token, event.kind, event.ref)
    ]
    return sorted(found, key=lambda token: token.id)


def nearest(token: Token, event: RowEvent) -> Token | None:
    """The event that catches an error or escalation thrown at ``token``, going outwards.

    First an event sub-process of the level, then an event on the border of the sub-process
    or call, then the level around it, and so on; one that names it before one that takes all.
    What an event sub-process throws again passes by its own start: that is how it reaches the border (13.5.4).
    """
    for candidates in _outwards(token):
        fitting = [one for one in candidates if _waits_for(one, event.kind, event.ref)]
        if fitting:
            return min(fitting, key=lambda one: (one.task_spec.event.ref is None, one.id))
    return None


def _outwards(token: Token) -> Iterator[list[Token]]:
    level, inside = token.workflow, None
    while True:
        yield [
            one
            for one in level.tasks.values()
            if isinstance(one.task_spec, Armed) and inside not in one.task_spec.outputs
        ]
        if level.parent is None:
            return
        host = level.parent.parent if is_loop_instance(level.parent) else level.parent
        split = host.parent
        if split is not None and isinstance(split.task_spec, Split):
            yield [one for one in split.children if isinstance(one.task_spec, Boundary)]
        level, inside = host.workflow, host.task_spec


def _waits_for(token: Token, kind: str, ref: str | None) -> bool:
    if token._state != TaskState.WAITING or not isinstance(token.task_spec, Catch):
        return False
    return token.task_spec.event.catches(kind, ref)
