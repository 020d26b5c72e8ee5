"""Checkpoints and rules that came, went or changed; what a limit is about stands under the limits."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import CheckpointInfo, RuleInfo
from monitors.comparison.limits import LIMIT_PARAMETERS, TIME_LIMIT, limit_in_words
from monitors.comparison.model import ADDED, CHANGED, REMOVED, RENAMED, Change
from monitors.comparison.whole import Whole, Words, listed

_ATTRIBUTES = {
    "kind": ("类型", "kind"),
    "dimension": ("维度", "dimension"),
    "level": ("等级", "level"),
    "ladder": ("预警梯度", "ladder"),
    "basis": ("依据", "legal basis"),
    "confidence": ("可信度", "confidence"),
    "message": ("提示语", "message"),
    "message_en": ("英文提示语", "English message"),
    "dry_run": ("试运行", "trial"),
}


def checkpoint_changes(old: Whole, new: Whole) -> Iterator[Change]:
    """Checkpoints by their id, and where they hang."""
    for name, checkpoint in new.checkpoints.items():
        before = old.checkpoints.get(name)
        if before is None:
            place = _on(new, new.hosts[name])
            zh, en = _named(checkpoint)
            yield Change(
                "checkpoints", ADDED, name, f"新增监察点{zh}{place[0]}", f"There is a new checkpoint {en}{place[1]}"
            )
            continue
        yield from _checkpoint_changed(old, new, before, checkpoint)
    for name, checkpoint in old.checkpoints.items():
        if name not in new.checkpoints:
            zh, en = _named(checkpoint)
            yield Change("checkpoints", REMOVED, name, f"删除监察点{zh}", f"The checkpoint {en} is gone")


def _checkpoint_changed(old: Whole, new: Whole, one: CheckpointInfo, other: CheckpointInfo) -> Iterator[Change]:
    zh, en = _named(other)
    if one.name != other.name:
        yield Change(
            "checkpoints", RENAMED, one.id, f"监察点 {one.id} 改名为“{other.name}”",
            f"The checkpoint {one.id} is now called “{other.name_en or other.name}”", "name", one.name, other.name,
        )  # fmt: skip
    before, after = old.hosts[one.id], new.hosts[one.id]
    for hosts, word, word_en in (
        ([host for host in after if host not in before], "增加", "now hangs also on"),
        ([host for host in before if host not in after], "取消", "hangs no longer on"),
    ):
        if hosts:
            named = listed(new if word == "增加" else old, hosts)
            yield Change(
                "checkpoints", CHANGED, one.id, f"监察点{zh}{word}于{named[0]}", f"The checkpoint {en} {word_en} {named[1]}",
                "hosts", list(before), list(after),
            )  # fmt: skip


def rule_changes(old: Whole, new: Whole) -> Iterator[Change]:
    """Rules by their id."""
    before, after = _rules(old), _rules(new)
    for name, rule in after.items():
        if name in before:
            yield from _rule_changed(before[name], rule)
        else:
            zh, en = limit_in_words(rule)
            said = rule.message_en or rule.message
            yield Change(
                "rules", ADDED, name, f"新增规则 {name}：{rule.message}{zh}", f"There is a new rule {name}: {said}{en}"
            )
    for name, rule in before.items():
        if name not in after:
            yield Change(
                "rules", REMOVED, name, f"删除规则 {name}：{rule.message}",
                f"The rule {name} is gone: {rule.message_en or rule.message}",
            )  # fmt: skip


def _rule_changed(one: RuleInfo, other: RuleInfo) -> Iterator[Change]:
    for attribute, (label, label_en) in _ATTRIBUTES.items():
        before, after = getattr(one, attribute), getattr(other, attribute)
        if before != after:
            yield _differs(one.id, attribute, (label, label_en), before or None, after or None)
    elsewhere = LIMIT_PARAMETERS if one.kind == other.kind == TIME_LIMIT else ()
    for name in sorted({*one.params, *other.params}):
        before, after = one.params.get(name), other.params.get(name)
        if before != after and name not in elsewhere:
            yield _differs(one.id, name, (f"参数 {name} ", f"parameter {name}"), before, after)


def _differs(rule: str, attribute: str, label: Words, before: str | None, after: str | None) -> Change:
    return Change(
        "rules", CHANGED, rule, f"规则 {rule} 的{label[0]}由 {before or '无'} 改为 {after or '无'}",
        f"The {label[1]} of rule {rule} goes from {before or 'none'} to {after or 'none'}", attribute, before, after,
    )  # fmt: skip


def _rules(one: Whole) -> dict[str, RuleInfo]:
    return {rule.id: rule for checkpoint in one.checkpoints.values() for rule in checkpoint.rules}


def _named(checkpoint: CheckpointInfo) -> Words:
    english = checkpoint.name_en or checkpoint.name
    return f" {checkpoint.id}“{checkpoint.name}”", f"{checkpoint.id} “{english}”"


def _on(one: Whole, hosts: tuple[str, ...]) -> Words:
    zh, en = listed(one, hosts)
    return (f"，附于{zh}", f" on {en}") if hosts else ("", "")
