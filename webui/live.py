"""Alerts to open pages as they are raised: plain server-sent events over the serial id of ``alert``.

No push inside: each stream looks once a second for rows with a greater id. A page that was away names the
last id it saw and gets what it missed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


class Place:
    """One open stream's place in the house."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.ended = Event()

    def pause(self, seconds: float) -> bool:
        """Wait; True when this stream is to end."""
        return self.ended.wait(seconds)


class Streams:
    """How many streams are open, in all and for each person; and the end of them all.

    A person's newest page takes the place of the oldest one, which mostly is a page left behind.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._places: list[Place] = []
        self._closed = False
        self._lock = Lock()

    def enter(self, person: str) -> Place | None:
        """Take a place; None when the house is full or closing."""
        with self._lock:
            if self._closed:
                return None
            own = [place for place in self._places if place.person == person]
            if len(own) >= self._most_each:
                self._drop(own[0])
            if len(self._places) >= self._most:
                return None
            place = Place(person)
            self._places.append(place)
            return place

    def leave(self, place: Place) -> None:
        with self._lock:
            self._drop(place)

    def close(self) -> None:
        """End every stream; nobody comes in any more."""
        with self._lock:
            self._closed = True
            for place in tuple(self._places):
                self._drop(place)

    def _drop(self, place: Place) -> None:
        place.ended.set()
        if place in self._places:
            self._places.remove(place)


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
