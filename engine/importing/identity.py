"""Ids: given where they are missing, changed where they are doubled or cannot be used, with all that refers to them."""

from __future__ import annotations

import re
from typing import Any

from engine.importing.notes import Notes
from engine.lint.identity import RESERVED, SHAPE, needs_id
from engine.lint.names import BPMN, FLOW_NODES, SCOPES, children, local
from engine.lint.remarks import REMARK, Fault

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
# Attributes and texts that name another element of the file.
REFERENCES = (
    *("sourceRef", "targetRef", "default", "attachedToRef", "processRef", "calledElement", "definitionalCollaborationRef"),
    *("messageRef", "signalRef", "errorRef", "escalationRef", "dataObjectRef", "dataStoreRef", "itemSubjectRef"),
    *("activityRef", "categoryValueRef"),
)  # fmt: skip
XML_NAME = re.compile(r"[^\W\d][\w.-]*")
DECLARED = ("message", "signal", "error", "escalation")
TEXTS = ("incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef", "categoryValueRef")

GIVEN = Fault(
    "id_given",
    "这个 {tag} 没有 id，已编为 {id}",
    "this {tag} had no id: it was given {id}",
    severity=REMARK,
)
CHANGED = Fault(
    "id_changed",
    "id {old} 不能使用，已改为 {id}",
    "the id {old} cannot be used: it is {id} now",
    "引用它的外部文件（如映射、表单）须一并修改",
    "what refers to it from outside, such as a mapping, has to say the new one",
    REMARK,
)
DOUBLE = Fault(
    "id_doubled",
    "id {old} 用了两次，这一个已改为 {id}",
    "the id {old} is used twice: this one is {id} now",
    severity=REMARK,
)


def give(root: Any, notes: Notes) -> None:
    """Every process, node and flow has an id of its own afterwards, unless two nodes of one level share one.

    Those cannot be told apart by what refers to them, and stay as they are: the lint refuses them.
    """
    for node in root.iter(f"{BPMN}*"):
        if node.get("id") is not None:
            node.set("id", node.get("id").strip())
    taken = {node.get("id") for node in root.iter() if node.get("id")}
    _missing(root, taken, notes)
    _doubled(root, taken, notes)
    _unfit(root, taken, notes)


def fresh(taken: set[str], wish: str) -> str:
    """The id wished for, or the next that is free; from now on taken."""
    number, identity = 1, wish
    while identity in taken:
        number += 1
        identity = f"{wish}_{number}"
    taken.add(identity)
    return identity


def _missing(root: Any, taken: set[str], notes: Notes) -> None:
    for node in root.iter(f"{BPMN}*"):
        if (needs_id(node) or local(node) in DECLARED) and not node.get("id"):
            node.set("id", fresh(taken, _wish(node)))
            notes.remember(node)
            notes.say(GIVEN, node, tag=local(node), id=node.get("id"))


def _wish(node: Any) -> str:
    if local(node) == "sequenceFlow":
        return _fit(f"flow_{node.get('sourceRef', '')}_{node.get('targetRef', '')}")
    return f"{local(node)}_1"


def _doubled(root: Any, taken: set[str], notes: Notes) -> None:
    seen: dict[str, Any] = {}
    for node in list(root.iter(f"{BPMN}*")):
        identity = node.get("id")
        if not identity:
            continue
        if identity not in seen:
            seen[identity] = node
            continue
        if needs_id(node) and needs_id(seen[identity]):
            _apart(node, seen[identity], taken, notes)
        else:
            changed = node if needs_id(seen[identity]) or not needs_id(node) else seen[identity]
            changed.set("id", fresh(taken, f"{identity}_{local(changed)}"))
            seen[identity] = seen[identity] if changed is node else node
            notes.lines[changed.get("id")] = changed.sourceline or 0
            notes.say(DOUBLE, changed, old=identity, id=changed.get("id"))


def _apart(node: Any, first: Any, taken: set[str], notes: Notes) -> None:
    """Nodes of two levels may be told apart: what refers to one stands on its level."""
    level = node.getparent()
    flows = local(node) == local(first) == "sequenceFlow"
    if level is first.getparent() and not flows:
        return
    old, new = node.get("id"), fresh(taken, node.get("id"))
    node.set("id", new)
    if level is not first.getparent():
        _refer(level, {old: new}, inner=False)
    notes.lines[new] = node.sourceline or 0
    notes.say(DOUBLE, node, old=old, id=new)


def _unfit(root: Any, taken: set[str], notes: Notes) -> None:
    changes: dict[str, str] = {}
    for node in root.iter(f"{BPMN}*"):
        old = node.get("id")
        if old is None or old in changes:
            continue
        bad = old in RESERVED or not SHAPE.fullmatch(old) if needs_id(node) else not XML_NAME.fullmatch(old)
        if bad:
            changes[old] = fresh(taken, _fit(old))
            node.set("id", changes[old])
            notes.lines[changes[old]] = node.sourceline or 0
            notes.say(CHANGED, node, old=old, id=changes[old])
    if changes:
        _refer(root, changes)


def _fit(text: str) -> str:
    """The text as an id: other characters become _, and it begins with a letter."""
    text = re.sub(r"[^\w-]", "_", text)
    return text if SHAPE.fullmatch(text) and text not in RESERVED else f"id_{text}"


def _refer(top: Any, changes: dict[str, str], *, inner: bool = True) -> None:
    """Let everything below that names an old id name the new one; ``inner``: in sub-processes as well."""
    for node in list(top.iter()) if inner else _level(top):
        for name in (*REFERENCES, "bpmnElement"):
            if node.get(name) in changes:
                node.set(name, changes[node.get(name)])
        if local(node) in TEXTS and (node.text or "").strip() in changes:
            node.text = changes[node.text.strip()]


def _level(top: Any) -> list[Any]:
    """What stands on one level: its nodes with their parts, but not what is in its sub-processes."""
    found = [top]
    for child in children(top):
        found += [child, *children(child)] if local(child) in SCOPES else list(child.iter(f"{BPMN}*"))
    return [node for node in found if local(node) not in FLOW_NODES or node.getparent() is top]
