"""Which nodes a token can come to, and which joins wait for what cannot come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.spiff.gateways import Parallel


def stuck_joins(graph: Any, tokens: Sequence[tuple[Any, str]]) -> Iterator[str]:
    """Parallel joins of a level that tokens will come to, or wait at, while one of their flows stays empty.

    ``tokens`` are the nodes on which tokens stand, each with the name of the node before it.
    """
    for join in graph.task_specs.values():
        if not isinstance(join, Parallel) or len(join._inputs) < 2:
            continue
        inputs = set(join._inputs)
        filled = {before for node, before in tokens if node is join}
        for node, _ in tokens:
            if node is not join:
                filled |= _reached(node, join) & inputs
        if filled and not inputs <= filled:
            yield join.name


def _reached(node: Any, but: Any) -> set[str]:
    """The names of the nodes that a token on ``node`` can come to without passing ``but``."""
    seen: dict[str, Any] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.name not in seen and one is not but:
            seen[one.name] = one
            waiting.extend(one.outputs)
    return set(seen)
