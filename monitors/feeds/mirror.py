"""One case of a log as envelopes, and its envelopes as the acts of a fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import Act
from engine.casedata import dumps
from engine.model import Actor
from monitors.feeds.mapping import LogMapping
from monitors.feeds.xes import LogCase
from monitors.hashing import sha256

OPENED, CLOSED, STEP = "case.opened", "case.closed", "case.step"
_RANK = {OPENED: 0, STEP: 1, CLOSED: 2}


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event of a foreign system, as it came in; ``occurred_at`` keeps its offset."""

    event_id: str
    case_no: str
    event_type: str
    occurred_at: datetime
    payload: dict[str, Any]

    @property
    def hash(self) -> str:
        return sha256(self.event_id, self.event_type, self.occurred_at.isoformat(), dumps(self.payload))


def envelopes(case: LogCase, mapping: LogMapping) -> list[Envelope]:
    """The case's envelopes in event-time order: it opens first, and closes after what is simultaneous."""
    found = [_envelope(case, mapping, OPENED, case.attributes.get(mapping.opened), 0)]
    closed = case.attributes.get(mapping.closed)
    if closed is not None:
        found.append(_envelope(case, mapping, CLOSED, closed, len(case.events) + 1))
    for number, event in enumerate(case.events, 1):
        payload = {"activity": event.activity, "actor": event.attributes.get(mapping.actor)}
        found.append(Envelope(f"{case.id}:{number}", case.id, STEP, event.at, payload))
    return sorted(found, key=lambda e: (e.event_type != OPENED, e.occurred_at, _RANK[e.event_type]))


def acts(sequence: Sequence[Envelope], mapping: LogMapping) -> list[Act]:
    """What the envelopes after the first do to the diagram."""
    return [_act(envelope, mapping) for envelope in sequence[1:]]


def _envelope(case: LogCase, mapping: LogMapping, kind: str, at: Any, number: int) -> Envelope:
    if not isinstance(at, datetime):
        at = min((event.at for event in case.events), default=None)
    if at is None:
        raise ValueError(f"case {case.id} has neither {mapping.opened} nor an event")
    data = {
        field: case.attributes[attribute] for field, attribute in mapping.data.items() if attribute in case.attributes
    }
    payload = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in data.items()}
    return Envelope(f"{case.id}:{number}", case.id, kind, at, payload if kind == OPENED else {})


def _act(envelope: Envelope, mapping: LogMapping) -> Act:
    if envelope.event_type == CLOSED:
        return Act(envelope.occurred_at, "message", mapping.closed_message)
    payload = envelope.payload
    # An activity that the drawing does not have is a stray like one out of place.
    element = mapping.steps.get(payload["activity"], "")
    return Act(envelope.occurred_at, "step", element, actor=Actor(str(payload["actor"] or "unknown")))
