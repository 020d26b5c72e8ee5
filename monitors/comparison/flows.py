"""Sequence flows that came, went, or lead elsewhere or on another condition."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import Flow
from monitors.comparison.model import ADDED, CHANGED, REMOVED, Change
from monitors.comparison.whole import Whole

FLOWS = "flows"


def flow_changes(old: Whole, new: Whole) -> Iterator[Change]:
    """Flows are the same by their id, else by what they connect."""
    pairs = _pairs(old, new)
    for flow in new.flows:
        before = pairs.get(_key(flow))
        if before is None:
            zh, en = _said(new, flow)
            yield _change(
                old, new, ADDED, flow, f"新增{zh}的流转{_if(flow)[0]}", f"There is a new way {en}{_if(flow)[1]}"
            )
        else:
            yield from _changed(old, new, before, flow)
    known = {_key(flow) for flow in pairs.values()}
    for flow in old.flows:
        if _key(flow) not in known:
            zh, en = _said(old, flow)
            yield _change(old, new, REMOVED, flow, f"删除{zh}的流转", f"There is no way {en} any more")


def _pairs(old: Whole, new: Whole) -> dict[tuple[str, str, str], Flow]:
    """New flow -> the one it was."""
    by_id = {flow.id: flow for flow in old.flows if flow.id}
    by_ends = {(flow.source, flow.target): flow for flow in old.flows}
    new_ids = {flow.id for flow in new.flows}
    found = {}
    for flow in new.flows:
        one = by_id.get(flow.id) or by_ends.get((flow.source, flow.target))
        if one is not None and (one.id == flow.id or one.id not in new_ids):
            found[_key(flow)] = one
    return found


def _key(flow: Flow) -> tuple[str, str, str]:
    return flow.id, flow.source, flow.target


def _changed(old: Whole, new: Whole, one: Flow, other: Flow) -> Iterator[Change]:
    if (one.source, one.target) != (other.source, other.target):
        was, now = _said(old, one), _said(new, other)
        yield Change(
            FLOWS, CHANGED, other.id, f"{was[0]}的流转改为{now[0]}", f"The way {was[1]} now leads {now[1]}", "ends",
            [one.source, one.target], [other.source, other.target], _follows(old, new, one, other),
        )  # fmt: skip
    zh, en = _said(new, other)
    if one.condition != other.condition:
        before, after = one.condition or "无", other.condition or "无"
        yield Change(
            FLOWS, CHANGED, other.id, f"{zh}的流转条件由 {before} 改为 {after}",
            f"The condition of the way {en} goes from {one.condition or 'none'} to {other.condition or 'none'}",
            "condition", one.condition, other.condition,
        )  # fmt: skip
    if one.default != other.default:
        words = (f"{zh}成为默认流转", f"The way {en} is now taken when no other is")
        if not other.default:
            words = (f"{zh}不再是默认流转", f"The way {en} is no longer the default")
        yield Change(FLOWS, CHANGED, other.id, *words, "default", one.default, other.default)


def _change(old: Whole, new: Whole, what: str, flow: Flow, zh: str, en: str) -> Change:
    ends = [flow.source, flow.target]
    before, after = (ends, None) if what == REMOVED else (None, ends)
    one, other = (old, new) if what == REMOVED else (new, old)
    implied = _follows(old, new, flow) or _leads_on(one, other, flow)
    return Change(FLOWS, what, flow.id, zh, en, None, before, after, implied)


def _leads_on(one: Whole, other: Whole, flow: Flow) -> bool:
    """Whether in the other model only nodes that this one does not have lie between its ends."""
    seen, waiting = set[str](), [flow.source]
    while waiting:
        for target in other.targets(waiting.pop()):
            if target == flow.target:
                return True
            if target not in one.elements and target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _follows(old: Whole, new: Whole, *flows: Flow) -> bool:
    """Whether an end of it is itself new or gone: then that was said."""
    ends = {end for flow in flows for end in (flow.source, flow.target)}
    return any((end in old.elements) != (end in new.elements) for end in ends)


def _said(one: Whole, flow: Flow) -> tuple[str, str]:
    source, target = one.named(flow.source), one.named(flow.target)
    return f"从{source[0]}到{target[0]}", f"from {source[1]} to {target[1]}"


def _if(flow: Flow) -> tuple[str, str]:
    return ("", "") if flow.condition is None else (f"（条件 {flow.condition}）", f", taken when {flow.condition}")
