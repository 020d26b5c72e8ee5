"""The values that cross the engine's border: frozen, without behaviour, instants in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person or ``system``; ``roles`` are those the caller vouches for."""

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()


SYSTEM = Actor("system", "system")


class Pin(NamedTuple):
    """A version of another model that a model calls."""

    name: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a model. ``hash`` tells its bytes, those of ``xml``, of the DMN files in ``decisions`` that it uses and
    of the versions in ``calls``, which never change; only its ``state`` does.

    New cases start on it from ``valid_from`` (None: whenever they start) until ``retired_at``.
    """

    name: str
    version: int
    hash: str
    kind: str  # executable | callable | mirror
    title: str
    title_en: str
    xml: bytes
    decisions: tuple[bytes, ...]
    origin: str  # shipped | local
    state: str  # draft | submitted | reviewed | deployed | retired
    created_at: datetime
    created_by: str
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    deployed_at: datetime | None = None
    deployed_by: str | None = None
    valid_from: datetime | None = None
    retired_at: datetime | None = None
    retired_by: str | None = None
    calls: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """One running or ended case. ``district_code`` is an opaque partition key.

    ``pinned``: passages that keep the limits of the version they began under (``engine/instances/pins.py``).
    """

    id: str
    district_code: str
    scope: str
    definition: str
    version: int
    business_key: str
    state: str  # open | ended | cancelled
    revision: int
    data: Data
    started_at: datetime
    ended_at: datetime | None
    parent_id: str | None = None
    pinned: Data | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A step that waits for a person. ``due`` is the deadline shown, if one runs.

    ``local``: the names that the loops around it have set, such as ``loopCounter`` and the item.
    """

    id: str
    instance_id: str
    district_code: str
    scope: str
    business_key: str
    definition: str
    version: int
    element: str
    occurrence: int
    name: str
    name_en: str
    role: str
    form: str | None
    state: str  # open | done | cancelled
    created_at: datetime
    due: datetime | None
    completed_at: datetime | None
    actor: str | None
    claimed_by: str | None
    local: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: the first instant at which it is true; None while suspended.

    ``deadline`` is the last instant that is still in time, ``level`` what the rung means
    to those who supervise (the engine only carries it). One that ``counts_from_acts`` is derived
    anew when a person's step is done.
    """

    rule: str
    rung: str
    due: datetime | None
    deadline: datetime | None = None
    level: str = ""
    reason: Data = field(default_factory=dict)
    counts_from_acts: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer row: keyed by instance, element, rule, rung and occurrence.

    ``late_ms`` is how long after its due it fired or was skipped; ``manual`` what people decided about it
    (``engine/instances/by_hand.py``).
    """

    id: str
    instance_id: str
    district_code: str
    element: str
    host: str | None
    checkpoint: str | None
    rule: str
    rung: str
    level: str
    occurrence: int
    due: datetime | None
    deadline: datetime | None
    state: str  # armed | suspended | fired | cancelled | skipped
    fired_at: datetime | None
    late_ms: int | None
    reason: Data
    manual: Data | None


@dataclass(frozen=True, slots=True)
class Step:
    """A passage through a node, as the history keeps it."""

    element: str
    code: str | None
    name: str
    name_en: str
    kind: str
    occurrence: int
    entered_at: datetime
    completed_at: datetime | None
    outcome: str  # open | completed | cancelled
    actor: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class SuspensionEntry:
    """A stop of the clock in the ledger; open while ``end`` is None."""

    id: str
    kind: str
    start: datetime
    end: datetime | None
    approver: str
    reason: str
    own_limit: int | None = None  # working days
    notice: str | None = None  # the written notice to the applicant


@dataclass(frozen=True, slots=True)
class ExtensionEntry:
    """The one extension of a case's limit."""

    amount: int
    unit: str
    approver: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Firing:
    """Why a checkpoint is being looked at now.

    ``rule`` and ``rung`` are set when a timer row fired, None when a step's completion,
    a message or a condition did. ``happened`` is the instant of the act or of the tick,
    ``due`` the timer's own instant. ``payload`` is what the event brought; of a completion the ``reason``
    to go on, where one was given.
    """

    element: str
    checkpoint: str | None
    cause: str  # timer | completion | message | condition | signal
    host: str | None
    occurrence: int
    happened: datetime
    rule: str | None = None
    rung: str | None = None
    level: str = ""
    due: datetime | None = None
    deadline: datetime | None = None
    reason: Data = field(default_factory=dict)
    payload: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MovedLimit:
    """A rung whose due is another since what its limit counts by has changed.

    ``over``: it has fired, and would not have by now, or by the end of its host. An instant of None: unknown.
    """

    timer: str
    element: str
    host: str | None
    checkpoint: str | None  # None: a plain timer of the process
    rule: str
    rung: str
    occurrence: int
    before: datetime | None
    after: datetime | None
    over: bool

    def told(self) -> dict[str, Any]:
        """For the journal: JSON types only."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("before", "after")}
        return plain | {name: at and at.isoformat() for name, at in (("from", self.before), ("to", self.after))}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did; the same object comes back when its key is repeated."""

    instance_id: str
    revision: int
    state: str
    completed: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    result: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """A command that failed, and what became of it.

    ``expression``, ``fields`` and ``inputs`` are what a designer looks at, ``cause`` says it in words, ``code`` is that of the
    error. ``kind``, ``at``, ``actor`` and ``arguments`` are the command's. A ``proposal`` to skip waits for a
    second person; ``acts`` is what people did, in order. No case belongs to a start that failed.
    """

    id: str
    instance_id: str | None
    district_code: str | None
    scope: str | None
    origin: str  # person | timer | job | checkpoint
    kind: str
    key: str | None
    at: datetime | None
    actor: Data | None
    arguments: Data | None
    element: str | None
    expression: str | None
    code: str
    cause: str
    facts: Data
    state: str  # waiting | parked | resolved | skipped
    attempts: int
    next_at: datetime | None
    proposal: Data | None
    acts: tuple[Data, ...]
    created_at: datetime
    last_at: datetime
    closed_at: datetime | None
    closed_by: str | None

    @property
    def standing(self) -> bool:
        """Whether it still waits, for its next attempt or for somebody."""
        return self.state in ("waiting", "parked")

    @property
    def inputs(self) -> Data:
        """What the handler that failed was given."""
        return self._named("inputs")

    @property
    def fields(self) -> Data:
        """The fields of the case that the expression or the handler's inputs read."""
        return self._named("fields")

    def _named(self, fact: str) -> Data:
        found = self.facts.get(fact)
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a chain; ``hash`` covers the body and ``previous``."""

    chain: str
    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    body: Data
    previous: str
    hash: str
