"""Which elements run: everything else is refused by name, or said to have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint import table
from engine.lint.names import BPMN, DRAWING_URIS, EVENTS, JC, SCOPES, kind_of, local, namespace, owner
from engine.lint.remarks import REMARK, Fault, Remark

REFUSED = Fault(
    "element_refused",
    "{tag} 不运行：{note_zh}",
    "{tag} is not run: {note_en}",
)
NO_EFFECT = Fault(
    "element_ignored",
    "{tag} 没有作用：{note_zh}",
    "{tag} has no effect: {note_en}",
    severity=REMARK,
)
FOREIGN = Fault(
    "foreign_ignored",
    "其他产品的扩展没有作用：{names}",
    "extensions of other products have no effect: {names}",
    severity=REMARK,
)


def check(tree: Any) -> Iterator[Remark]:
    """The verdict on every element of the file, the drawing excepted."""
    root = tree.getroot()
    yield from _foreign(root)
    yield from _below(root)


def _below(parent: Any) -> Iterator[Remark]:
    waiting = [iter(parent)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag.startswith(BPMN):
            yield from _one(node)
            if _goes_down(node):
                waiting.append(iter(node))


def _goes_down(node: Any) -> bool:
    """Below what has no effect, nothing more is said; a refused sub-process is looked into."""
    if local(node) in SCOPES or local(node) in EVENTS or local(node).endswith("EventDefinition"):
        return True
    found = table.verdict(local(node)).verdict
    return found in (table.RUNS, table.DRAWN) and local(node) != "extensionElements"


def _one(node: Any) -> Iterator[Remark]:
    yield from _foreign(node)
    tag, verdict = _verdict(node)
    fault = {table.REFUSED: REFUSED, table.IGNORED: NO_EFFECT}.get(verdict.verdict)
    if fault:
        yield fault.at(owner(node), node.sourceline, tag=tag, note_zh=verdict.note_zh, note_en=verdict.note_en)


def _verdict(node: Any) -> tuple[str, table.Verdict]:
    """The name to show and the verdict; an event's depends on what it waits for."""
    tag = kind_of(node)
    if tag in EVENTS:
        kind = event_kind(node)
        return (tag if kind == "none" else f"{tag} + {kind}"), table.event_verdict(tag, kind)
    if tag == "timeCycle" and _begins_cases(node):
        return tag, table.Verdict(table.DRAWN)
    if tag.endswith("EventDefinition"):
        inside = local(node.getparent()) in EVENTS
        return tag, table.Verdict(table.DRAWN) if inside else table.Verdict(table.IGNORED, "只画出", "drawn only")
    if tag == "participant" and not node.get("processRef"):
        return tag, table.Verdict(table.IGNORED, "没有流程的泳池只画出", "a pool without a process is drawn only")
    return tag, table.verdict(tag)


def _begins_cases(time: Any) -> bool:
    """Whether it is the time of a start event of a process."""
    event = time.getparent().getparent()
    return event is not None and local(event) == "startEvent" and local(event.getparent()) == "process"


def event_kind(event: Any) -> str:
    """``none``, the kind of its one definition, or ``multiple``: also where one lies deeper, where others look for it."""
    found = [node for node in event.iter(f"{BPMN}*") if local(node).endswith("EventDefinition")]
    elsewhere = event.find(f"{BPMN}eventDefinitionRef") is not None
    if len(found) > 1 or elsewhere or any(node.getparent() is not event for node in found):
        return "multiple"
    return local(found[0]).removesuffix("EventDefinition") if found else "none"


def _foreign(node: Any) -> Iterator[Remark]:
    """One remark for all the elements and attributes of other namespaces on a node."""
    below = [*node, *(child for box in node.iterfind(f"{BPMN}extensionElements") for child in box)]
    names = [_shown(child, child.tag) for child in below if _is_foreign(child.tag)]
    names += [_shown(node, name) for name in node.attrib if _is_foreign(name)]
    if names and local(node) != "extensionElements":
        yield FOREIGN.at(owner(node), node.sourceline, names=", ".join(sorted(set(names))))


def _is_foreign(name: str) -> bool:
    uri = namespace(name)
    return bool(uri) and not name.startswith((BPMN, JC)) and uri not in DRAWING_URIS


def _shown(node: Any, name: str) -> str:
    """``prefix:name`` as the file writes it."""
    uri, _, plain = name[1:].partition("}")
    prefix = next((prefix for prefix, known in node.nsmap.items() if known == uri and prefix), None)
    return f"{prefix or uri}:{plain}"
