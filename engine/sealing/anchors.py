"""Holders of seals outside: a file, a mail address, an HTTP endpoint.

Each is given the newest seal and either has it or raises AnchorFailed. A seal may be given
twice, after a crash or by two workers at once: it has a number, so a holder can tell.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from engine.errors import EngineError

TIMEOUT = 10.0  # seconds


class AnchorFailed(EngineError):
    """A holder outside did not take a seal; it is tried again."""

    code = "anchor_failed"


class Anchor(Protocol):
    """Somewhere outside this machine's reach; ``every`` is how often it wants to hear at most."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta: ...

    def hold(self, number: int, note: str) -> None:
        """Keep a seal; raises AnchorFailed."""


class FileAnchor:
    """Appends to a file, on a share or medium that somebody else looks after."""

    name, every = "file", timedelta()

    def __init__(self, path: Path) -> None:
        self._path = path

    def hold(self, number: int, note: str) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(note + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AnchorFailed(f"{self._path}: {error.strerror or error}") from error


class MailAnchor:
    """Mails to an address, through a relay that needs no login; at most once an hour."""

    name = "mail"

    def __init__(
        self,
        to: str,
        *,
        sender: str,
        connect: Callable[[], smtplib.SMTP],
        every: timedelta = timedelta(hours=1),
    ) -> None:
        self._to, self._sender, self._connect, self.every = to, sender, connect, every

    def hold(self, number: int, note: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, self._to
        message["Subject"] = f"{note.partition(chr(10))[0]}: seal {number}"
        message.set_content(note)
        try:
            with self._connect() as relay:
                refused = relay.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise AnchorFailed(f"{self._to}: {error}") from error
        if refused:
            raise AnchorFailed(f"{self._to}: refused")


def relay(host: str, port: int) -> Callable[[], smtplib.SMTP]:
    """How to reach a mail relay."""
    return lambda: smtplib.SMTP(host, port, timeout=TIMEOUT)


class HttpAnchor:
    """Posts to an endpoint; only a 2xx answer counts, and no redirection is followed."""

    name, every = "http", timedelta()

    def __init__(self, url: str, opener: OpenerDirector | None = None) -> None:
        self._url, self._opener = url, opener or _plain_http()

    def hold(self, number: int, note: str) -> None:
        headers = {"Content-Type": "text/plain; charset=utf-8", "Idempotency-Key": f"seal-{number}"}
        try:
            request = Request(self._url, data=note.encode(), headers=headers, method="POST")
            answer = self._opener.open(request, timeout=TIMEOUT)
        except (OSError, HTTPException, ValueError) as error:
            raise AnchorFailed(f"{self._url}: {error}") from error
        if answer is None:
            raise AnchorFailed(f"{self._url}: expected an http or https address")
        answer.close()


def _plain_http() -> OpenerDirector:
    """Speaks HTTP and nothing else: no files, no proxies of the environment, no redirections."""
    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener
