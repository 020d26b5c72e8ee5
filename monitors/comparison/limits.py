"""Limits that changed: those of rules, and the times of plain timers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.diagrams import Element, RuleInfo
from monitors.comparison.model import CHANGED, Change
from monitors.comparison.whole import Whole, Words, listed

LIMITS = "limits"
TIME_LIMIT = "time_limit"
_AMOUNT = ("amount", "unit")
_OTHER = {
    "until": ("截止时间", "the end"),
    "statutory": ("法定时限", "the statutory limit"),
    "start": ("起算时间", "the start"),
    "granularity": ("计算精度", "the granularity"),
    "after_hours": ("非工作日收件的处理", "what a day off at the start does"),
    "suspendable": ("可否暂停", "whether it may be suspended"),
    "extensible": ("可否延长", "whether it may be extended"),
}
LIMIT_PARAMETERS = frozenset({*_AMOUNT, *_OTHER})
_UNITS = {
    "working_day": ("个工作日", "working day"),
    "calendar_day": ("天", "calendar day"),
    "hour": ("小时", "hour"),
    "working_hour": ("个工作小时", "working hour"),
}
_NUMBER = re.compile(r"\d+(\.\d+)?")


def limit_changes(old: Whole, new: Whole) -> Iterator[Change]:
    """Limits of rules that are in both, then the times of timers."""
    before = _limits(old)
    for name, (checkpoint, rule) in _limits(new).items():
        if name in before:
            yield from _changed(new, checkpoint, before[name][1], rule)
    for name, node in new.elements.items():
        one = old.elements.get(name)
        if one is not None and _time(one) is not None and _time(node) is not None and _time(one) != _time(node):
            zh, en = new.said(name)
            yield Change(
                LIMITS, CHANGED, name, f"{zh}的时间由 {_time(one)} 改为 {_time(node)}",
                f"The time of the {en} goes from {_time(one)} to {_time(node)}", "time", _time(one), _time(node),
            )  # fmt: skip


def limit_in_words(rule: RuleInfo) -> Words:
    """How long, for a rule that is new; empty for one that is no limit."""
    if rule.kind != TIME_LIMIT or "amount" not in rule.params:
        return "", ""
    zh, en = _length(rule)
    return f"（{zh}）", f" ({en})"


def _limits(one: Whole) -> dict[str, tuple[str, RuleInfo]]:
    return {
        rule.id: (checkpoint.id, rule)
        for checkpoint in one.checkpoints.values()
        for rule in checkpoint.rules
        if rule.kind == TIME_LIMIT
    }


def _changed(new: Whole, checkpoint: str, one: RuleInfo, other: RuleInfo) -> Iterator[Change]:
    zh, en = listed(new, new.hosts.get(checkpoint, ()))
    of = (f"{zh}的时限（{other.id}）", f"The limit of {en} ({other.id})") if zh else (
        f"时限 {other.id} ", f"The limit {other.id}"
    )  # fmt: skip
    before, after = ({name: rule.params.get(name) for name in _AMOUNT} for rule in (one, other))
    if before != after:
        was, now = _length(one), _length(other)
        shorter = was[1].split(" ")[0] if before["unit"] == after["unit"] and _plain(one, other) else was[1]
        yield Change(
            LIMITS, CHANGED, other.id, f"{of[0]}由{was[0]}改为{now[0]}", f"{of[1]} goes from {shorter} to {now[1]}",
            "amount", before, after,
        )  # fmt: skip
    for name, (label, label_en) in _OTHER.items():
        was_, now_ = one.params.get(name), other.params.get(name)
        if was_ != now_:
            yield Change(
                LIMITS, CHANGED, other.id, f"{of[0]}的{label}由 {was_ or '未定'} 改为 {now_ or '未定'}",
                f"{of[1]}: {label_en} goes from {was_ or 'not said'} to {now_ or 'not said'}", name, was_, now_,
            )  # fmt: skip


def _plain(*rules: RuleInfo) -> bool:
    return all(_NUMBER.fullmatch(rule.params.get("amount", "").strip()) for rule in rules)


def _length(rule: RuleInfo) -> Words:
    """``15 working days``; an expression stands as it is."""
    amount, unit = rule.params.get("amount", "").strip(), rule.params.get("unit", "").strip().strip('"')
    if not amount:
        return "未定", "not said"
    zh, en = _UNITS.get(unit, (f" {unit}", unit))
    return f" {amount} {zh}", f"{amount} {en}{'' if amount == '1' else 's'}"


def _time(one: Element) -> str | None:
    event = one.event
    return event.text if event is not None and event.kind == "timer" else None
