"""A drawing for what has none: whole processes in layers, and what an import added beside what was drawn."""

from __future__ import annotations

from typing import Any

from engine.importing.layout import beside, whole
from engine.importing.layout.interchange import drawn, plane_for
from engine.lint.names import BPMN, FLOW_NODES, children, local


def complete(root: Any) -> None:
    """Every flow node and sequence flow of the file is drawn afterwards; nothing that was drawn is moved."""
    for process in root.iterfind(f"{BPMN}process"):
        known = drawn(root)
        nodes = [node.get("id") for node in children(process) if local(node) in FLOW_NODES]
        if any(node in known for node in nodes):
            beside.complete(root, process)
        elif nodes:
            whole.draw(process, plane_for(root, process))
