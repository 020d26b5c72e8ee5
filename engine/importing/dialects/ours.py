"""What the dialects share: who does a step, with which form, which handler a service calls, and what is only kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from engine.feel import FeelSyntaxError, parse
from engine.importing.notes import Notes
from engine.importing.translating import translate
from engine.importing.trees import bpmn, document, extension
from engine.lint.names import BPMN, JC, kind_of, local
from engine.lint.remarks import REMARK, Fault

PERSONS = ("userTask", "manualTask")
SERVICES = ("serviceTask", "businessRuleTask", "sendTask")

KEPT = Fault(
    "import_kept",
    "{what} 没有对应物，原文保留在说明（documentation）中：{text}",
    "{what} has no counterpart here: it is kept in the documentation: {text}",
    "{advice}",
    "{advice_en}",
    REMARK,
)
DUE = Fault(
    "import_due",
    "任务期限 {text} 没有自动转换",
    "the due date {text} of this task has no effect yet",
    "在该任务上附着定时边界事件，并写 time_limit 规则",
    "attach a timer boundary event to the task, with a time_limit rule",
    REMARK,
)
INPUT = Fault(
    "import_input",
    "处理器的输入 {name} 不能确定地转换：{text}",
    "the input {name} of the handler has no certain counterpart: {text}",
    "用 FEEL 写在 jc:input 中",
    "write it in FEEL as a jc:input",
    REMARK,
)
MAPPING = Fault(
    "import_mapping",
    "调用时的数据映射没有作用：{text}",
    "this mapping of data at a call has no effect: {text}",
    "被调用的流程直接读写案件数据；名称不同的字段须改为同名",
    "a called process reads and writes the case data: give the fields one name",
    REMARK,
)


def take(node: Any, uri: str, *names: str) -> str:
    """Take an attribute of another product off a node: the first that is there and not empty, of several."""
    found = [node.attrib.pop(f"{{{uri}}}{name}", "").strip() for name in names]
    return next((value for value in found if value), "")


def boxes(node: Any, uri: str, tag: str) -> list[Any]:
    """The extension elements of another product on a node, taken off it."""
    found = node.findall(f"{BPMN}extensionElements/{{{uri}}}{tag}")
    for one in found:
        one.getparent().remove(one)
    return list(found)


def form(node: Any, key: str) -> None:
    """The form of a step: the last part of a path such as ``embedded:app:forms/review.html``."""
    name = re.split(r"[:/\\]", key.strip())[-1].rsplit(".", 1)[0]
    if re.fullmatch(r"[\w-]+", name):
        extension(node, "step", form=name)
    if name != key:
        keep_quietly(node, f"表单 form: {key}")


def group(node: Any, names: str) -> None:
    """The group that does a step: the first of a list; ``engine.importing.people`` says which role that is."""
    first = names.split(",")[0].strip()
    if first:
        extension(node, "step", role=first)
    if "," in names:
        keep_quietly(node, f"候选组 candidate groups: {names}")


def keep_quietly(node: Any, text: str) -> None:
    """Keep what a person may want to read and no engine needs."""
    document(node, text)


def keep(node: Any, notes: Notes, what: str, text: str, advice: str = "", advice_en: str = "") -> None:
    """Keep the words of something that has no effect here, and say so."""
    document(node, f"{what}: {text}")
    notes.say(KEPT, node, what=what, text=shortened(text), advice=advice, advice_en=advice_en)


def due(node: Any, notes: Notes, text: str) -> None:
    """A due date is no time limit: what it stands on and what follows from it is not said."""
    if text:
        document(node, f"期限 due: {text}")
        notes.say(DUE, node, text=text)


def handler(node: Any, name: str) -> None:
    """The handler that a service is to call, by a name that nobody has registered yet."""
    plain = re.sub(r"[^\w.:-]+", "_", name.strip().strip("$#{}=")).strip("_") or node.get("id")
    extension(node, "handler", name=plain[:120])


def output(node: Any, name: str) -> None:
    """A field that the handler gives to the case data."""
    if node.tag != f"{BPMN}userTask" and re.fullmatch(r"[^\W\d]\w*", name):
        _once(extension(node, "handler"), "output", name)


def inputs(node: Any, notes: Notes, given: Iterable[tuple[str, str]], dialect: str, *, literal: bool = True) -> None:
    """What the handler is given; ``literal``: a text that is no template stands for itself."""
    for name, text in given:
        text = text.strip()
        if literal and "${" not in text and "#{" not in text:
            feel: str | None = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        else:
            feel = translate(text, dialect).feel
        if feel is None or not feel or not name or not _parses(feel):
            document(node, f"输入 input {name}: {text}")
            notes.say(INPUT, node, name=name, text=shortened(text))
        else:
            _once(extension(node, "handler"), "input", name).text = feel


def instances(node: Any, collection: str, item: str) -> None:
    """The collection of a multi-instance activity and what one instance calls its item."""
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop is None:
        return
    if collection and loop.find(f"{BPMN}loopDataInputRef") is None:
        first = 1 if len(loop) and local(loop[0]) == "loopCardinality" else 0
        bpmn(loop, "loopDataInputRef", at=first, text=collection)
        if item:
            bpmn(loop, "inputDataItem", at=first + 1, id=f"{node.get('id')}_item", name=item)


def mapping(node: Any, notes: Notes, source: str, target: str) -> None:
    """A field handed over at a call: without effect only where it changes its name or is computed."""
    if source != target:
        document(node, f"{target} <- {source}")
        notes.say(MAPPING, node, text=shortened(f"{target} <- {source}"))


def is_service(node: Any) -> bool:
    """Whether a handler may stand on this node, now or when its kind is settled."""
    return kind_of(node) in SERVICES


def shortened(text: str) -> str:
    """A text that fits into one line of a remark."""
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:117]}…"


def _once(box: Any, tag: str, name: str) -> Any:
    for node in box.iterchildren(f"{JC}{tag}"):
        if node.get("name") == name:
            return node
    node = etree.SubElement(box, f"{JC}{tag}")
    node.set("name", name)
    return node


def _parses(feel: str) -> bool:
    try:
        parse(feel)
    except FeelSyntaxError:
        return False
    return True
