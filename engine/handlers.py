"""How rule tasks, service tasks and checkpoint timers reach those who supervise.

The engine never imports them: they register here, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.errors import NotFound
from engine.model import (
    Actor,
    Data,
    ExtensionEntry,
    Firing,
    Instance,
    MovedLimit,
    Rung,
    Step,
    SuspensionEntry,
    Task,
)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One immutable look at a case, inside the command's transaction.

    ``data`` are the case data with this command's entries in; ``steps`` the history in
    order of entry; ``at`` the event time of the command; ``connection`` the command's own, None outside of one.
    """

    instance: Instance
    data: Data
    steps: Sequence[Step]
    suspensions: tuple[SuspensionEntry, ...]
    extension: ExtensionEntry | None
    at: datetime
    connection: Connection | None = field(default=None, compare=False, repr=False)


class Later(Protocol):
    """Asks for things that happen after this command, each as a command of its own; or as its last act."""

    def start(self, definition: str, *, key: str, **arguments: Any) -> None: ...

    def deliver(self, instance_id: str, message: str, payload: Data, *, key: str) -> None: ...

    def last(self, key: str, act: Callable[[], None]) -> bool:
        """Do this in the same transaction when all else is written; False when its key was asked for already.

        For what all others must wait for until the transaction ends, such as a number without gaps.
        """


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the case, the node, why it runs, and the open transaction."""

    connection: Connection
    case: CaseView
    element: str
    inputs: Data
    firing: Firing | None
    actor: Actor
    later: Later


@dataclass(frozen=True, slots=True)
class RungRequest:
    """Asks for the rungs of one checkpoint timer; ``entered_at`` is when its host began."""

    connection: Connection
    case: CaseView
    element: str
    checkpoint: str
    host: str | None
    occurrence: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Renewed:
    """Limits of a case were derived anew ``because`` what they count by has changed; inside the command's transaction."""

    connection: Connection
    case: CaseView
    because: Data
    limits: tuple[MovedLimit, ...]


Handler = Callable[[Call], Mapping[str, Any] | None]
Rungs = Callable[[RungRequest], Sequence[Rung]]
Authorize = Callable[[Connection, Actor, Task], None]
Outdated = Callable[[Connection, str, str, Data], Data | None]
Recorded = Callable[[Data | None, CaseView], None]
FeelFunctions = Callable[[CaseView], Mapping[str, Callable[..., Any]]]


def _no_rungs(request: RungRequest) -> Sequence[Rung]:
    raise NotFound(
        f"expected someone to give the rungs of checkpoint {request.checkpoint}, found nobody",
        checkpoint=request.checkpoint,
    )


def _anyone(connection: Connection, actor: Actor, task: Task) -> None:
    return None


def _nothing_changes(connection: Connection, definition: str, district_code: str, reason: Data) -> Data | None:
    return None


def _no_basis(connection: Connection, case: CaseView, expression: str) -> Data:
    return {}


def _nobody_told(renewed: Renewed) -> None:
    return None


def _nobody_records(before: Data | None, case: CaseView) -> None:
    return None


def _no_functions(case: CaseView) -> Mapping[str, Callable[..., Any]]:
    return {}


@dataclass(slots=True)
class Handlers:
    """The engine's ports. ``authorize`` raises NotAllowed when a person may not act.

    ``outdated`` says of a model, a district and a rung's reason why what that rests on holds no longer, None while it
    holds; ``renewed`` is told what then moved. ``basis`` says what a plain timer's expression rests on, for its reason.

    ``recorded`` is told of each command that changed a case, when all of it is done: the data before (None: the case
    is new) and the case as it is stored now.

    ``names`` are what a model may speak of (``kinds``, ``required``, ``roles`` of
    ``engine.profile.check``); what is not in it is not checked when a model is deployed.
    """

    calls: dict[str, Handler] = field(default_factory=dict)
    rungs: Rungs = _no_rungs
    authorize: Authorize = _anyone
    functions: FeelFunctions = _no_functions
    outdated: Outdated = _nothing_changes
    basis: Callable[[Connection, CaseView, str], Data] = _no_basis
    renewed: Callable[[Renewed], None] = _nobody_told
    recorded: Recorded = _nobody_records
    names: dict[str, Any] = field(default_factory=dict)

    def register(self, name: str, handler: Handler) -> None:
        self.calls[name] = handler

    def known(self) -> dict[str, Any]:
        """What a model may speak of, for ``engine.profile.check``."""
        return {"handlers": frozenset(self.calls), **self.names}

    def find(self, name: str) -> Handler:
        """The handler of that name; raises NotFound."""
        try:
            return self.calls[name]
        except KeyError:
            raise NotFound(f"expected a handler named {name}, found none", handler=name) from None
