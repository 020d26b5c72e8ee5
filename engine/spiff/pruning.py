"""Takes finished tokens out of a case: what they did is in the history, not in the tree.

Kept are the tokens that stand somewhere, the one that each of them came from (joins count
by it, boundary events find their host through it) and the first of each level.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.levels import Case


def prune(case: Case) -> None:
    """Every path in the tree becomes short, however many rounds a case has gone."""
    for level in case.levels():
        _prune(level)


def _prune(level: Any) -> None:
    tokens, root = level.tasks, level.task_tree
    alive = {token.id for token in tokens.values() if not token.finished}
    kept = alive | {tokens[one]._parent for one in alive if tokens[one]._parent is not None} | {root.id}
    if len(kept) == len(tokens):
        return
    level.tasks = {number: token for number, token in tokens.items() if number in kept}
    for token in level.tasks.values():
        token._children = [number for number in token._children if number in kept]
        if token is not root and token._parent not in kept:
            token._parent = root.id
            root._children.append(token.id)
