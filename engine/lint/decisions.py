"""DMN files: whether every decision of a file would decide, and what its tables leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import decisions
from engine.decisions.coverage import Gap, Overlap, gaps_and_overlaps
from engine.decisions.source import Source
from engine.errors import ModelRefused
from engine.lint.known import CLOCK_FUNCTIONS
from engine.lint.names import owner
from engine.lint.remarks import REMARK, Fault, Remark, Report

GAP = Fault(
    "table_gap",
    "没有规则覆盖：{example}；遇到时决策得不到结果",
    "no rule holds for {example}: the decision would give nothing",
    "补一条规则，或写默认输出",
    "add a rule, or a default output",
    REMARK,
)
OVERLAP = Fault(
    "table_overlap",
    "规则 {first} 与规则 {second} 同时成立：{example}；命中策略不允许",
    "rules {first} and {second} both hold for {example}, which the hit policy does not allow",
    "改写条件，或改用 FIRST、PRIORITY",
    "change the conditions, or use FIRST or PRIORITY",
    REMARK,
)
HIDDEN = Fault(
    "table_rule_hidden",
    "规则 {rule} 永远轮不到：前面的规则已全部覆盖",
    "rule {rule} never decides: the rules before it hold wherever it does",
    "删除它，或移到前面",
    "remove it, or move it up",
    REMARK,
)


def check(xml: bytes, beside: Iterable[bytes] = ()) -> Report:
    """The report on the bytes of a DMN file; those ``beside`` it are there to be imported."""
    try:
        main = decisions.read([xml, *decisions.readable(beside)], CLOCK_FUNCTIONS, partial=True).main
    except ModelRefused as refused:
        return Report(tuple(refused.facts["remarks"]))
    found = dict.fromkeys(main.remarks or _left_open(main))
    return Report(tuple(sorted(found, key=lambda remark: remark.line)))


def _left_open(main: Source) -> Iterator[Remark]:
    for node, table in main.tables:
        labels = [_label(one) for one in node.iterfind("{*}input")]
        for one in gaps_and_overlaps(table):
            where = (owner(node), node.sourceline)
            if isinstance(one, Gap):
                yield GAP.at(*where, example=_example(labels, one.example))
            elif isinstance(one, Overlap):
                yield OVERLAP.at(*where, first=one.first, second=one.second, example=_example(labels, one.example))
            else:
                yield HIDDEN.at(*where, rule=one.rule)


def _label(column: object) -> str:
    text = column.find("{*}inputExpression/{*}text")  # type: ignore[attr-defined]
    return (text.text or "").strip() if text is not None else "-"


def _example(labels: list[str], values: tuple[str, ...]) -> str:
    return ", ".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
