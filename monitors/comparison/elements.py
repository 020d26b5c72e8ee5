"""Elements that came, went, were renamed, moved or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.diagrams import Element
from engine.model import Pin
from monitors.comparison.model import ADDED, CHANGED, MOVED, REMOVED, RENAMED, Change
from monitors.comparison.whole import STEPS, Whole, listed

ELEMENTS = "elements"
# Attribute -> its words, and what it is of an element.
_ATTRIBUTES: dict[str, tuple[str, str, Callable[[Element], Any]]] = {
    "nameEn": ("英文名称", "English name", lambda one: one.name_en),
    "type": ("类型", "type", lambda one: one.tag),
    "attachedTo": ("所附元素", "host", lambda one: one.attached_to),
    "role": ("办理角色", "role", lambda one: one.step and one.step.role),
    "code": ("环节编号", "step code", lambda one: one.step and one.step.code),
    "form": ("表单", "form", lambda one: one.step and one.step.form),
    "exclude": ("须回避的步骤", "steps whose doers may not do it", lambda one: one.step and list(one.step.exclude)),
    "handler": ("处理程序", "handler", lambda one: one.handler and one.handler.name),
    "inputs": ("输入", "inputs", lambda one: one.handler and dict(one.handler.inputs)),
    "outputs": ("输出", "outputs", lambda one: one.handler and list(one.handler.outputs)),
    "event": ("事件类型", "kind of event", lambda one: one.event and one.event.kind),
    "condition": ("条件", "condition", lambda one: _condition(one)),
    "reference": ("引用", "reference", lambda one: one.event and one.event.ref),
    "catchUp": ("补触发方式", "catch-up", lambda one: one.event and one.event.catch_up),
    "interrupting": ("是否中断", "interrupting", lambda one: one.cancel_activity and one.interrupting),
    "loop": ("循环", "repetition", lambda one: _loop(one)),
    "called": ("被调用流程", "called process", lambda one: one.called),
}


def element_changes(old: Whole, new: Whole) -> Iterator[Change]:
    """In the order of the new drawing, what went last."""
    one, other = old.diagram, new.diagram
    if one.title != other.title:
        yield Change(
            ELEMENTS, RENAMED, other.process_id, f"流程“{one.title}”改名为“{other.title}”",
            f"The process “{one.title}” is now called “{other.title}”", "name", one.title, other.title,
        )  # fmt: skip
    moved = _moved(old, new)
    for name, node in new.elements.items():
        if name not in old.elements:
            yield _added(old, new, name)
            continue
        yield from _changed(old, new, old.elements[name], node)
        if name in moved:
            yield _moved_to(old, new, name)
    for name in old.elements:
        if name not in new.elements:
            zh, en = old.said(name)
            yield Change(ELEMENTS, REMOVED, name, f"删除{zh}", f"The {en} is gone", implied=_is_aside(old, name))


def version_changes(old: Whole, new: Whole, before: Iterable[Pin], after: Iterable[Pin]) -> Iterator[Change]:
    """Calls that run another version of the same model."""
    was, now = {pin.name: pin.version for pin in before}, {pin.name: pin.version for pin in after}
    for name, node in new.elements.items():
        one = old.elements.get(name)
        called = node.called or ""
        if one is not None and one.called == called and was.get(called, 0) != now.get(called, 0):
            zh, en = new.said(name)
            yield Change(
                ELEMENTS, CHANGED, name, f"{zh}运行{called}的版本由 {was.get(called, '—')} 改为 {now.get(called, '—')}",
                f"The {en} runs version {now.get(called, '—')} of {called} in place of {was.get(called, '—')}",
                "calledVersion", was.get(called), now.get(called),
            )  # fmt: skip


def _is_aside(one: Whole, name: str) -> bool:
    """Gateways, rule tasks and nameless ends follow from what they are there for."""
    node = one.elements[name]
    return node.tag not in STEPS and (not node.name or node.checkpoint is not None)


def _added(old: Whole, new: Whole, name: str) -> Change:
    zh, en = new.said(name)
    node = new.elements[name]
    if node.tag in STEPS:
        before = listed(new, new.steps_before(name, new.elements))
        after = listed(new, new.steps_after(name, new.elements))
        places = [(f"{before[0]}之后", f"after {before[1]}")] if before[0] else []
        places += [(f"{after[0]}之前", f"before {after[1]}")] if after[0] else []
        if places:
            zh += f"，在{'、'.join(place for place, _ in places)}"
            en += f" {' and '.join(place for _, place in places)}"
    return Change(ELEMENTS, ADDED, name, f"新增{zh}", f"There is a new {en}", implied=_is_aside(new, name))


def _changed(old: Whole, new: Whole, one: Element, other: Element) -> Iterator[Change]:
    zh, en = old.said(one.id)
    if one.name != other.name:
        called = new.named(other.id)
        english = f"The {en} is now called {called[1]}"
        if old.named(one.id)[1] == called[1]:
            english = f"The Chinese name of the {en} is now {called[0]}"
        yield Change(
            ELEMENTS, RENAMED, one.id, f"{zh}改名为{called[0]}", english, "name",
            one.name, other.name,
        )  # fmt: skip
    zh, en = new.said(one.id)
    if one.parent != other.parent:
        place = new.said(other.parent) if other.parent is not None else ("流程主干", "the main flow")
        yield Change(
            ELEMENTS, MOVED, one.id, f"{zh}移入{place[0]}", f"The {en} moves into {_the(place[1])}", "parent",
            one.parent, other.parent,
        )  # fmt: skip
    for attribute, (label, label_en, of) in _ATTRIBUTES.items():
        before, after = of(one), of(other)
        if before != after:
            yield Change(
                ELEMENTS, CHANGED, one.id, f"{zh}的{label}由{_shown(before, '无')}改为{_shown(after, '无')}",
                f"The {label_en} of the {en} goes from {_shown(before, 'none')} to {_shown(after, 'none')}",
                attribute, before, after, implied=attribute == "nameEn" and one.name != other.name,
            )  # fmt: skip


def _moved(old: Whole, new: Whole) -> set[str]:
    """The fewest steps that must have changed places for the order of the others to be as it was."""
    common = [name for name in old.behind if name in new.behind]
    turned = {(a, b) for a in common for b in common if old.precedes(a, b) and new.precedes(b, a)}
    found: set[str] = set()
    while turned:
        counts = Counter(name for pair in turned for name in pair)
        most = max(counts.values())
        name = next(one for one in common if counts[one] == most)
        found.add(name)
        turned = {pair for pair in turned if name not in pair}
    return found


def _moved_to(old: Whole, new: Whole, name: str) -> Change:
    zh, en = new.said(name)
    before = new.steps_before(name, new.elements)
    if before:
        place = listed(new, before)
        words = f"{zh}移到{place[0]}之后", f"The {en} now comes after {place[1]}"
    else:
        words = f"{zh}移到最前", f"The {en} now comes first"
    return Change(ELEMENTS, MOVED, name, *words, "order", old.steps_before(name, old.elements), before)


def _condition(one: Element) -> str | None:
    return one.event.text if one.event is not None and one.event.kind == "conditional" else None


def _loop(one: Element) -> dict[str, Any] | None:
    return None if one.loop is None else {name: getattr(one.loop, name) for name in one.loop.__slots__}


def _the(words: str) -> str:
    return words if words.startswith("the ") else f"the {words}"


def _shown(value: Any, none: str) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return none
    if isinstance(value, bool):
        return {"无": ("否", "是"), "none": ("no", "yes")}[none][value]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} = {one}" for name, one in value.items() if one is not None)
    return str(value)
