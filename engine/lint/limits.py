"""Limits written as numbers: in the order of their severity, and steps that fit into the limit around them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from engine.diagrams import CheckpointInfo, Element, RuleInfo
from engine.lint.graph import Level
from engine.lint.names import SCOPES
from engine.lint.remarks import REMARK, Fault, Remark

SEVERITY = ("notice", "yellow", "red")

STATUTORY = Fault(
    "limit_statutory",
    "法定期限 {statutory} 短于承诺期限 {amount}",
    "expected a statutory limit no shorter than the promised one of {amount}, found {statutory}",
    "把较短的写作 amount，较长的写作 statutory",
    "amount is the shorter, statutory the longer of the two",
)
OUT_OF_ORDER = Fault(
    "limit_order",
    "{higher} 规则的期限 {later} 不晚于 {lower} 规则 {other} 的 {earlier}，阶梯次序颠倒",
    "the {higher} rule is due at {later}, no later than {earlier} of the {lower} rule {other}: the ladder is out of order",
    "级别越高，期限越晚",
    "the higher the level, the later the limit",
    REMARK,
)
TOO_LONG = Fault(
    "limit_sum",
    "{scope} 的期限是 {whole}，其中最短路径上的环节期限合计 {steps}：环节都不超期，整体也可能超期",
    "the limit of {scope} is {whole}, but the step limits on its shortest way add up to {steps}: no step late, and yet late as a whole",
    "缩短环节期限，或延长整体期限",
    "shorten the limits of the steps, or lengthen the whole",
    REMARK,
)


def check(levels: list[Level]) -> Iterator[Remark]:
    """Remarks on the limits of a process, given its levels; what is not a number proves nothing."""
    for checkpoint in levels[0].diagram.checkpoints.values():
        yield from _ordered(checkpoint)
    for level in levels:
        for host in level.of(*SCOPES):
            inner = next((one for one in levels if one.scope == host.id), None)
            if inner is not None:
                yield from _added_up(level, host, inner)


def _ordered(checkpoint: CheckpointInfo) -> Iterator[Remark]:
    limits = [rule for rule in checkpoint.rules if _amount(rule) is not None]
    for rule in limits:
        amount, statutory = _amount(rule), _number(rule.params.get("statutory", ""))
        if amount is not None and statutory is not None and statutory < amount:
            yield STATUTORY.at(rule.id, rule.line, amount=amount, statutory=statutory)
    for lower in limits:
        for higher in limits:
            if not _comparable(lower, higher) or SEVERITY.index(lower.level) >= SEVERITY.index(higher.level):
                continue
            earlier, later = _amount(lower), _amount(higher)
            if earlier is not None and later is not None and later <= earlier:
                facts = {"higher": higher.level, "lower": lower.level, "other": lower.id}
                yield OUT_OF_ORDER.at(higher.id, higher.line, earlier=earlier, later=later, **facts)


def _comparable(one: RuleInfo, other: RuleInfo) -> bool:
    same = all(one.params.get(name) == other.params.get(name) for name in ("start", "unit"))
    return same and one.level in SEVERITY and other.level in SEVERITY and not (one.ladder or other.ladder)


def _added_up(level: Level, host: Element, inner: Level) -> Iterator[Remark]:
    for whole in _limits(level, host.id):
        if "start" in whole.params:
            continue  # it may have begun before the first step did
        steps = _shortest(inner, whole.params["unit"])
        limit = _amount(whole)
        if steps is not None and limit is not None and steps > limit:
            yield TOO_LONG.at(whole.id, whole.line, scope=host.id, whole=limit, steps=steps)


def _limits(level: Level, host: str) -> Iterator[RuleInfo]:
    """The limits in numbers on an activity."""
    for event in level.boundaries.get(host, ()):
        checkpoint = level.diagram.checkpoints.get(event.checkpoint or "")
        if checkpoint is not None and event.event is not None and event.event.kind == "timer":
            yield from (rule for rule in checkpoint.rules if _amount(rule) is not None and "unit" in rule.params)


def _shortest(level: Level, unit: str) -> Decimal | None:
    """The least sum of step limits in that unit on a way from the start to an end."""
    waiting = [(Decimal(0), start.id) for start in level.of("startEvent")]
    seen: set[str] = set()
    while waiting:
        spent, at = heapq.heappop(waiting)
        if at in seen:
            continue
        seen.add(at)
        if level.nodes[at].tag == "endEvent":
            return spent
        for flow in level.out[at]:
            heapq.heappush(waiting, (spent + _of_step(level, at, unit), flow.target))
        for event in level.boundaries.get(at, ()):
            if event.cancel_activity:  # it takes the case away before the step has used its limit
                heapq.heappush(waiting, (spent, event.id))
    return None


def _of_step(level: Level, node: str, unit: str) -> Decimal:
    amounts = [_amount(rule) or Decimal(0) for rule in _limits(level, node) if rule.params["unit"] == unit]
    return min(amounts, default=Decimal(0))


def _amount(rule: RuleInfo) -> Decimal | None:
    return _number(rule.params.get("amount", "")) if rule.kind == "time_limit" else None


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
