"""The product as its users run it: child processes that are started, asked whether they are ready, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from engine.clock import monotonic

JIANCHA = Path(sys.executable).with_name("jiancha")
EVERY = 0.1
_pause = threading.Event()


def until(what: str, done: Callable[[], bool], seconds: float) -> None:
    """Ask again and again, but not for longer than that."""
    end = monotonic() + seconds
    while not done():
        assert monotonic() < end, f"{what}: not within {seconds:.0f} s"
        _pause.wait(EVERY)


def free_port() -> int:
    """A port nobody listens on now, for processes that must come back at the same address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """One ``jiancha`` command, in a process group of its own, with its log in a file."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.arguments = folder, arguments
        self.log = folder / f"{arguments[0]}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(JIANCHA), *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "JIANCHA_SECRET_FILE": str(self.folder / "secret")},
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        """As an administrator would end it; what does not end by itself has failed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(25)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise


class Product:
    """The product at one address over one database. ``children`` by name: serve, or web and worker."""

    def __init__(self, folder: Path, *commands: str) -> None:
        self.database = folder / "city.db"
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.children: dict[str, Child] = {}
        common = ("--demo", "--database", f"sqlite:///{self.database}")
        try:
            for name in commands:
                ports = () if name == "worker" else ("--port", str(port))
                self.children[name] = Child(folder, name, *common, *ports)
        except BaseException:
            self.end()
            raise

    def answers(self, path: str = "/ready") -> bool:
        """Whether that address answers with 200 now."""
        try:
            with urllib.request.urlopen(f"{self.base}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait(self, seconds: float = 60, path: str = "/ready") -> None:
        def ready() -> bool:
            ended = [name for name, child in self.children.items() if child.process.poll() is not None]
            assert not ended, f"ended by itself: {ended}\n{self.children[ended[0]].log.read_text()[-2000:]}"
            return self.answers(path)

        until(f"{self.base}{path}", ready, seconds)

    def end(self) -> None:
        for child in self.children.values():
            child.end()
