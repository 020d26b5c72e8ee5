"""Alerts to open pages as they are raised: plain server-sent events over the serial id of ``alert``.

No push inside: each stream looks once a second for rows with a greater id. A page that was away names the
last id it saw and gets what it missed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from engine.clock import monotonic

LIFETIME = 300.0  # seconds; the browser connects again by itself
PAUSE = 1.0
HEARTBEAT = 15.0  # a comment, so that a page that has gone is noticed and its thread set free


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell a page."""

    id: int
    event: str
    data: dict[str, Any]

    def encode(self) -> bytes:
        body = json.dumps(self.data, ensure_ascii=False)
        return f"id: {self.id}\nevent: {self.event}\ndata: {body}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Batch:
    """What was found: the last id looked at, and what of it this page may see."""

    last: int
    messages: tuple[Message, ...] = ()


@dataclass(slots=True)
class Streams:
    """How many streams are open, in all and for each person; and the end of them all."""

    most: int
    most_each: int
    closing: Event = field(default_factory=Event)
    _open: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def enter(self, person: str) -> bool:
        """Take a place; False when the person or the house is full."""
        with self._lock:
            if self._open[person] >= self.most_each or self._open.total() >= self.most:
                return False
            self._open[person] += 1
            return True

    def leave(self, person: str) -> None:
        with self._lock:
            self._open[person] -= 1
            self._open += Counter()  # drops the zeros

    def pause(self, seconds: float) -> bool:
        """Wait; True when the house is closing."""
        return self.closing.wait(seconds)


def stream(
    after: int,
    read: Callable[[int], Batch],
    pause: Callable[[float], bool],
    *,
    clock: Callable[[], float] = monotonic,
    lifetime: float = LIFETIME,
) -> Iterator[bytes]:
    """The bytes of one stream: everything after ``after``, then what comes, until it is old or all close.

    ``read(id)`` gives what has a greater id, in order; ``pause(seconds)`` waits and tells whether to end.
    """
    began = told = clock()
    yield b"retry: 2000\n\n"
    while True:
        batch = read(after)
        after = batch.last
        for message in batch.messages:
            told = clock()
            yield message.encode()
        now = clock()
        if now - began >= lifetime:
            return
        if now - told >= HEARTBEAT:
            told = now
            yield b": still here\n\n"
        if pause(PAUSE):
            return
