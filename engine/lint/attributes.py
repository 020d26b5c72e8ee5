"""Attributes of BPMN elements: an unknown one has no effect, and some values ask for what does not run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint import table
from engine.lint.names import BPMN, EVENTS, FLOW_NODES, local, namespace, owner
from engine.lint.remarks import REMARK, Fault, Remark

# Read by us, or without a meaning to lose.
KNOWN = {
    *(
        "id",
        "name",
        "sourceRef",
        "targetRef",
        "default",
        "attachedToRef",
        "cancelActivity",
        "messageRef",
        "isExecutable",
    ),
    *("gatewayDirection", "processType", "isClosed", "isImmediate", "definitionalCollaborationRef"),
    *("triggeredByEvent", "isInterrupting", "calledElement"),
    *("signalRef", "errorRef", "escalationRef", "isSequential", "loopMaximum", "testBefore"),
}
# The only value that may be written: what happens here anyway.
FIXED = {
    "isForCompensation": ("false", "不支持补偿", "compensation is not run"),
    "startQuantity": ("1", "每次只用一个令牌", "one token starts it"),
    "completionQuantity": ("1", "每次只产生一个令牌", "one token leaves it"),
    "instantiate": ("false", "流程只由开始事件启动", "a process begins at its start event"),
    "parallelMultiple": ("false", "一个事件只能有一个定义", "an event has one definition"),
    "behavior": ("All", "多实例只在全部完成后继续", "instances throw no events"),
    "eventGatewayType": ("Exclusive", "事件网关只能是排他的", "an event gateway is exclusive"),
}
# What is no node of the flow and has attributes that are read.
PARTS = ("process", "sequenceFlow", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
BOOLEANS = frozenset(
    {"isExecutable", "cancelActivity", "triggeredByEvent", "isForCompensation", "instantiate", "parallelMultiple"}
    | {"isInterrupting", "isSequential", "testBefore"}
)

NO_EFFECT = Fault(
    "attribute_ignored",
    "{tag} 的属性 {name} 没有作用",
    "the attribute {name} of this {tag} has no effect",
    severity=REMARK,
)
NOT_RUN = Fault(
    "attribute_refused",
    "{name}={value} 不运行：{note_zh}",
    "{name}={value} is not run: {note_en}",
    "删除该属性",
    "remove the attribute",
)
NOT_BOOLEAN = Fault(
    "not_boolean",
    "{name} 须写 true 或 false，现在是 {value}",
    "expected true or false as {name}, found {value}",
)
OTHER_LANGUAGE = Fault(
    "other_language",
    "表达式语言 {value} 不运行；表达式一律是 FEEL",
    "expected FEEL, found an expression in {value}",
    "改写成 FEEL 并删除 language 属性",
    "write it in FEEL and remove the attribute language",
)


def check(tree: Any) -> Iterator[Remark]:
    """Faults of the attributes without a namespace, on elements that run or might."""
    for node in tree.getroot().iter(f"{BPMN}*"):
        for name, value in node.attrib.items():
            if not namespace(name):
                yield from _one(node, name, value.strip())


def _one(node: Any, name: str, value: str) -> Iterator[Remark]:
    where = (owner(node), node.sourceline)
    fixed = FIXED.get(name)
    if name in BOOLEANS and value not in ("true", "false"):
        yield NOT_BOOLEAN.at(*where, name=name, value=value)
    elif fixed and value != fixed[0]:
        yield NOT_RUN.at(*where, name=name, value=value, note_zh=fixed[1], note_en=fixed[2])
    elif name == "language" and "feel" not in value.lower():
        yield OTHER_LANGUAGE.at(*where, value=value)
    elif _without_effect(node, name, value):
        yield NO_EFFECT.at(*where, tag=local(node), name=name)


def _without_effect(node: Any, name: str, value: str) -> bool:
    """Only where something runs: an element that is refused or ignored has its own remark."""
    if name == "expressionLanguage":
        return "feel" not in value.lower()
    if table.verdict(local(node)).verdict == table.REFUSED and local(node) not in EVENTS:
        return False
    if not is_judged(local(node)):
        return False
    if name in KNOWN or name in FIXED:
        return False
    return not (name == "implementation" and value.startswith("##"))


def is_judged(element: str) -> bool:
    """Whether an attribute of this element may ask for something that happens."""
    return element in FLOW_NODES or element in PARTS or element.endswith("EventDefinition")
