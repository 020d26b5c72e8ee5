"""DMN files: whether they would decide; this release runs them from no diagram yet."""

from __future__ import annotations

from engine import decisions
from engine.errors import ModelRefused
from engine.lint.remarks import REMARK, Fault, Report

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
        read = decisions.read(xml, partial=True)
    except ModelRefused as refused:
        return Report(tuple(refused.facts["remarks"]))
    return Report((NOT_RUN.at(None, 1), *read.remarks))
