"""Every expression of a model, translated; one that has no certain meaning becomes a field that the case has to tell.

The field bears the id of what it decides. While nobody writes it, the engine stops there with an incident: a
condition that a machine guessed would decide in silence.
"""

from __future__ import annotations

import re
from typing import Any

from engine.durations import is_iso8601
from engine.importing.notes import Notes
from engine.importing.translating import PLAIN, translate
from engine.importing.trees import document
from engine.importing.work import field
from engine.lint.names import BPMN, FLOW_NODES, local
from engine.lint.remarks import REMARK, Fault

TIMES = {"timeDate": "at", "timeDuration": "after", "timeCycle": "every"}
NUMBERS = {
    "loopCardinality": "count",
    "loopDataInputRef": "items",
    "loopCondition": "again",
    "completionCondition": "done",
}
COUNTERS = re.compile(r"\bnrOf(Completed|Active)?Instances\b")

UNCERTAIN = Fault(
    "import_expression",
    "{what} 不能确定地转换成 FEEL（{reason}）：{text}；现由字段 {field} 决定",
    "{what} has no certain counterpart in FEEL ({reason}): {text}; the field {field} decides now",
    "改写成 FEEL，或由前面的步骤写入 {field}；原文保留在说明（documentation）中",
    "write it in FEEL, or let a step before it enter {field}; the words are kept in the documentation",
    REMARK,
)
MISSING = Fault(
    "import_missing",
    "图上没有写 {what}；现由字段 {field} 决定",
    "the drawing does not say {what}: the field {field} decides",
    "写 FEEL，或由前面的步骤写入 {field}",
    "write it in FEEL, or let a step before it enter {field}",
    REMARK,
)


def rewrite(root: Any, dialect: str, notes: Notes) -> None:
    """All conditions, times and numbers of a file, in FEEL."""
    default = root.attrib.pop("expressionLanguage", "")
    root.attrib.pop("typeLanguage", None)
    wanted = ("conditionExpression", "condition", *TIMES, *NUMBERS)
    for node in list(root.iter(*(f"{BPMN}{name}" for name in wanted))):
        language = node.attrib.pop("language", "") or default
        text = "".join(node.itertext()).strip()
        if not text:
            node.getparent().remove(node)
        elif local(node) not in TIMES or not _is_time(node, text):
            _one(node, text, dialect, language, notes)


def _is_time(node: Any, text: str) -> bool:
    plain = text.removeprefix("=").strip().strip("\"'")
    if not is_iso8601(plain):
        return False
    _put(node, plain)
    return True


def _one(node: Any, text: str, dialect: str, language: str, notes: Notes) -> None:
    found = translate(text, dialect, language if "feel" in language.lower() or dialect == PLAIN else "")
    feel = found.feel
    if local(node) in TIMES and feel:
        feel = _duration(feel)
    if feel is None:
        feel = placeholder(node)
        document(_holder(node), f"{local(node)}: {text}")
        notes.say(UNCERTAIN, node, what=local(node), reason=found.reason, text=_line(text), field=feel)
    _put(node, COUNTERS.sub(lambda match: f"numberOf{match[1] or ''}Instances", feel))


def placeholder(node: Any) -> str:
    """The name of the field that decides instead of an expression."""
    suffix = {**TIMES, **NUMBERS}.get(local(node), "")
    name = field(_holder(node).get("id") or "condition")
    return f"{name}_{suffix}" if suffix else name


def _duration(feel: str) -> str:
    """``duration("PT1H")`` is the text itself."""
    match = re.fullmatch(r'(?:duration\()?"([^"]*)"\)?', feel)
    return match[1] if match and is_iso8601(match[1]) else feel


def _holder(node: Any) -> Any:
    """The flow, event or activity that an expression belongs to."""
    while local(node) not in FLOW_NODES and local(node) != "sequenceFlow" and node.getparent() is not None:
        node = node.getparent()
    return node


def _put(node: Any, text: str) -> None:
    for child in list(node):
        node.remove(child)
    node.text = text


def _line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:197]}…"
