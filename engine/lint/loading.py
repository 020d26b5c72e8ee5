"""From bytes to a tree that is BPMN: all of it to be checked, or what there is to run of it."""

from __future__ import annotations

from typing import Any

from engine.lint import hardened
from engine.lint.names import BPMN, local
from engine.lint.remarks import Fault
from engine.lint.table import IGNORED, verdict

DRAWING = "{http://www.omg.org/spec/BPMN/20100524/DI}"

NOT_BPMN = Fault(
    "not_bpmn",
    "不是 BPMN 2.0 模型：根元素是 {found}",
    "expected the root element definitions of BPMN 2.0, found {found}",
)
NO_PROCESS = Fault(
    "no_process",
    "文件中没有流程（process）",
    "expected a process, found none",
)


def load(xml: bytes) -> Any:
    """The lxml tree of a BPMN file: hardened, without comments, line numbers kept; raises ModelRefused."""
    tree = hardened.parse(xml)
    root = tree.getroot()
    if root.tag != f"{BPMN}definitions":
        raise hardened.refused(NOT_BPMN.at(None, root.sourceline, found=root.tag))
    if root.find(f"{BPMN}process") is None:
        raise hardened.refused(NO_PROCESS.at(None, root.sourceline))
    return tree


def prepare(xml: bytes) -> Any:
    """The tree for SpiffWorkflow's parser: as ``load``, without the drawing and what has no effect here.

    The stock parser stumbles over some of it, data stores and odd coordinates first; the profile
    has told the designer.
    """
    tree = load(xml)
    for node in list(tree.getroot().iter(f"{BPMN}*", f"{DRAWING}*")):
        parent = node.getparent()
        if parent is not None and (node.tag.startswith(DRAWING) or verdict(local(node)).verdict == IGNORED):
            parent.remove(node)
    return tree
