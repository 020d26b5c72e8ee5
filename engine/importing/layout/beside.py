"""What is missing in a drawing that is there: put beside what it is connected with."""

from __future__ import annotations

from typing import Any

from engine.importing.layout import interchange, whole
from engine.importing.layout.layers import GAP_X, GAP_Y, Box
from engine.lint.names import BPMN, FLOW_NODES, SCOPES, children, local


def complete(root: Any, process: Any) -> None:
    """Draw the nodes and flows of a process that have no shape or edge, and lead flows to where they go now."""
    shapes = interchange.drawn(root)
    first = next(shapes[node.get("id")] for node in children(process) if node.get("id") in shapes)
    _level(process, first.getparent(), shapes)


def _level(scope: Any, plane: Any, shapes: dict[str, Any]) -> None:
    flows = list(scope.iterfind(f"{BPMN}sequenceFlow"))
    places = {name: place for name, shape in shapes.items() if (place := interchange.box(shape)) is not None}
    for node in children(scope):
        name = node.get("id")
        if local(node) in FLOW_NODES and name not in places:
            places[name] = _free(_beside(node, flows, places, scope), places)
            if name in shapes:
                shapes[name].getparent().remove(shapes[name])
            interchange.shape(plane, node, places[name])
            shapes[name] = plane[-1]
        if local(node) in SCOPES:
            _inside(node, plane, shapes)
            places.update((key, place) for key, shape in shapes.items() if (place := interchange.box(shape)))
    for flow in flows:
        source, target = places.get(flow.get("sourceRef")), places.get(flow.get("targetRef"))
        if source and target and flow.get("id") not in shapes:
            interchange.edge(plane, flow, interchange.way(source, target))
        elif source and target and _begins_elsewhere(shapes[flow.get("id")], source):
            interchange.waypoints(shapes[flow.get("id")], interchange.way(source, target))


def _inside(node: Any, plane: Any, shapes: dict[str, Any]) -> None:
    """A collapsed sub-process has a plane of its own."""
    if shapes[node.get("id")].get("isExpanded") != "false":
        _level(node, plane, shapes)
    elif any(child.get("id") in shapes for child in children(node)):
        own = next(shapes[child.get("id")] for child in children(node) if child.get("id") in shapes)
        _level(node, own.getparent(), shapes)
    else:
        whole.draw(node, interchange.plane_for(node.getroottree().getroot(), node))


def _begins_elsewhere(edge: Any, source: Box) -> bool:
    """Whether a flow is drawn from a node that it no longer comes from."""
    first = edge.find(f"{interchange.DD}waypoint")
    try:
        x, y = float(first.get("x")), float(first.get("y"))
    except (AttributeError, TypeError, ValueError):
        return True
    near = 30
    return not (
        source.x - near <= x <= source.x + source.width + near
        and source.y - near <= y <= source.y + source.height + near
    )


def _beside(node: Any, flows: list[Any], places: dict[str, Box], scope: Any) -> Box:
    """Right of what leads to it, left of what it leads to, else inside its scope."""
    width, height = whole.size(node)
    for flow in flows:
        before = places.get(flow.get("sourceRef"))
        if flow.get("targetRef") == node.get("id") and before:
            return Box(before.x + before.width + GAP_X / 2, before.middle[1] - height / 2, width, height)
    for flow in flows:
        behind = places.get(flow.get("targetRef"))
        if flow.get("sourceRef") == node.get("id") and behind:
            return Box(behind.x - GAP_X / 2 - width, behind.middle[1] - height / 2, width, height)
    host = places.get(node.get("attachedToRef") or scope.get("id"), Box(0, 0, 0, 0))
    if node.get("attachedToRef"):
        return Box(host.x + host.width / 2 - width / 2, host.y + host.height - height / 2, width, height)
    return Box(host.x + GAP_X / 2, host.y + GAP_Y, width, height)


def _free(place: Box, places: dict[str, Box]) -> Box:
    """The same place, lower down while another small node is there."""
    taken = [one for one in places.values() if one.width <= whole.TASK[0] and one.height <= whole.TASK[1]]
    while any(_overlap(place, one) for one in taken):
        place = place.moved(0, GAP_Y)
    return place


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
