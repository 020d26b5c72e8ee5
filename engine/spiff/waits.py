"""Where tokens stand, as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.loops import Loop
from engine.spiff.nodes import Armed, Boundary, Catch, Split
from engine.spiff.token import Token

PERSON, SUBPROCESS, LOOP = "person", "subprocess", "loop"
OUTSIDE = ("timer", "condition", "message", "signal")  # ended by a row of the engine


@dataclass(frozen=True, slots=True)
class Wait:
    """A place where a token stands.

    ``kind`` is person, timer, condition, message, signal, error, escalation, subprocess or
    loop; ``local`` the names that the loops around it have set; ``around`` the sub-processes
    and calls it is in, the inner ones first; ``held`` that its condition was true at the last look.
    """

    element: str
    kind: str
    occurrence: int
    host: str | None = None
    host_occurrence: int = 0
    local: Mapping[str, Any] = field(default_factory=dict)
    around: tuple[str, ...] = ()
    listening: bool = False
    held: bool = False
    firing: Mapping[str, Any] | None = None

    @property
    def names(self) -> Mapping[str, Any]:
        """What the event's expressions see beside the case data; ``firing`` is what began its branch."""
        return self.local if self.firing is None else {**self.local, "firing": self.firing}


def element_of(token: Token) -> tuple[str, int]:
    """A passage's element and number: the same order before and after a case was read back."""
    spec = token.task_spec
    return spec.bpmn_id or spec.name, int(token.internal_data["occ"])


def wait_of(token: Token) -> Wait | None:
    """What the token waits for; None when it is on its way, or stands at a join."""
    spec, (element, occurrence) = token.task_spec, element_of(token)
    if token._state == TaskState.READY and spec.manual:
        return Wait(element, PERSON, occurrence, local=token.local, around=_around(token))
    if token._state == TaskState.STARTED:
        kind = LOOP if isinstance(spec, Loop) else SUBPROCESS
        return Wait(element, kind, occurrence, local=token.local)
    if token._state != TaskState.WAITING or not isinstance(spec, Catch):
        return None
    around: tuple[str | None, int] = (None, 0)
    listening = isinstance(spec, Armed)
    if listening:
        element = spec.event.element
    elif (host := host_of(token)) is not None:
        if host._state == TaskState.READY and host.task_spec.never_stands(host):
            return None
        around = element_of(host)
    held, firing = "held" in token.internal_data, token.internal_data.get("firing")
    return Wait(
        element, spec.event.kind, occurrence, *around, local=token.local, listening=listening, held=held, firing=firing
    )


def host_of(token: Token) -> Token | None:
    """The token on the node to whose border this event is attached."""
    split = token.parent
    if split is None or not isinstance(split.task_spec, Split):
        return None
    return next((one for one in split.children if not isinstance(one.task_spec, Boundary)), None)


def _around(token: Token) -> tuple[str, ...]:
    found = []
    level = token.workflow
    while level.parent is not None:
        found.append(level.parent.task_spec.bpmn_id)
        level = level.parent.workflow
    return tuple(found)


def is_loop_instance(token: Token) -> bool:
    """Whether the token is one instance of a loop, which stands on its parent."""
    parent = token.parent
    return parent is not None and isinstance(parent.task_spec, Loop) and parent.task_spec.runs(token)
