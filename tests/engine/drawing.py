"""Small diagrams for tests, drawn in Python: ``model(flow("s", "a"), ...)``."""

from __future__ import annotations

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jc="urn:jiancha:bpmn:1" targetNamespace="urn:test"'
)


def model(*parts: str, name: str = "p", extra: str = "", checkpoints: str = "", kind: str = "executable") -> bytes:
    """A deployable file with one process."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}>{extra}'
        f'<process id="{name}" name="试" isExecutable="true"><extensionElements>'
        f'<jc:process system="TT" kind="{kind}" titleEn="Test"/>{checkpoints}</extensionElements>'
        f"{''.join(parts)}</process></definitions>"
    ).encode()


def flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*names: str) -> str:
    return "".join(flow(a, b) for a, b in zip(names, names[1:], strict=False))


def start(name: str = "s") -> str:
    return f'<startEvent id="{name}"/>'


def end(name: str = "e") -> str:
    return f'<endEvent id="{name}"/>'


def step(name: str, role: str = "clerk", exclude: str = "", form: str = "") -> str:
    return (
        f'<userTask id="{name}" name="{name}" jc:nameEn="{name}"><extensionElements>'
        f'<jc:step code="{name}" role="{role}" exclude="{exclude}" form="{form}"/>'
        f"</extensionElements></userTask>"
    )


def handler(name: str, calls: str, inputs: str = "", outputs: str = "", tag: str = "serviceTask") -> str:
    given = "".join(f'<jc:input name="{pair.split("=")[0]}">{pair.split("=")[1]}</jc:input>' for pair in inputs.split())
    taken = "".join(f'<jc:output name="{output}"/>' for output in outputs.split())
    return (
        f'<{tag} id="{name}" name="{name}"><extensionElements><jc:handler name="{calls}">'
        f"{given}{taken}</jc:handler></extensionElements></{tag}>"
    )


def rule_check(name: str = "rc") -> str:
    return handler(name, "rule_check", tag="businessRuleTask") + end(f"{name}_end") + flow(name, f"{name}_end")


def gateway(name: str, kind: str = "exclusive", default: str = "") -> str:
    marked = f' default="{default}"' if default else ""
    return f'<{kind}Gateway id="{name}"{marked}/>'


def timer(name: str, host: str, text: str, interrupting: bool = False, ref: str = "") -> str:
    """A boundary timer; ``ref`` makes it a checkpoint's."""
    tag = "timeDuration" if text.startswith("P") else "timeDate"
    inner = f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"
    return _boundary(name, host, inner, interrupting, ref)


def data_checkpoint(name: str, host: str, ref: str, condition: str = "step completed") -> str:
    inner = f"<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"
    return _boundary(name, host, inner, False, ref)


def message(name: str, host: str, message_id: str, interrupting: bool) -> str:
    inner = f'<messageEventDefinition messageRef="{message_id}"/>'
    return _boundary(name, host, inner, interrupting, "")


def _boundary(name: str, host: str, inner: str, interrupting: bool, ref: str) -> str:
    mark = f'<extensionElements><jc:checkpoint ref="{ref}"/></extensionElements>' if ref else ""
    flag = "true" if interrupting else "false"
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{flag}">{mark}{inner}</boundaryEvent>'


def checkpoint(name: str, kind: str = "time_limit", **params: str) -> str:
    given = "".join(f'<jc:param name="{key}">{value}</jc:param>' for key, value in params.items())
    return (
        f'<jc:checkpoint id="{name}" name="{name}" nameEn="{name}"><jc:rule id="{name}.1" kind="{kind}"'
        f' dimension="TIME" level="yellow" basis="测试" confidence="E" message="m" messageEn="m">'
        f"{given}</jc:rule></jc:checkpoint>"
    )


def subprocess(name: str, *parts: str) -> str:
    return f'<subProcess id="{name}" name="{name}">{"".join(parts)}</subProcess>'
