"""What elements of the file refer to: names of its namespace, and messages, errors and the like that it does not declare.

Activiti and its kin take such a reference as the code or the name itself. Here an event that refers to nothing would
catch everything, so what is referred to is declared.
"""

from __future__ import annotations

from typing import Any

from engine.importing.identity import REFERENCES, TEXTS, fresh
from engine.importing.notes import Notes
from engine.importing.trees import bpmn, indexed
from engine.lint.identity import SHAPE
from engine.lint.names import BPMN, local
from engine.lint.remarks import REMARK, Fault

KINDS = ("message", "signal", "error", "escalation")

DECLARED = Fault(
    "import_declared",
    "{kind} {name} 没有声明，已按这个名称声明",
    "the {kind} {name} was not declared: it is now, by that name",
    "核对名称",
    "see that the name is the right one",
    REMARK,
)


def without_prefix(root: Any) -> None:
    """A reference is a qualified name in BPMN; where it names an element of this file, its id is what counts."""
    known = set(indexed(root))
    for node in root.iter(f"{BPMN}*"):
        for name in REFERENCES:
            if _plain(node.get(name, "")) in known:
                node.set(name, _plain(node.get(name)))
        if local(node) in TEXTS and _plain(node.text or "") in known:
            node.text = _plain(node.text)


def _plain(name: str) -> str:
    return name.strip().rpartition(":")[2]


def declare(root: Any, notes: Notes) -> None:
    """Every reference of an event or task leads to a declaration of its kind afterwards."""
    known = indexed(root)
    for node in list(root.iter(f"{BPMN}*")):
        for kind in KINDS:
            name = node.get(f"{kind}Ref", "").rpartition(":")[2]
            if name and (name not in known or local(known[name]) != kind):
                declared = _declaration(root, kind, name, set(known))
                known[declared.get("id")] = declared
                node.set(f"{kind}Ref", declared.get("id"))
                notes.say(DECLARED, node, kind=kind, name=name)


def _declaration(root: Any, kind: str, name: str, taken: set[str]) -> Any:
    found = next((one for one in root.iterfind(f"{BPMN}{kind}") if one.get("name") == name), None)
    if found is not None:
        return found
    identity = fresh(taken, name if SHAPE.fullmatch(name) else f"{kind}_1")
    place = root.index(root.find(f"{BPMN}process"))
    return bpmn(root, kind, at=place, id=identity, name=name)
