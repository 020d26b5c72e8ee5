"""The constructs of random models by name, and which of them the engine's profile runs today."""

from __future__ import annotations

from engine.profile import check
from tests.engine import drawing as d

KINDS = ("timer", "message", "signal", "conditional", "error", "escalation")
GATEWAYS = ("exclusive gateway", "parallel gateway", "inclusive gateway", "event gateway", "cycle")
ACTIVITIES = ("sub-process", "call activity", "standard loop", "parallel instances", "sequential instances")
BOUNDARIES = tuple(f"boundary {kind}" for kind in KINDS)
HANDLERS = tuple(f"event sub-process {kind}" for kind in KINDS)
CATCHES = ("timer event", "message event", "signal event", "conditional event", "receive task")
SENDS = ("message throw", "message end", "send task")
THROWS = (
    *SENDS,
    "signal throw",
    "signal end",
    "escalation throw",
    "escalation end",
    "error end",
    "terminate end",
    "link",
)
ENTRIES = ("message start", "signal start")

OUTER = (*GATEWAYS, *ACTIVITIES, *BOUNDARIES, *HANDLERS)
INNER = (*OUTER, "user task", "service task", "plain task", *CATCHES, *THROWS)
# What stands in nothing else: how often a timer goes off, and where a case begins.
CONSTRUCTS = (*INNER, "timer cycle", *ENTRIES)


def family(construct: str) -> str:
    """Events at a border are one family in pairs, event sub-processes another."""
    return next((name for name in ("boundary", "event sub-process") if construct.startswith(name)), construct)


def running() -> frozenset[str]:
    """The constructs that the profile runs: those whose smallest model it does not refuse."""
    return frozenset(name for name, xml in smallest().items() if not check(xml).errors)


def smallest() -> dict[str, bytes]:
    """A model of each construct with little else in it."""
    return {name: _model(parts) for name, parts in {**_FLOW, **_activities(), **_events()}.items()}


_EXTRA = (
    '<message id="m" name="m"/><message id="n" name="n"/><signal id="s1" name="s1"/>'
    '<error id="x1" name="x1" errorCode="x1"/><escalation id="y1" name="y1" escalationCode="y1"/>'
)
_TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
_DEFINITIONS = {
    "timer": _TIMER,
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="s1"/>',
    "conditional": d.condition("x &gt; 1"),
    "error": '<errorEventDefinition errorRef="x1"/>',
    "escalation": '<escalationEventDefinition escalationRef="y1"/>',
}
_CALLED = (
    '</process><process id="q" isExecutable="true"><startEvent id="sq"/>'
    + d.step("aq") + '<endEvent id="eq"/>' + d.chain("sq", "aq", "eq")
)  # fmt: skip
_CARDINALITY = "<loopCardinality>2</loopCardinality>"
_MARKERS = {
    "standard loop": "<standardLoopCharacteristics><loopCondition>x = 1</loopCondition></standardLoopCharacteristics>",
    "parallel instances": f"<multiInstanceLoopCharacteristics>{_CARDINALITY}</multiInstanceLoopCharacteristics>",
    "sequential instances": '<multiInstanceLoopCharacteristics isSequential="true">'
    f"{_CARDINALITY}</multiInstanceLoopCharacteristics>",
}


def _model(parts: str) -> bytes:
    return d.model(d.start(), parts, extra=_EXTRA)


def _catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def _throw(name: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>'


def _row(*nodes: tuple[str, str]) -> str:
    """Nodes between start and end; a node is its id and its XML."""
    return "".join(xml for _, xml in nodes) + d.end() + d.chain("s", *(name for name, _ in nodes), "e")


def _split(kind: str, default: str = "", first: str = "") -> str:
    nodes = d.gateway("g", kind, default) + d.gateway("j", kind) + d.step("a") + d.step("b") + d.end()
    return nodes + d.chain("s", "g", "b", "j", "e") + d.flow("g", "a", first) + d.flow("a", "j")


_FLOW = {
    "exclusive gateway": _split("exclusive", "f_g_b", "x = 1"),
    "parallel gateway": _split("parallel"),
    "inclusive gateway": _split("inclusive", "f_g_b", "x = 1"),
    "event gateway": d.gateway("g", "eventBased") + _catch("c1", _TIMER) + _catch("c2", _DEFINITIONS["message"])
    + d.end() + d.chain("s", "g", "c1", "e") + d.chain("g", "c2", "e"),
    "cycle": d.gateway("k") + d.step("a") + d.gateway("g", default="f_g_e") + d.end()
    + d.chain("s", "k", "a", "g", "e") + d.flow("g", "k", "x = 1"),
    "user task": _row(("a", d.step("a"))),
    "service task": _row(("a", d.handler("a", "issue"))),
    "plain task": _row(("a", '<task id="a"/>')),
    "send task": _row(("a", '<sendTask id="a" messageRef="m"/>')),
    "message throw": _row(("o", _throw("o", _DEFINITIONS["message"]))),
    "message end": f'<endEvent id="e">{_DEFINITIONS["message"]}</endEvent>' + d.chain("s", "e"),
    **{f"{kind} start": _row() + f'<startEvent id="s2">{_DEFINITIONS[kind]}</startEvent>' + d.chain("s2", "e")
       for kind in ("message", "signal")},
    "receive task": _row(("a", '<receiveTask id="a" messageRef="m"/>')),
    **{f"{kind} event": _row(("c", _catch("c", _DEFINITIONS[kind]))) for kind in ("timer", "message", "signal", "conditional")},
    "link": _throw("l1", '<linkEventDefinition name="l"/>') + _catch("l2", '<linkEventDefinition name="l"/>')
    + d.end() + d.chain("s", "l1") + d.chain("l2", "e"),
    "terminate end": d.step("a") + '<endEvent id="e"><terminateEventDefinition/></endEvent>' + d.chain("s", "a", "e"),
    "timer cycle": _row(("a", d.step("a"))) + d.end("e2") + d.flow("v", "e2")
    + d.timer("v", "a", "R2/P1D").replace("timeDate", "timeCycle"),
}  # fmt: skip


def _activities() -> dict[str, str]:
    inner = d.start("si") + d.step("ai") + d.end("ei") + d.chain("si", "ai", "ei")
    plain = {
        "sub-process": _row(("a", d.subprocess("a", inner))),
        "call activity": _row(("a", '<callActivity id="a" name="a" calledElement="q"/>')) + _CALLED,
    }
    several = {name: _row(("a", d.step("a").replace("</user", f"{xml}</user"))) for name, xml in _MARKERS.items()}
    return plain | several


def _inside(kind: str, thrown: str) -> str:
    """The flow of a sub-process that throws what its border or its event sub-process waits for."""
    if thrown == "throw":
        nodes = d.step("ai") + _throw("o", _DEFINITIONS[kind]) + d.end("ei") + d.chain("ai", "o", "ei")
    elif thrown == "end":
        nodes = d.step("ai") + f'<endEvent id="ei">{_DEFINITIONS[kind]}</endEvent>' + d.chain("ai", "ei")
    else:
        nodes = d.step("ai") + d.end("ei") + d.chain("ai", "ei")
    return d.start("si") + nodes + d.chain("si", "ai")


def _events() -> dict[str, str]:
    found = {"signal throw": _row(("o", _throw("o", _DEFINITIONS["signal"])))}
    found["signal end"] = f'<endEvent id="e">{_DEFINITIONS["signal"]}</endEvent>' + d.chain("s", "e")
    for kind in KINDS:
        thrown = "end" if kind in ("error", "escalation") else ""
        found[f"boundary {kind}"] = _bordered(kind, thrown)
        start = f'<startEvent id="sz">{_DEFINITIONS[kind]}</startEvent>'
        handler = start + d.step("az") + d.end("ez") + d.chain("sz", "az", "ez")
        beside = f'<subProcess id="z" triggeredByEvent="true">{handler}</subProcess>'
        found[f"event sub-process {kind}"] = _row(("u", d.subprocess("u", _inside(kind, thrown), beside)))
    found |= {f"escalation {thrown}": _bordered("escalation", thrown) for thrown in ("throw", "end")}
    return found | {"error end": _bordered("error", "end")}


def _bordered(kind: str, thrown: str) -> str:
    event = f'<boundaryEvent id="v" attachedToRef="u">{_DEFINITIONS[kind]}</boundaryEvent>'
    return _row(("u", d.subprocess("u", _inside(kind, thrown)))) + event + d.end("e2") + d.flow("v", "e2")
