"""Standard BPMN as analysts and other tools write it: performers, resources, lanes."""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import ours
from engine.importing.notes import Notes
from engine.importing.trees import indexed
from engine.lint.names import BPMN, JC, local

PERFORMERS = ("potentialOwner", "humanPerformer", "performer", "resourceRole")


def rewrite(root: Any, notes: Notes) -> None:
    """Who does a step, as the standard says it: by a performer, else by the lane that it stands in."""
    known = indexed(root)
    lanes = {
        (one.text or "").strip(): lane.get("name", "")
        for lane in root.iter(f"{BPMN}lane")
        for one in lane.iterfind(f"{BPMN}flowNodeRef")
    }
    for node in root.iter(f"{BPMN}userTask", f"{BPMN}manualTask"):
        for performer in [child for child in node if local(child) in PERFORMERS]:
            named = _named(performer, known)
            if named:
                ours.keep_quietly(node, f"办理人 performer: {named}")
            if named and not _role(node):
                ours.group(node, named)
            node.remove(performer)
        if not _role(node) and lanes.get(node.get("id")):
            ours.group(node, lanes[node.get("id")])


def _named(performer: Any, known: dict[str, Any]) -> str:
    """The resource's name, or the words of the expression that assigns it."""
    reference = performer.find(f"{BPMN}resourceRef")
    if reference is not None:
        identity = (reference.text or "").strip().rpartition(":")[2]
        resource = known.get(identity)
        return identity if resource is None else resource.get("name") or identity
    return "".join(performer.itertext()).strip() or str(performer.get("name", ""))


def _role(node: Any) -> str:
    step = node.find(f"{BPMN}extensionElements/{JC}step")
    return "" if step is None else str(step.get("role", ""))
