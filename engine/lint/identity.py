"""Ids: there, single, and not one of those that SpiffWorkflow keeps for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.lint.names import BPMN, FLOW_NODES, local, owner
from engine.lint.remarks import Fault, Remark

RESERVED = frozenset({"Start", "End", "Root"})
SHAPE = re.compile(r"[^\W\d][\w-]*")

NO_ID = Fault(
    "no_id",
    "{tag}{ends} 没有 id：执行时会被无声跳过",
    "expected an id on this {tag}{ends}, found none: it would be dropped without a word",
    "给每个节点和每条顺序流一个唯一的 id",
    "give every node and every sequence flow an id of its own",
)
DOUBLE_ID = Fault(
    "double_id",
    "id {id} 用了两次（先在第 {first} 行）",
    "expected ids to be unique, found {id} again (first on line {first})",
    "改掉其中一个 id",
    "change one of the two ids",
)
RESERVED_ID = Fault(
    "reserved_id",
    "id {id} 是保留名（Start、End、Root）",
    "expected an id other than Start, End and Root, found {id}",
    "换一个 id，例如 start_1",
    "choose another id, such as start_1",
)
BAD_ID = Fault(
    "bad_id",
    "id {id} 含有不允许的字符",
    "expected an id of letters, digits, _ and - that begins with a letter or _ (no dot), found {id}",
    "id 由字母、数字、_、- 组成，不含点号",
    "use letters, digits, _ and -, and no dot",
)


def check(tree: Any) -> Iterator[Remark]:
    """Faults of the ids of processes, nodes and flows."""
    seen: dict[str, int] = {}
    for node in tree.getroot().iter(f"{BPMN}*"):
        identity = node.get("id")
        if needs_id(node):
            yield from _shape(node, identity)
        if identity and identity in seen:
            yield DOUBLE_ID.at(identity, node.sourceline, id=identity, first=seen[identity])
        elif identity:
            seen[identity] = node.sourceline


def needs_id(node: Any) -> bool:
    """Whether the engine knows this element by its id."""
    return local(node) in FLOW_NODES or local(node) in ("process", "sequenceFlow")


def _shape(node: Any, identity: str | None) -> Iterator[Remark]:
    if not identity:
        ends = f" {node.get('sourceRef')} -> {node.get('targetRef')}" if local(node) == "sequenceFlow" else ""
        yield NO_ID.at(owner(node.getparent()), node.sourceline, tag=local(node), ends=ends)
    elif identity in RESERVED:
        yield RESERVED_ID.at(identity, node.sourceline, id=identity)
    elif not SHAPE.fullmatch(identity):
        yield BAD_ID.at(identity, node.sourceline, id=identity)
