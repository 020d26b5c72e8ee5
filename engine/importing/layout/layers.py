"""Where the nodes of one level go: layers from left to right, in each layer from top to bottom.

The layer of a node is its longest way from the start, going round in circles left out; within a layer nodes stand
near those that lead to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GAP_X, GAP_Y = 60.0, 40.0
SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left upper corner, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, x: float, y: float) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)


def arrange(sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str]]) -> dict[str, Box]:
    """A place for each node; the left upper corner of the whole is (0, 0)."""
    forward = _without_circles(list(sizes), edges)
    layers = _ordered(_layers(list(sizes), forward), forward)
    heights = [sum(sizes[node][1] for node in layer) + GAP_Y * (len(layer) - 1) for layer in layers]
    tallest, x = max(heights, default=0.0), 0.0
    found: dict[str, Box] = {}
    for layer, height in zip(layers, heights, strict=True):
        width = max(sizes[node][0] for node in layer)
        y = (tallest - height) / 2
        for node in layer:
            found[node] = Box(x + (width - sizes[node][0]) / 2, y, *sizes[node])
            y += sizes[node][1] + GAP_Y
        x += width + GAP_X
    return found


def _without_circles(nodes: list[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges that do not lead back to where a walk along them came from."""
    onward: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in dict.fromkeys(edges):
        if source in onward and target in onward:
            onward[source].append(target)
    begun, done, kept = set[str](), set[str](), list[tuple[str, str]]()
    entered = {target for _, target in edges}
    for start in sorted(nodes, key=lambda node: node in entered):
        waiting = [] if start in begun else [(start, iter(onward[start]))]
        begun.add(start)
        while waiting:
            node, rest = waiting[-1]
            target = next(rest, "")
            if not target:
                done.add(node)
                waiting.pop()
            elif target in done or target not in begun:
                kept.append((node, target))
                if target not in begun:
                    begun.add(target)
                    waiting.append((target, iter(onward[target])))
    return kept


def _layers(nodes: list[str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    depth = dict.fromkeys(nodes, 0)
    left = {node: sum(target == node for _, target in edges) for node in nodes}
    ready = [node for node in nodes if not left[node]]
    for node in ready:
        for source, target in edges:
            if source == node:
                depth[target] = max(depth[target], depth[node] + 1)
                left[target] -= 1
                if not left[target]:
                    ready.append(target)
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    return [layer for layer in layers if layer]


def _ordered(layers: list[list[str]], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each layer by the middle of the places of its neighbours, to and fro."""
    for sweep in range(SWEEPS):
        place = {node: number for layer in layers for number, node in enumerate(layer)}
        for layer in layers:
            middles = {node: _middle(node, edges, place, backward=sweep % 2 == 1) for node in layer}
            layer.sort(key=middles.__getitem__)
            place.update({node: number for number, node in enumerate(layer)})
    return layers


def _middle(node: str, edges: Sequence[tuple[str, str]], place: Mapping[str, int], *, backward: bool) -> float:
    found = [place[b] for a, b in edges if a == node] if backward else [place[a] for a, b in edges if b == node]
    return sum(found) / len(found) if found else place[node]
