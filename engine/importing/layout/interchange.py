"""Diagram interchange (BPMN 2.0, 12): shapes with bounds and edges with waypoints, read and written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from engine.importing.layout.layers import Box
from engine.lint.names import BPMN, local

DI_URI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC_URI = "http://www.omg.org/spec/DD/20100524/DC"
DD_URI = "http://www.omg.org/spec/DD/20100524/DI"
DI, DC, DD = f"{{{DI_URI}}}", f"{{{DC_URI}}}", f"{{{DD_URI}}}"
PREFIXES = {"bpmndi": DI_URI, "dc": DC_URI, "di": DD_URI}
Point = tuple[float, float]


def drawn(root: Any) -> dict[str, Any]:
    """The shape or edge of every element that is drawn, by the element's id."""
    shapes = root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")
    return {shape.get("bpmnElement", "").rpartition(":")[2]: shape for shape in shapes}


def box(shape: Any) -> Box | None:
    """The bounds of a shape; None where they are missing or no numbers."""
    bounds = shape.find(f"{DC}Bounds")
    try:
        return None if bounds is None else Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
    except (TypeError, ValueError):
        return None


def plane_for(root: Any, process: Any) -> Any:
    """A new plane for a process; with a pool around it where the file has one."""
    pool = next((one for one in root.iter(f"{BPMN}participant") if one.get("processRef") == process.get("id")), None)
    diagram = etree.SubElement(root, f"{DI}BPMNDiagram", nsmap=PREFIXES)
    diagram.set("id", f"{process.get('id')}_diagram")
    plane = etree.SubElement(diagram, f"{DI}BPMNPlane")
    plane.set("id", f"{process.get('id')}_plane")
    plane.set("bpmnElement", process.get("id") if pool is None else pool.getparent().get("id", process.get("id")))
    return plane


def shape(plane: Any, node: Any, place: Box) -> None:
    """Draw a node."""
    made = etree.SubElement(plane, f"{DI}BPMNShape", nsmap=PREFIXES)
    made.set("id", f"{node.get('id')}_di")
    made.set("bpmnElement", node.get("id"))
    if local(node) == "exclusiveGateway":
        made.set("isMarkerVisible", "true")
    if local(node) in ("subProcess", "transaction", "adHocSubProcess"):
        made.set("isExpanded", "true")
    if local(node) == "participant":
        made.set("isHorizontal", "true")
    bounds = etree.SubElement(made, f"{DC}Bounds")
    for name in ("x", "y", "width", "height"):
        bounds.set(name, f"{getattr(place, name):g}")


def edge(plane: Any, flow: Any, points: Sequence[Point]) -> None:
    """Draw a flow."""
    made = etree.SubElement(plane, f"{DI}BPMNEdge", nsmap=PREFIXES)
    made.set("id", f"{flow.get('id')}_di")
    made.set("bpmnElement", flow.get("id"))
    waypoints(made, points)


def waypoints(made: Any, points: Sequence[Point]) -> None:
    """Give an edge its way, in place of the one that it had."""
    for old in list(made.iterchildren(f"{DD}waypoint")):
        made.remove(old)
    for number, (x, y) in enumerate(points):
        point = made.makeelement(f"{DD}waypoint", {"x": f"{x:g}", "y": f"{y:g}"}, nsmap=PREFIXES)
        made.insert(number, point)


def way(source: Box, target: Box) -> list[Point]:
    """From the right side of one node to the left side of another; back below where that lies behind."""
    start, end = (source.x + source.width, source.middle[1]), (target.x, target.middle[1])
    if start[0] < end[0]:
        if start[1] == end[1]:
            return [start, end]
        bend = (start[0] + end[0]) / 2
        return [start, (bend, start[1]), (bend, end[1]), end]
    below = max(source.y + source.height, target.y + target.height) + 20
    start, end = (source.middle[0], source.y + source.height), (target.middle[0], target.y + target.height)
    return [start, (start[0], below), (end[0], below), end]
