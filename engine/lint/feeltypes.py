"""Kinds of values in FEEL: what can never be compared, calculated or asked, and calls with arguments that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from engine.feel.expression import lexer_names
from engine.feel.inference import Host, kind_of, misfits
from engine.feel.parser import tree
from engine.lint.known import CLOCK
from engine.lint.names import local
from engine.lint.remarks import Fault, Remark

CONDITIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition")
KINDS_ZH = {
    "number": "数字", "string": "文本", "boolean": "真假值", "date": "日期", "time": "时间", "date and time": "日期时间",
    "days and time duration": "天数时长", "years and months duration": "年月时长", "list": "列表", "context": "上下文",
    "range": "区间", "function": "函数",
}  # fmt: skip

COMPARED = Fault(
    "feel_compared",
    "{what} 把{expected_zh}与{found_zh}相比，结果总是 null",
    "{what} compares a {expected} with a {found}, which is always null",
    "两边用同一种值，例如 date(\"2026-01-01\")",
    "give both sides one kind of value, such as date(\"2026-01-01\")",
)  # fmt: skip
CALCULATED = Fault(
    "feel_calculated",
    "{what} 中 {expected} {found} 不能计算，结果总是 null",
    "{what} calculates {expected} {found}, which is always null",
)
NOT_A_CONDITION = Fault(
    "feel_condition",
    "{what} 须为真或假，现在总是{found_zh}",
    "expected true or false in {what}, found always a {found}",
)
ARGUMENTS = Fault(
    "feel_arguments",
    "{what} 调用函数的参数个数不对：应为 {expected}，现在是 {found}",
    "{what} calls a function with the wrong number of arguments: expected {expected}, found {found}",
)
ARGUMENT = Fault(
    "feel_argument",
    "{what} 调用函数的参数种类不对：应为 {expected}，现在是 {found}",
    "{what} calls a function with arguments that it does not take: expected {expected}, found {found}",
)
FAULTS = {
    "compared": COMPARED,
    "calculated": CALCULATED,
    "condition": NOT_A_CONDITION,
    "arguments": ARGUMENTS,
    "argument": ARGUMENT,
}


def check(node: Any, content: str, where: str, what: str, functions: Collection[str]) -> Iterator[Remark]:
    """What is certain to be wrong in a text that is FEEL."""
    parsed = tree(content, lexer_names(frozenset({"step completed"}), frozenset(functions)), "expression")
    hosts: dict[str, Host] = {name: CLOCK[name] for name in functions if name in CLOCK}
    found = [(one.where, one.expected, one.found) for one in misfits(parsed, hosts)]
    whole = kind_of(parsed, hosts)
    if local(node) in CONDITIONS and whole not in (None, "boolean"):
        found.append(("condition", "boolean", str(whole)))
    for kind, expected, given in found:
        facts = {"expected": expected, "found": given}
        facts |= {f"{name}_zh": KINDS_ZH.get(value, value) for name, value in facts.items()}
        yield FAULTS[kind].at(where, node.sourceline, what=what, **facts)
