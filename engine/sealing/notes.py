"""Seals as text: C2SP tlog-checkpoint in a C2SP signed-note, signed with Ed25519.

Source: c2sp.org/tlog-checkpoint and c2sp.org/signed-note. Anybody can read such a note, and
existing witnesses can check its signature and that one tree extends another. The lines after
the root are extension lines of ours: number, entries, instant, hash of the note before.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.errors import InvalidData

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a seal states: so many heads in this tree, so many entries below them, at this instant."""

    origin: str
    number: int
    size: int
    root: bytes
    entries: int
    at: datetime
    previous: str | None

    def text(self) -> str:
        return (
            f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"
            f"seal {self.number}\nentries {self.entries}\nat {self.at.astimezone(UTC).isoformat()}\n"
            f"previous {self.previous or '-'}\n"
        )


class Signer:
    """Signs under a name with an Ed25519 key; the name is also the log's origin."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or any(letter.isspace() for letter in name) or "+" in name:
            raise InvalidData(f"expected an origin without spaces and +, found {name!r}", field="origin")
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = _ED25519 + self._key.public_key().public_bytes_raw()
        self._id = hashlib.sha256(name.encode() + b"\n" + self._public).digest()[:4]

    @property
    def verifier(self) -> str:
        """The public half, as an auditor keeps it: ``name+id+key``."""
        return f"{self.name}+{self._id.hex()}+{_base64(self._public)}"

    def sign(self, text: str) -> str:
        """The note: the text, an empty line, and the signature line."""
        signature = self._key.sign(text.encode())
        return f"{text}\n\N{EM DASH} {self.name} {_base64(self._id + signature)}\n"


def note_hash(note: str) -> str:
    """What the next seal says of this one."""
    return _base64(hashlib.sha256(note.encode()).digest())


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
