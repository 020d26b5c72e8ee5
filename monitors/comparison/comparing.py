"""Two models compared, or three."""

from __future__ import annotations

from engine.diagrams import read
from monitors.comparison.checkpoints import checkpoint_changes, rule_changes
from monitors.comparison.elements import element_changes
from monitors.comparison.flows import flow_changes
from monitors.comparison.limits import limit_changes
from monitors.comparison.model import Change, Difference, ThreeWay
from monitors.comparison.whole import Whole, whole


def compare(before: bytes, after: bytes) -> Difference:
    """What changes from one model to the other; raises ModelRefused for what cannot be read."""
    old, new = whole(read(before)), whole(read(after))
    return Difference(tuple(_changes(old, new)))


def three_way(base: bytes, local: bytes, shipped: bytes) -> ThreeWay:
    """What people and the next release each made of the model they both began with."""
    return ThreeWay(compare(base, local), compare(base, shipped))


def _changes(old: Whole, new: Whole) -> list[Change]:
    return [
        *element_changes(old, new),
        *flow_changes(old, new),
        *checkpoint_changes(old, new),
        *rule_changes(old, new),
        *limit_changes(old, new),
    ]
