"""Orders: commands as data, so that one that failed can be kept and given again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.model import SYSTEM, Actor, Data

# Who gave the order: an incident's retries, and what may be done about it, depend on that.
PERSON, TIMER, JOB, CHECKPOINT = "person", "timer", "job", "checkpoint"
CREATING = frozenset({"start", "fold"})
FINDING = frozenset({"publish", "begin"})


@dataclass(frozen=True, slots=True)
class Mend:
    """What a person does about an incident; carried by the order that does it.

    ``act``: retried, corrected, skip_proposed, skipped or overtaken. ``data`` are corrected fields, ``stated`` what
    the command itself had said of them; the rest of them are fields of the case. ``carried`` are those of a message's payload, which are none of the case. ``passed_over`` an element whose handler is not called, ``timer`` a timer row that is not fired.
    """

    incident: str
    act: str
    key: str
    actor: Actor
    reason: str
    data: Data = field(default_factory=dict)
    stated: Data = field(default_factory=dict)
    carried: frozenset[str] = frozenset()
    passed_over: str | None = None
    timer: str | None = None
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: by whom, of which kind, at which event time, under which key.

    ``arguments`` is what is needed to give it again; without them that cannot be done. ``confirm`` has the last
    word inside the transaction: what it raises leaves nothing stored.
    """

    kind: str
    key: str | None
    actor: Actor
    at: datetime | None = None
    arguments: Mapping[str, Any] | None = None
    origin: str = PERSON
    mend: Mend | None = None
    confirm: Callable[[Connection], None] | None = None

    @property
    def unattended(self) -> bool:
        """Whether nobody waits for the answer: what goes wrong must then be an incident, whatever it is."""
        return self.origin != PERSON and self.mend is None

    @property
    def subject(self) -> str:
        """What it is about inside its case: a second failure of the same is the same incident."""
        if self.kind in CREATING or self.origin == JOB:
            return self.key or ""
        given = self.arguments or {}
        return ":".join(str(given[name]) for name in ("task_id", "message", "element", "occurrence") if name in given)


def look(element: str, occurrence: int, local: Data) -> Order:
    """Look again at a checkpoint of a host's passage, with the names that loops had set there."""
    given = {"element": element, "occurrence": occurrence, "local": local}
    return Order("look", None, SYSTEM, None, given, CHECKPOINT)


def condition(element: str, occurrence: int) -> Order:
    """Look again at a conditional event that waits."""
    return Order("condition", None, SYSTEM, None, {"element": element, "occurrence": occurrence}, CHECKPOINT)
