"""A row of the timer table as a test wants it, where no case is needed behind it."""

from __future__ import annotations

from typing import Any


def armed(**values: Any) -> dict[str, Any]:
    """An armed timer; ``values`` say what is other about it."""
    return {
        "district_code": "370202",
        "id": "t",
        "instance_id": "c",
        "element": "t",
        "rule": "",
        "rung": "due",
        "level": "",
        "occurrence": 1,
        "state": "armed",
        "reason": {},
    } | values
