"""Flowable: the family's vocabulary, and business calendars on the due dates."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import family, ours
from engine.importing.notes import Notes
from engine.importing.trees import nodes

URI = "http://flowable.org/bpmn"


def rewrite(root: Any, notes: Notes) -> None:
    """Everything that Flowable writes and that has a counterpart."""
    for node in nodes(root):
        calendar = ours.take(node, URI, "businessCalendarName")
        if calendar:
            ours.keep_quietly(node, f"日历 business calendar: {calendar}")
    family.rewrite(root, URI, notes)
