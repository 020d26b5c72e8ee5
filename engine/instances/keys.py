"""Row ids that are the same whoever computes them, so that nothing is armed twice."""

from __future__ import annotations

import hashlib


def row_id(*parts: str | int) -> str:
    """32 hexadecimal digits over the parts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
