"""The key room: secrets of 32 bytes in files that only their owner may read.

A key file has one base64 line for each key; lines with ``#`` are remarks. The last key is in
use, the ones before it only verify what they once signed. Adding a line is the rotation.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError

LENGTH = 32
_REMARK = "# The last key is in use; the ones before it only verify. Nobody else may read this file.\n"
Random = Callable[[int], bytes]


class KeyRefused(EngineError):
    """A key file that is missing, that others can read, or that holds a weak key."""

    code = "key_refused"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one file, the oldest first; the last is in use."""

    secrets: tuple[bytes, ...]

    @property
    def current(self) -> bytes:
        return self.secrets[-1]


def read_keys(path: Path) -> Keyring:
    """The keys of a file; raises KeyRefused when it is missing, readable by others, or weak."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefused(f"{path}: expected a key file, found none that can be read ({error})") from error
    if mode & 0o077:
        raise KeyRefused(f"{path}: expected mode 0600, found {mode & 0o777:04o}, which others can read")
    lines = [line.strip() for line in text.splitlines()]
    found = tuple(_secret(line, path) for line in lines if line and not line.startswith("#"))
    if not found:
        raise KeyRefused(f"{path}: expected at least one key, found none")
    return Keyring(found)


def create_keys(path: Path, random: Random = secrets.token_bytes) -> bool:
    """Make a key file with one new key unless there is one; says whether it was made here."""
    return create_private(path, _REMARK + _line(random))


def rotate_keys(path: Path, random: Random = secrets.token_bytes) -> None:
    """Add a new key, which is in use from now on; the file is replaced in one step."""
    read_keys(path)
    draft = _draft(path, path.read_text(encoding="ascii") + _line(random))
    draft.replace(path)


def create_private(path: Path, text: str) -> bool:
    """Write a file of mode 0600; of several who come first at once, one wins. False: it was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _line(random: Random) -> str:
    return base64.b64encode(random(LENGTH)).decode() + "\n"


def _secret(line: str, path: Path) -> bytes:
    try:
        secret = base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise KeyRefused(f"{path}: expected a base64 line for each key, found another") from error
    if len(secret) != LENGTH or len(set(secret)) < LENGTH // 2:
        raise KeyRefused(f"{path}: expected random keys of {LENGTH} bytes, found a short or weak one")
    return secret
