"""A token: Spiff's task without its weight.

It carries no data, its id is a number that grows with every token of the case, and what
changes its state is noted once, for the workflow to look at.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
FINISHED = TaskState.FINISHED_MASK
_INHERITED = ("firing", "local")


class Token(Task):
    """One token of one level. ``internal_data`` may hold:

    ``occ`` the number of this passage through the node, ``firing`` what started its branch,
    ``fired`` that an event which goes on waiting has begun a branch, ``held`` that the condition
    it waits for was true at the last look, ``local`` the names that
    loops around it have set, ``loop`` how far its instances are, ``given`` what a called process was given.
    """

    def __init__(self, level: Any, spec: Any, parent: Token | None = None, state: int = TaskState.FUTURE) -> None:
        top = level.top_workflow
        top.tokens_made += 1
        self.id = top.tokens_made
        level.tasks[self.id] = self
        self.workflow, self.task_spec = level, spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        if parent is not None:
            parent._children.append(self.id)
            self.inherit(parent)

    def inherit(self, other: Token) -> None:
        """A branch goes on with what started it and with the names of the loops around it."""
        for name in _INHERITED:
            if name in other.internal_data:
                self.internal_data[name] = other.internal_data[name]

    @property
    def alive(self) -> bool:
        return self._state & ALIVE != 0

    @property
    def finished(self) -> bool:
        return self._state & FINISHED != 0

    @property
    def local(self) -> dict[str, Any]:
        return dict(self.internal_data.get("local", ()))

    @property
    def names(self) -> dict[str, Any]:
        """What expressions see here beside the case data: the names of the loops, and what began the branch."""
        firing = self.internal_data.get("firing")
        return self.local if firing is None else {**self.local, "firing": firing}

    def add(self, spec: Any) -> Token:
        """A token behind this one, not yet arrived."""
        return Token(self.workflow, spec, self)

    def arrive(self) -> None:
        """The node decides whether the token goes on or waits."""
        self.task_spec._update(self)

    def cancel(self) -> None:
        """Withdraw this token, and what runs inside its node; an event that has fired is done."""
        if not self.finished:
            self._set_state(TaskState.COMPLETED if "fired" in self.internal_data else TaskState.CANCELLED)
            self.task_spec._on_cancel(self)

    def cancel_siblings(self) -> None:
        """Withdraw what began together with this token."""
        for other in self.parent.children:
            if other is not self:
                other.cancel()

    def _set_state(self, value: int) -> None:
        self._state = value
        self.workflow.top_workflow.moved[self.id] = self
