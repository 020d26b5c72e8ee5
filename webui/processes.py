"""Two processes, web and worker, started and ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import structlog

from webui.config import Settings

PIPE = "JIANCHA_PARENT_PIPE"
PATIENCE = 15.0  # seconds that a process gets to end by itself
log = structlog.get_logger()


def run_together(settings: Settings, listener: socket.socket) -> int:
    """Run both until INT or TERM, or until one ends; 0 when they were told to end, else 1."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    reading, writing = os.pipe()
    try:
        children = {
            "worker": _start(settings, reading, "worker"),
            "web": _start(settings, reading, "web", "--listener", str(listener.fileno()), keep=listener.fileno()),
        }
        listener.close()
        os.close(reading)
        ended = _wait(children, told)
        return _end(children, ended)
    finally:
        os.close(writing)


def stop_with_parent(stop: threading.Event) -> None:
    """Set ``stop`` when the parent is gone: the pipe that only it holds open ends then."""
    handle = os.environ.get(PIPE)
    if handle is None:
        return

    def watch() -> None:
        with os.fdopen(int(handle), "rb") as pipe:
            pipe.read()
        stop.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _start(settings: Settings, pipe: int, *arguments: str, keep: int | None = None) -> subprocess.Popen[Any]:
    command = [sys.executable, "-m", "webui.cli", *arguments, "--database", settings.database]
    command += ["--demo"] if settings.demo else []
    handles = (pipe,) if keep is None else (pipe, keep)
    # A session of its own: Ctrl-C reaches this process alone, which then ends both in order.
    return subprocess.Popen(command, pass_fds=handles, env={**os.environ, PIPE: str(pipe)}, start_new_session=True)


def _wait(children: dict[str, subprocess.Popen[Any]], told: threading.Event) -> str | None:
    """The name of the one that ended by itself, or None when both were told to end."""
    while not told.wait(0.2):
        for name, child in children.items():
            if child.poll() is not None:
                log.error("ended by itself", process=name, code=child.returncode)
                return name
    return None


def _end(children: dict[str, subprocess.Popen[Any]], ended: str | None) -> int:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for name, child in children.items():
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            log.error("did not end, is killed", process=name)
            child.kill()
            child.wait()
    return 0 if ended is None else 1
