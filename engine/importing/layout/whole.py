"""A process without a drawing: each level laid out in layers, sub-processes around what is in them."""

from __future__ import annotations

from typing import Any

from engine.importing.layout import interchange
from engine.importing.layout.layers import GAP_Y, Box, arrange
from engine.lint.names import BPMN, FLOW_NODES, GATEWAYS, SCOPES, children, local

EVENT, GATEWAY, TASK = (36.0, 36.0), (50.0, 50.0), (100.0, 80.0)
MARGIN, LABEL = 30.0, 30.0
CORNER = (160.0, 80.0)
Level = tuple[dict[str, Box], float, float]


def draw(process: Any, plane: Any) -> None:
    """Draw every node and flow of the process, and the pool around it, on the plane."""
    places, width, height = _level(process)
    pool = next((one for one in _pools(process) if one.get("processRef") == process.get("id")), None)
    if pool is not None:
        around = Box(CORNER[0] - LABEL - MARGIN, CORNER[1] - MARGIN, width + LABEL + 2 * MARGIN, height + 2 * MARGIN)
        interchange.shape(plane, pool, around)
    _write(process, plane, places, *CORNER)


def _pools(process: Any) -> Any:
    return process.getroottree().getroot().iter(f"{BPMN}participant")


def size(node: Any) -> tuple[float, float]:
    """Width and height of a node; a sub-process is as large as what is in it."""
    if local(node) in GATEWAYS:
        return GATEWAY
    if local(node) in SCOPES:
        _, width, height = _level(node)
        return max(width + 2 * MARGIN, TASK[0]), max(height + 2 * MARGIN, TASK[1])
    return EVENT if local(node).endswith("Event") else TASK


def _level(scope: Any) -> Level:
    """The places of the nodes on a level, and how wide and high it is."""
    nodes = {node.get("id"): node for node in children(scope) if local(node) in FLOW_NODES}
    borders = {name: node for name, node in nodes.items() if node.get("attachedToRef") in nodes}
    hosts = {name: node.get("attachedToRef") for name, node in borders.items()}
    flows = [(flow.get("sourceRef", ""), flow.get("targetRef", "")) for flow in scope.iterfind(f"{BPMN}sequenceFlow")]
    # What an event at a border leads to stands behind its host.
    edges = [(hosts.get(source, source), target) for source, target in flows]
    places = arrange({name: size(node) for name, node in nodes.items() if name not in borders}, edges)
    counts: dict[str, int] = {}
    for name in borders:
        host = places[hosts[name]]
        number = counts[hosts[name]] = counts.get(hosts[name], 0) + 1
        x = host.x + min(number * 44.0, host.width) - EVENT[0] / 2 - 14
        places[name] = Box(x, host.y + host.height - EVENT[1] / 2, *EVENT)
    width = max((place.x + place.width for place in places.values()), default=0.0)
    height = max((place.y + place.height for place in places.values()), default=0.0) + GAP_Y / 2
    return places, width, height


def _write(scope: Any, plane: Any, places: dict[str, Box], x: float, y: float) -> None:
    moved = {name: place.moved(x, y) for name, place in places.items()}
    for node in sorted(children(scope), key=lambda node: local(node) == "boundaryEvent"):
        if node.get("id") in moved and local(node) in FLOW_NODES:
            place = moved[node.get("id")]
            interchange.shape(plane, node, place)
            if local(node) in SCOPES:
                _write(node, plane, _level(node)[0], place.x + MARGIN, place.y + MARGIN)
    for flow in scope.iterfind(f"{BPMN}sequenceFlow"):
        source, target = moved.get(flow.get("sourceRef")), moved.get(flow.get("targetRef"))
        if source and target:
            interchange.edge(plane, flow, interchange.way(source, target))
