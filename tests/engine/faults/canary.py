"""Sings when code that came with a model, with data or with a stored state is run."""

from __future__ import annotations

from typing import Any

SONGS: list[Any] = []
# Python that sings and yields its argument, as an attacker would write it into any field.
CODE = "__import__('tests.engine.faults.canary', fromlist=['x']).sing({})"


def sing(value: Any = None) -> Any:
    SONGS.append(value)
    return value
