"""More shapes for the models of this package; what they have in common with others is in ``drawing``."""

from __future__ import annotations

from tests.engine import drawing as d

MESSAGE = '<message id="m" name="paid"/>'
SIGNAL = '<signal id="sig" name="closed"/>'
ERROR = '<error id="err" name="failed" errorCode="F1"/>'
ESCALATION = '<escalation id="esc" name="late" escalationCode="L1"/>'

BY_MESSAGE = '<messageEventDefinition messageRef="m"/>'
BY_SIGNAL = '<signalEventDefinition signalRef="sig"/>'
BY_ERROR = '<errorEventDefinition errorRef="err"/>'
BY_ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
ALL = MESSAGE + SIGNAL + ERROR + ESCALATION


def node(tag: str, name: str, inner: str = "", attributes: str = "") -> str:
    return f'<{tag} id="{name}" {attributes}>{inner}</{tag}>'


def timed(text: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def catch(name: str, inner: str) -> str:
    return node("intermediateCatchEvent", name, inner)


def throw(name: str, inner: str) -> str:
    return node("intermediateThrowEvent", name, inner)


def boundary(name: str, host: str, inner: str, *, interrupting: bool) -> str:
    flag = "true" if interrupting else "false"
    return node("boundaryEvent", name, inner, f'attachedToRef="{host}" cancelActivity="{flag}"')


def between(parts: str, *ids: str, extra: str = "", name: str = "p") -> bytes:
    """start s -> the nodes of these ids -> end e; ``parts`` are the nodes, and whatever else."""
    return d.model(d.start(), parts, d.end(), d.chain("s", *ids, "e"), extra=extra, name=name)


def parallel(*branches: str, parts: str = "", join: bool = True, extra: str = "") -> bytes:
    """s -> fork -> each branch (the id of a node) -> join -> e, or each to an end of its own."""
    flows = d.chain("s", "fork") + "".join(d.chain("fork", one) for one in branches)
    if join:
        flows += "".join(d.chain(one, "join") for one in branches) + d.chain("join", "e")
        ends = d.gateway("join", "parallel") + d.end()
    else:
        flows += "".join(d.chain(one, f"e_{one}") for one in branches)
        ends = "".join(d.end(f"e_{one}") for one in branches)
    return d.model(d.start(), d.gateway("fork", "parallel"), parts, ends, flows, extra=extra)


def event_subprocess(inner: str, *, interrupting: bool, body: str = "") -> str:
    """An event sub-process ``E`` that starts by ``inner``, with the step ``E_u`` in it, or ``body``."""
    flag = "true" if interrupting else "false"
    start = node("startEvent", "E_s", inner, f'isInterrupting="{flag}"')
    step = body or d.step("E_u")
    flows = d.chain("E_s", "E_u", "E_e")
    return node("subProcess", "E", start + step + d.end("E_e") + flows, 'triggeredByEvent="true"')


def quoted(xml: bytes) -> bytes:
    """The model with its times in quotes, as Spiff wants them: a Python expression that yields a string."""
    for kind in (b"timeDate", b"timeDuration", b"timeCycle"):
        xml = xml.replace(b"<%b>" % kind, b'<%b>"' % kind).replace(b"</%b>" % kind, b'"</%b>' % kind)
    return xml


def looped(step: str, *, through: int = 0, beside: str = "") -> bytes:
    """A loop of the step ``u`` with as many idle gateways; it goes on while ``again`` is true."""
    gates = [f"g{number}" for number in range(through)]
    return d.model(
        *(d.start(), d.gateway("m"), step, beside, *map(d.gateway, gates), d.gateway("g", default="f_g_e"), d.end()),
        *(d.chain("s", "m", *gates, "u", "g", "e"), d.flow("g", "m", "again")),
    )
