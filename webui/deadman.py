"""The dead man's switch: somebody outside is told each minute that we live, and sounds the alarm when we do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from engine.clock import monotonic

EVERY = 60.0  # seconds
TIMEOUT = 10.0
LOG_EVERY = 3600.0
Open = Callable[..., Any]


class DeadMan:
    """Asks for ``url`` while ``healthy`` says so; that it fails is logged once an hour at most."""

    def __init__(
        self,
        url: str,
        healthy: Callable[[], bool],
        log: Callable[[str], None],
        open_url: Open = urlopen,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._url, self._healthy, self._log = url, healthy, log
        self._open, self._steady = open_url, steady
        self._logged: float | None = None

    def tell(self) -> bool:
        """One sign of life, if there is life; whether it was given."""
        if not self._healthy():
            return False
        try:
            with self._open(self._url, timeout=TIMEOUT):
                return True
        except (OSError, URLError, ValueError) as error:
            self._complain(error)
            return False

    def _complain(self, error: Exception) -> None:
        now = self._steady()
        if self._logged is None or now - self._logged >= LOG_EVERY:
            self._logged = now
            # The address may hold a secret token.
            self._log(f"the dead man's switch could not be told: {type(error).__name__}: {error}")
