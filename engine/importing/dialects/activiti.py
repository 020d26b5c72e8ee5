"""Activiti: the family's vocabulary as it began."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import family
from engine.importing.notes import Notes

URI = "http://activiti.org/bpmn"


def rewrite(root: Any, notes: Notes) -> None:
    """Everything that Activiti writes and that has a counterpart."""
    family.rewrite(root, URI, notes)
