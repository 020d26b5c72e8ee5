"""DMN files: read with the same care as diagrams; this release does not evaluate them."""

from __future__ import annotations

from engine.errors import ModelRefused
from engine.lint import hardened
from engine.lint.names import local, namespace
from engine.lint.remarks import REMARK, Fault, Report

DMN = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")

NOT_DMN = Fault(
    "not_dmn",
    "不是 DMN 模型：根元素是 {found}",
    "expected the root element definitions of DMN, found {found}",
)
NOT_RUN = Fault(
    "decision_not_run",
    "本版本不执行决策表",
    "decision tables are not evaluated in this release",
    "判断写在规则或网关的 FEEL 条件里",
    "write the decision as rules or as FEEL conditions of gateways",
    REMARK,
)


def check(xml: bytes) -> Report:
    """The report on the bytes of a DMN file."""
    try:
        root = hardened.parse(xml).getroot()
    except ModelRefused as refused:
        return Report(tuple(refused.facts["remarks"]))
    if local(root) != "definitions" or not namespace(root.tag).startswith(DMN):
        return Report((NOT_DMN.at(None, root.sourceline, found=root.tag),))
    return Report((NOT_RUN.at(root.get("id"), root.sourceline),))
