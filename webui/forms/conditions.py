"""Whether the other answers hide a field: form-js's ``conditional.hide``, a FEEL condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casedata import temporal
from engine.feel import FeelError, parse


def hides(condition: str, data: Mapping[str, Any]) -> bool:
    """Only a condition that is plainly true hides; one that fails leaves the field to be answered."""
    context = {key: temporal(value) for key, value in data.items()}
    try:
        return parse(condition, names=tuple(context)).evaluate(context) is True
    except FeelError:
        return False
