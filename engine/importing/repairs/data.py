"""Arrows of data, and the keys of messages: drawn in other tools, and never what decides here."""

from __future__ import annotations

from typing import Any

from engine.importing.work import Work
from engine.lint.names import BPMN, local, owner
from engine.lint.remarks import REMARK, Fault, Remark

ARROWS = ("dataInputAssociation", "dataOutputAssociation")
KEYS = ("correlationSubscription", "correlationKey", "correlationProperty")

NO_ARROW = Fault(
    "import_data_arrow",
    "数据关联没有导入：数据在案件数据中",
    "the association with data was left out: data are in the case data",
    "处理器的输入输出写在 jc:input 和 jc:output 中",
    "name what a handler is given and gives in jc:input and jc:output",
    REMARK,
)
NO_KEY = Fault(
    "import_correlation",
    "{tag} 没有导入：消息按名称投递到案件",
    "the {tag} was left out: messages go to a case by their name",
    severity=REMARK,
)


def refused(work: Work, remark: Remark) -> bool:
    """Take away the arrows and keys of the element that the lint named."""
    found = [
        node for node in work.root.iter(*(f"{BPMN}{tag}" for tag in (*ARROWS, *KEYS))) if owner(node) == remark.element
    ]
    for node in found:
        work.notes.say(NO_ARROW if local(node) in ARROWS else NO_KEY, node, tag=local(node))
        _drop(node)
    return bool(found)


def _drop(node: Any) -> None:
    node.getparent().remove(node)
