"""Two models compared, or three."""

from __future__ import annotations

from engine.decisions.outline import outlines
from engine.diagrams import read
from monitors.comparison.checkpoints import checkpoint_changes, rule_changes
from monitors.comparison.decisions import decision_changes
from monitors.comparison.elements import element_changes, version_changes
from monitors.comparison.flows import flow_changes
from monitors.comparison.limits import limit_changes
from monitors.comparison.model import Change, Difference, Drawn, ThreeWay
from monitors.comparison.whole import Whole, whole


def compare(before: Drawn, after: Drawn) -> Difference:
    """What changes from one model to the other; raises ModelRefused for what cannot be read."""
    old, new = whole(read(before.xml)), whole(read(after.xml))
    decided = decision_changes(outlines(before.decisions), outlines(after.decisions))
    return Difference((*_changes(old, new), *version_changes(old, new, before.calls, after.calls), *decided))


def three_way(base: Drawn, local: Drawn, shipped: Drawn) -> ThreeWay:
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
