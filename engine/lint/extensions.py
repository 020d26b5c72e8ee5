"""Our own extension elements: a misspelt or misplaced one would be read as if it were not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.lint.names import BPMN, JC, local, namespace, owner
from engine.lint.remarks import Fault, Remark

# Where each may stand: the BPMN elements whose extensionElements may hold it, or the jc element around it.
PLACES = {
    "process": {"process"},
    "step": {"userTask", "manualTask"},
    "handler": {"businessRuleTask", "serviceTask"},
    "decision": {"businessRuleTask"},
    "call": {"callActivity"},
    "checkpoint": {"process", "boundaryEvent"},
    "receive": {"receiveTask", "startEvent", "intermediateCatchEvent", "boundaryEvent"},
    "send": {"sendTask", "intermediateThrowEvent", "endEvent"},
    "case": {"startEvent"},
    "correlation": {"receive", "send"},
    "input": {"handler", "decision", "call", "send"},
    "output": {"handler", "decision", "call", "receive"},
    "rule": {"checkpoint"},
    "param": {"rule"},
}
ATTRIBUTES = {
    "process": {"system", "kind", "titleEn"},
    "step": {"code", "role", "form", "exclude"},
    "handler": {"name"},
    "decision": {"ref", "result"},
    "call": set(),
    "checkpoint": {"id", "name", "nameEn", "ref"},
    "receive": set(),
    "send": {"keep"},
    "case": {"no", "district", "department"},
    "correlation": set(),
    "input": {"name"},
    "output": {"name"},
    "rule": {
        "id",
        "kind",
        "dimension",
        "level",
        "ladder",
        "basis",
        "confidence",
        "message",
        "messageEn",
        "autoCard",
        "dryRun",
    },
    "param": {"name"},
}
# What stands on an element of BPMN's own, by the most general type that may have it.
ON_BPMN = {"BaseElement": {"nameEn"}, "Event": {"catchUp"}}
WITH_TEXT = {"input", "param", "correlation"}
_KNOWN_ON_BPMN = set().union(*ON_BPMN.values())
INSIDE = {"correlation", "input", "output", "rule", "param"}
NAMED = ("input", "output", "param")

UNKNOWN = Fault(
    "extension_unknown",
    "不认识的扩展元素 jc:{tag}",
    "expected one of the extension elements {known}, found jc:{tag}",
)
MISPLACED = Fault(
    "extension_misplaced",
    "jc:{tag} 不能放在 {found} 里",
    "expected jc:{tag} in {expected}, found it in {found}",
    "把它放进正确元素的 extensionElements",
    "put it into the extensionElements of the right element",
)
UNKNOWN_ATTRIBUTE = Fault(
    "extension_attribute",
    "{tag} 没有属性 {name}",
    "expected one of the attributes {known} on {tag}, found {name}",
)
TWICE = Fault(
    "extension_twice",
    "{tag} 在这里出现了 {count} 次，只能有一次",
    "expected {tag} once here, found it {count} times",
)
NO_TIMER = Fault(
    "catch_up_place",
    "catchUp 只能写在定时事件上",
    "expected jc:catchUp on a timer event, found it on something else",
    "删除该属性",
    "remove the attribute",
)
NAMELESS = Fault("extension_nameless", "{tag} 没有 name", "expected a name on {tag}, found none")


def check(tree: Any) -> Iterator[Remark]:
    """Faults of place, spelling and number; what they mean is checked elsewhere."""
    root = tree.getroot()
    for node in root.iter(f"{JC}*"):
        yield from _one(node)
    for node in root.iter(f"{BPMN}*"):
        yield from _attributes(node)
        if node.tag == f"{BPMN}extensionElements":
            yield from _doubles(node)


def _one(node: Any) -> Iterator[Remark]:
    tag = local(node)
    where = (node.get("id") or owner(node), node.sourceline)
    if tag not in PLACES:
        yield UNKNOWN.at(*where, tag=tag, known=", ".join(PLACES))
        return
    found = _place(node)
    if found not in PLACES[tag]:
        yield MISPLACED.at(*where, tag=tag, found=found, expected=", ".join(sorted(PLACES[tag])))
    for name in node.attrib:
        if name not in ATTRIBUTES[tag]:
            known = ", ".join(sorted(ATTRIBUTES[tag]))
            yield UNKNOWN_ATTRIBUTE.at(*where, tag=f"jc:{tag}", name=_shown(name), known=known)
    if tag in NAMED and not node.get("name"):
        yield NAMELESS.at(*where, tag=f"jc:{tag}")
    yield from _doubles(node)


def _attributes(node: Any) -> Iterator[Remark]:
    """Those of ours on an element of BPMN's."""
    where = (owner(node), node.sourceline)
    for name in node.attrib:
        if name == f"{JC}catchUp":
            if node.find(f"{BPMN}timerEventDefinition") is None:
                yield NO_TIMER.at(*where)
        elif name.startswith(JC) and name.removeprefix(JC) not in _KNOWN_ON_BPMN:
            known = ", ".join(f"jc:{one}" for one in sorted(_KNOWN_ON_BPMN))
            yield UNKNOWN_ATTRIBUTE.at(*where, tag=local(node), name=_shown(name), known=known)


def _place(node: Any) -> str:
    parent = node.getparent()
    if parent is None:
        return "nothing"
    if local(node) in INSIDE:
        return local(parent) if parent.tag.startswith(JC) else f"bpmn:{local(parent)}"
    if parent.tag != f"{BPMN}extensionElements":
        return f"{local(parent)} (not its extensionElements)"
    return local(parent.getparent())


def _doubles(box: Any) -> Iterator[Remark]:
    """Two steps on one task, two parameters of one name; only a process holds several checkpoints."""
    several = box.getparent() is not None and local(box.getparent()) == "process"
    found: Counter[str] = Counter()
    for node in box.iterchildren(f"{JC}*"):
        tag = local(node)
        if tag in NAMED:
            found[f"jc:{tag} {node.get('name', '')}"] += 1
        elif tag != "rule" and not (several and tag == "checkpoint"):
            found[f"jc:{tag}"] += 1
    for tag, count in found.items():
        if count > 1:
            yield TWICE.at(box.get("id") or owner(box), box.sourceline, tag=tag, count=count)


def _shown(name: str) -> str:
    return f"jc:{name.rpartition('}')[2]}" if namespace(name) else name
