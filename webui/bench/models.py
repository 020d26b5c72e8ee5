"""The diagrams that are measured, and the data their cases carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

STEPS = 5
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jc="urn:jiancha:bpmn:1" targetNamespace="urn:bench"'
)
PAYLOAD: dict[str, Any] = {f"field_{number}": "x" * 38 for number in range(20)}  # 1.0 KB as JSON
ENTRY: dict[str, Any] = {"result": "approve", "comment": "looks fine to me " * 6}  # 0.15 KB


def sequence() -> bytes:
    """start -> five steps, each with a timer and a rule task behind it -> end."""
    steps = [f"t{number}" for number in range(STEPS)]
    return _model("sequence", *_chain(["s", *steps, "e"]), *(_step(name) + _timer(name, "P30D") for name in steps))


def loop() -> bytes:
    """start -> a step with a timer -> the same step again, or the end."""
    return _model(
        "loop",
        '<exclusiveGateway id="g" default="g_e"/>',
        *(_step("t"), _timer("t", "P30D")),
        *(_flow("s", "t"), _flow("t", "g"), _flow("g", "t", "again"), _flow("g", "e")),
    )


def supervised() -> bytes:
    """The sequence with a checkpoint on each step: a limit that ends at the instant in the case's data."""
    steps = [f"t{number}" for number in range(STEPS)]
    rule = (
        '<jc:checkpoint id="BN-01" name="限" nameEn="Limit"><jc:rule id="BN-01.1" kind="time_limit" dimension="TIME"'
        ' level="yellow" basis="试" confidence="E" message="超期" messageEn="Late"><jc:param name="until">until'
        '</jc:param><jc:param name="granularity">"instant"</jc:param></jc:rule></jc:checkpoint>'
    )
    hung = '<extensionElements><jc:checkpoint ref="BN-01"/></extensionElements>'
    hosts = (_step(name) + _timer(name, "checkpoint", hung) for name in steps)
    return _model("supervised", *_chain(["s", *steps, "e"]), *hosts, checkpoints=rule)


def _model(name: str, *parts: str, checkpoints: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}><process id="{name}" name="试"'
        f' isExecutable="true"><extensionElements><jc:process system="BN" kind="executable" titleEn="Bench"/>'
        f'{checkpoints}</extensionElements><startEvent id="s"/><endEvent id="e"/>{"".join(parts)}'
        "</process></definitions>"
    ).encode()


def _step(name: str) -> str:
    return (
        f'<userTask id="{name}" name="{name}" jc:nameEn="{name}"><extensionElements>'
        f'<jc:step code="{name}" role="clerk"/></extensionElements></userTask>'
    )


def _timer(host: str, text: str, checkpoint: str = "") -> str:
    tag = "timeDuration" if text.startswith("P") else "timeDate"
    handler = '<extensionElements><jc:handler name="rule_check"/></extensionElements>'
    return (
        f'<boundaryEvent id="b_{host}" attachedToRef="{host}" cancelActivity="false">{checkpoint}'
        f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition></boundaryEvent>"
        f'<businessRuleTask id="c_{host}" name="c">{handler}</businessRuleTask><endEvent id="e_{host}"/>'
        f"{_flow(f'b_{host}', f'c_{host}')}{_flow(f'c_{host}', f'e_{host}')}"
    )


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def _chain(names: Sequence[str]) -> list[str]:
    return [_flow(a, b) for a, b in zip(names, names[1:], strict=False)]
