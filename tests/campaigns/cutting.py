"""A proxy before PostgreSQL that ends connections at the worst moment: when a COMMIT has been sent.

Half of the cuts come when the server has answered and the client has not heard it, half while the server may still
be at work. What became of the command the client cannot know.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from tests.campaigns.resting import rest

COMMIT, CHUNK = b"COMMIT\x00", 65_536
ANSWER_SECONDS = 0.05


@dataclass
class Cutter:
    """Cuts after a share of all commits, until it has cut so often."""

    upstream: str  # the server's socket in the file system
    choices: Random
    share: float
    most: int
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to_cut(self) -> str:
        """``""``, ``answered`` or ``sent``: whether to cut at this commit, and when."""
        with self._lock:
            if self.cuts >= self.most or self.choices.random() >= self.share:
                return ""
            self.cuts += 1
            return self.choices.choice(("answered", "sent"))

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connected, args=(client,), daemon=True).start()

    def _connected(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with client, server:
            with suppress(OSError):
                self._pass_on(client, server)
            _shut(client)
            _shut(server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        server.connect(self.upstream)
        threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
        while chunk := client.recv(CHUNK):
            when = self.to_cut() if COMMIT in chunk else ""
            if when:
                _shut(client)
            server.sendall(chunk)
            if when == "answered":
                rest(ANSWER_SECONDS)
            if when:
                break

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while chunk := server.recv(CHUNK):
                client.sendall(chunk)
        _shut(client)


def _shut(connection: socket.socket) -> None:
    """To close it is not enough while another thread listens to it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(upstream: str, choices: Random, share: float, most: int) -> Iterator[tuple[int, Cutter]]:
    """The port of a proxy of this process, and who counts the cuts."""
    cutter = Cutter(upstream, choices, share, most)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=cutter.serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], cutter
