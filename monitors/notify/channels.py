"""The ways out: mail, webhook, SMS. Each sends one message or says why not, and whether it may have arrived."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import EngineError

if TYPE_CHECKING:
    from monitors.notify.http import Poster


class SendFailed(EngineError):
    """A message was not sent, or nobody knows (``unsure``); ``final``: trying again would not help."""

    code = "send_failed"

    def __init__(self, message: str, *, unsure: bool = False, final: bool = False) -> None:
        super().__init__(message)
        self.unsure, self.final = unsure, final


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out; ``key`` is the same however often it is sent, so that a receiver can tell. ``body``: a webhook's."""

    key: str
    address: str
    subject: str
    text: str
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)


class Channel(Protocol):
    """One way out; it is given a message and either has sent it or raises SendFailed."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """Through a relay that needs no login; a message has the id of its key."""

    sender: str
    connect: Callable[[], smtplib.SMTP]
    name: str = "mail"

    def send(self, message: Message) -> None:
        try:
            letter = self._letter(message)
        except ValueError as error:
            raise SendFailed(f"{message.address}: {error}", final=True) from error
        handed = False
        try:
            with self.connect() as relay:
                handed = True
                relay.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise SendFailed(f"{message.address}: refused by the relay", final=True) from error
        except smtplib.SMTPResponseException as error:
            final = 500 <= error.smtp_code < 600
            raise SendFailed(f"{message.address}: the relay answered {error.smtp_code}", final=final) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(f"{message.address}: {type(error).__name__}: {error}", unsure=handed) from error

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, message.address, message.subject
        letter["Message-ID"] = f"<{message.key}@{self.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts JSON with an idempotency key and a signature over time and body (HMAC-SHA256)."""

    secret: bytes
    poster: Poster
    name: str = "webhook"

    def send(self, message: Message) -> None:
        content = json.dumps({"key": message.key, **message.body}, ensure_ascii=False, sort_keys=True).encode()
        self.poster.post(message.address, content, signed(self.secret, message, content))


@dataclass(frozen=True, slots=True)
class Sms:
    """A gateway that takes ``{"key", "to", "text"}`` as JSON, signed as a webhook is."""

    gateway: str
    secret: bytes
    poster: Poster
    name: str = "sms"

    def send(self, message: Message) -> None:
        told = {"key": message.key, "to": message.address, "text": message.text}
        content = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        self.poster.post(self.gateway, content, signed(self.secret, message, content))


@dataclass(frozen=True, slots=True)
class Recorded:
    """Stands in for a gateway where there is none, as in the demo: a line of JSON for each message. Nothing goes out."""

    name: str
    file: Path

    def send(self, message: Message) -> None:
        line = json.dumps(
            {
                "channel": self.name,
                "key": message.key,
                "to": message.address,
                "subject": message.subject,
                "text": message.text,
                "body": dict(message.body),
            },
            ensure_ascii=False,
        )
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise SendFailed(f"{self.file}: {error.strerror or error}") from error


def signed(secret: bytes, message: Message, content: bytes) -> dict[str, str]:
    """The headers: ``Jiancha-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA256 over "t.body">``."""
    seconds = str(int(message.at.timestamp()))
    value = hmac.new(secret, seconds.encode() + b"." + content, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.key,
        "Jiancha-Signature": f"t={seconds},v1={value}",
    }
