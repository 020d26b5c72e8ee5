"""Row ids that are the same whoever computes them, so that nothing is armed twice."""

from __future__ import annotations

import hashlib


def row_id(*parts: str | int) -> str:
    """32 hexadecimal digits over the parts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def timer_id(instance_id: str, element: str, rule: str, rung: str, occurrence: int) -> str:
    """The key of a timer row: one for each rung, or firing of a cycle, of one occurrence."""
    return row_id(instance_id, "timer", element, rule, rung, occurrence)
