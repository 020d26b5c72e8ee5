"""What Python itself reports of a running program: files opened, addresses asked for, programs begun, code compiled."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

#: Where the names of time zones are kept: reading one is no reading of a file that a model names.
ZONES = ("zoneinfo", "tzdata")
WATCHED = (
    "open",
    "os.",
    "socket.",
    "subprocess.",
    "exec",
    "compile",
    "import",
    "ctypes.",
    "shutil.",
    "urllib.",
    "pty.",
)

_heard: list[str] = []
_rooms: list[str] = []
_listening = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening or not event.startswith(WATCHED):
        return
    path = str(arguments[0]) if arguments else ""
    inside = any(path.startswith(room) for room in _rooms)
    if inside or any(part in ZONES for part in PurePath(path).parts):
        return
    _heard.append(f"{event} {path[:80]}")


@contextmanager
def listening(*rooms: str) -> Iterator[list[str]]:
    """What is heard within; below `rooms` files may be opened."""
    global _listening
    if _hook not in _INSTALLED:
        sys.addaudithook(_hook)
        _INSTALLED.append(_hook)
    codecs.lookup("utf-16-le")  # FEEL joins surrogates with it, and Python loads it when it is first asked for.
    _heard.clear()
    _rooms[:] = rooms
    _listening = True
    try:
        yield _heard
    finally:
        _listening = False


_INSTALLED: list[Any] = []
