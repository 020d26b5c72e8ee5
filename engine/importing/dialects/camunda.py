"""Camunda 7: the family's vocabulary under its own namespace; Operaton and CIB seven write the same."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import family, ours
from engine.importing.notes import Notes
from engine.importing.trees import nodes
from engine.lint.names import local

URI = "http://camunda.org/schema/1.0/bpmn"


def rewrite(root: Any, notes: Notes) -> None:
    """Everything that Camunda 7 writes and that has a counterpart."""
    family.rewrite(root, URI, notes)
    for node in list(nodes(root)):
        if local(node) == "callActivity":
            _case(node, notes)


def _case(node: Any, notes: Notes) -> None:
    case = ours.take(node, URI, "caseRef")
    if case:
        ours.keep(node, notes, "CMMN", case, "把案例画成流程", "draw the case as a process")
