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


def timer(name: str, host: str, text: str, interrupting: bool = False, ref: str = "", catch_up: str = "") -> str:
    """A boundary timer; ``ref`` makes it a checkpoint's, ``catch_up`` says what becomes of it when it is missed."""
    tag = "timeDuration" if text.startswith("P") else "timeDate"
    inner = f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"
    drawn = _boundary(name, host, inner, interrupting, ref)
    return drawn.replace("<boundaryEvent", f'<boundaryEvent jc:catchUp="{catch_up}"') if catch_up else drawn


def data_checkpoint(name: str, host: str, ref: str, holds: str = "step completed") -> str:
    return _boundary(name, host, condition(holds), False, ref)


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


def several(
    node: str,
    number: str = "",
    *,
    collection: str = "",
    item: str = "",
    until: str = "",
    sequential: bool = False,
    results: str = "",
    result: str = "",
) -> str:
    """The activity, once for each number or item; side by side or one after the other."""
    parts = [
        f"<loopCardinality>{number}</loopCardinality>" if number else "",
        f"<loopDataInputRef>{collection}</loopDataInputRef>" if collection else "",
        f"<loopDataOutputRef>{results}</loopDataOutputRef>" if results else "",
        f'<inputDataItem name="{item}"/>' if item else "",
        f'<outputDataItem name="{result}"/>' if result else "",
        f"<completionCondition>{until}</completionCondition>" if until else "",
    ]
    mark = f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
    return _within(node, f"{mark}{''.join(parts)}</multiInstanceLoopCharacteristics>")


def loop(node: str, condition: str = "", *, maximum: str = "", before: bool = False) -> str:
    """The activity again and again while the condition holds."""
    most = f' loopMaximum="{maximum}"' if maximum else ""
    inner = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    mark = f'<standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>'
    return _within(node, f"{mark}{inner}</standardLoopCharacteristics>")


def _within(node: str, part: str) -> str:
    """``part`` as the last child of the element, whose own end tag is the last of the text."""
    if node.endswith("/>"):
        tag = node[1:].split()[0]
        return f"{node[:-2]}>{part}</{tag}>"
    before, end, after = node.rpartition("</")
    return f"{before}{part}{end}{after}"


def call(name: str, process: str, inputs: str = "", outputs: str = "") -> str:
    """``inputs`` and ``outputs`` are pairs ``name=FEEL`` without blanks."""
    parts = [
        f'<jc:{way} name="{pair.partition("=")[0]}">{pair.partition("=")[2]}</jc:{way}>'
        for way, pairs in (("input", inputs), ("output", outputs))
        for pair in pairs.split()
    ]
    mapped = f"<extensionElements><jc:call>{''.join(parts)}</jc:call></extensionElements>" if parts else ""
    return f'<callActivity id="{name}" name="{name}" calledElement="{process}">{mapped}</callActivity>'


def process(name: str, *parts: str) -> str:
    """A further process of the file."""
    return f'<process id="{name}" isExecutable="true">{"".join(parts)}</process>'


def file(xml: bytes, *processes: str) -> bytes:
    """The model with further processes in its file."""
    return xml.replace(b"</definitions>", "".join(processes).encode() + b"</definitions>")


def catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def receive(correlation: str = "", **outputs: str) -> str:
    """What a catching event takes from what it is sent: fields with their FEEL, or "" for the field of that name."""
    key = f"<jc:correlation>{correlation}</jc:correlation>" if correlation else ""
    taken = "".join(f'<jc:output name="{name}">{text}</jc:output>' for name, text in outputs.items())
    return f"<extensionElements><jc:receive>{key}{taken}</jc:receive></extensionElements>"


def send(correlation: str = "", keep: str = "", **inputs: str) -> str:
    """What a throwing event sends, and to whom."""
    key = f"<jc:correlation>{correlation}</jc:correlation>" if correlation else ""
    given = "".join(f'<jc:input name="{name}">{text}</jc:input>' for name, text in inputs.items())
    kept = f' keep="{keep}"' if keep else ""
    return f"<extensionElements><jc:send{kept}>{key}{given}</jc:send></extensionElements>"


def timed(duration: str) -> str:
    """The definition of an event that waits so long."""
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def throw(name: str, definition: str = "") -> str:
    return f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>'


def over(name: str, definition: str) -> str:
    """An end event that does something."""
    return f'<endEvent id="{name}">{definition}</endEvent>'


def refers(kind: str, ref: str = "") -> str:
    """The definition of an event that refers to a declared message, signal, error or escalation."""
    reference = f' {kind}Ref="{ref}"' if ref else ""
    return f"<{kind}EventDefinition{reference}/>"


def cycle(text: str) -> str:
    """The definition of an event that comes again and again."""
    return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"


def condition(text: str) -> str:
    """The definition of an event that waits until the condition turns true."""
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def declared(kind: str, *names: str) -> str:
    """Declarations for ``extra``: each name is its id, too."""
    return "".join(f'<{kind} id="{name}" name="{name}"/>' for name in names)


def boundary(name: str, host: str, definition: str, interrupting: bool = True) -> str:
    return _boundary(name, host, definition, interrupting, "")


def event_subprocess(name: str, definition: str, *parts: str, interrupting: bool = True) -> str:
    """Its start event is called ``<name>_start``."""
    flag = str(interrupting).lower()
    start = f'<startEvent id="{name}_start" isInterrupting="{flag}">{definition}</startEvent>'
    return f'<subProcess id="{name}" name="{name}" triggeredByEvent="true">{start}{"".join(parts)}</subProcess>'


def subprocess(name: str, *parts: str) -> str:
    return f'<subProcess id="{name}" name="{name}">{"".join(parts)}</subProcess>'
