"""How a process of a campaign waits where there is nothing to wait for."""

from __future__ import annotations

import threading

_never = threading.Event()


def rest(seconds: float = 0.02) -> None:
    _never.wait(seconds)
