"""What is wrong with the data of a case, beside what is wrong with the case."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitors.feeds.mirror import CLOSED, OPENED, STEP, Envelope

EVENT_AFTER_END = "event_after_end"
EVENT_BEFORE_START = "event_before_start"
ENDED_BEFORE_START = "ended_before_start"
OFF_THE_DRAWING = "off_the_drawing"


def data_findings(sequence: Sequence[Envelope], strays: Collection[int]) -> list[tuple[str, Envelope]]:
    """(kind, envelope) pairs; ``strays`` are indices into the envelopes after the first."""
    opened = next(e for e in sequence if e.event_type == OPENED)
    closed = next((e for e in sequence if e.event_type == CLOSED), None)
    found: list[tuple[str, Envelope]] = []
    for index, envelope in enumerate(sequence[1:]):
        if envelope.event_type == STEP and closed and envelope.occurred_at > closed.occurred_at:
            found.append((EVENT_AFTER_END, envelope))
        elif index in strays:
            found.append((OFF_THE_DRAWING, envelope))
        if envelope.event_type == STEP and envelope.occurred_at < opened.occurred_at:
            found.append((EVENT_BEFORE_START, envelope))
    if closed is not None and closed.occurred_at < opened.occurred_at:
        found.append((ENDED_BEFORE_START, closed))
    return found
