"""Small acts on the tree of a drawing: our extension elements, kinds, documentation, in the standard's order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.lint.names import BPMN, FLOW_NODES, JC, JC_URI, children, local

# What may stand before a flow node's own content (BPMN 2.0, Semantic.xsd: tBaseElement, tFlowElement, tFlowNode).
HEAD = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")
# Attributes and children that are of one kind of task only.
OF_A_KIND = ("implementation", "operationRef", "messageRef", "instantiate", "scriptFormat", "calledElement")
INSIDE = ("script", "rendering", "startEvent", "flowNodeRef")


def bpmn(parent: Any, tag: str, *, at: int | None = None, text: str = "", **attributes: str) -> Any:
    """A new BPMN element in ``parent``: the last one, or at a place."""
    node = parent.makeelement(f"{BPMN}{tag}", attributes, nsmap=parent.nsmap)
    node.text = text or None
    if at is None:
        parent.append(node)
    else:
        parent.insert(at, node)
    return node


def extension(node: Any, tag: str, **attributes: str) -> Any:
    """The ``jc`` extension element of that kind on a node, made where there is none; attributes are set."""
    box = node.find(f"{BPMN}extensionElements")
    if box is None:
        box = bpmn(node, "extensionElements", at=_behind(node, ("documentation",)))
    found = box.find(f"{JC}{tag}")
    if found is None:
        found = etree.SubElement(box, f"{JC}{tag}", nsmap={"jc": JC_URI})
    for name, value in attributes.items():
        found.set(name, value)
    return found


def document(node: Any, text: str) -> None:
    """Keep a text in the documentation of a node, behind what is there; each text once."""
    if all((one.text or "").strip() != text for one in node.iterfind(f"{BPMN}documentation")):
        bpmn(node, "documentation", at=_behind(node, ("documentation",)), text=text)


def become(node: Any, tag: str) -> None:
    """Make a node one of another kind; what only the old kind can hold is taken away."""
    node.tag = f"{BPMN}{tag}"
    for name in OF_A_KIND:
        node.attrib.pop(name, None)
    for child in list(children(node)):
        if local(child) in INSIDE:
            node.remove(child)
    box = node.find(f"{BPMN}extensionElements")
    for child in [] if box is None else list(box.iterchildren(f"{JC}handler")):
        box.remove(child)
    tidy(node)


def tidy(node: Any) -> None:
    """Take away a box of extension elements in which nothing is left."""
    box = node.find(f"{BPMN}extensionElements")
    if box is not None and len(box) == 0:
        node.remove(box)


def definition(event: Any) -> Any:
    """The one event definition of an event; None where there is none."""
    return next((child for child in children(event) if local(child).endswith("EventDefinition")), None)


def nodes(root: Any) -> Iterator[Any]:
    """Every flow node of a file, in the order of the file."""
    return (node for node in root.iter(f"{BPMN}*") if local(node) in FLOW_NODES)


def indexed(root: Any) -> dict[str, Any]:
    """Every BPMN element of a file by its id; the first of those that share one."""
    found: dict[str, Any] = {}
    for node in root.iter(f"{BPMN}*"):
        if node.get("id"):
            found.setdefault(node.get("id"), node)
    return found


def connect(level: Any, identity: str, source: str, target: str) -> Any:
    """A new sequence flow on a level, told to both of its ends."""
    flow = bpmn(level, "sequenceFlow", id=identity, sourceRef=source, targetRef=target)
    ends = {node.get("id"): node for node in children(level) if node.get("id") in (source, target)}
    tell(ends[source], "outgoing", identity)
    tell(ends[target], "incoming", identity)
    return flow


def tell(node: Any, tag: str, flow: str) -> None:
    """Write a flow into a node's ``incoming`` or ``outgoing``."""
    before = (*HEAD, "incoming") if tag == "incoming" else (*HEAD, "incoming", "outgoing")
    bpmn(node, tag, at=_behind(node, before), text=flow)


def forget(node: Any, tag: str, flow: str) -> None:
    """Take a flow out of a node's ``incoming`` or ``outgoing``."""
    for child in list(node.iterchildren(f"{BPMN}{tag}")):
        if (child.text or "").strip() == flow:
            node.remove(child)


def _behind(node: Any, tags: tuple[str, ...]) -> int:
    """The place behind the last child of one of these kinds."""
    places = [place for place, child in enumerate(node) if child.tag.startswith(BPMN) and local(child) in tags]
    return places[-1] + 1 if places else 0
