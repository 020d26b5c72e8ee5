"""Ids and evidence by content: the same facts have the same id for ever."""

from __future__ import annotations

import hashlib


def sha256(*parts: str | int) -> str:
    """64 hexadecimal digits over the parts, which may hold any character but the separator."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
