"""What events carry, whom they find, and where cases begin by themselves."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, between

MESSAGE = d.refers("message", "m")
M = d.declared("message", "m")
DUTY = """<extensionElements><jc:case district='"1"' department='"a"'/></extensionElements>"""


def begins(text: str = "P1D", about: str = DUTY, tag: str = "timeDuration", definition: str = "") -> bytes:
    """A process that a timer starts, at ``x``."""
    definition = definition or f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"
    start = f'<startEvent id="x">{about}{definition}</startEvent>'
    return d.model(start, d.step("u"), d.end(), d.chain("x", "u", "e"))


TRIGGERED = d.process("q", f'<startEvent id="x">{MESSAGE}</startEvent>', d.end("qe"), d.flow("x", "qe"))

CASES = (
    Case(
        "a timer receives a payload",
        "payload_place",
        "x",
        between(d.catch("x", d.timed("P1D") + d.receive(a="")), "x"),
    ),
    Case(
        "a signal is for one case",
        "correlation_place",
        "x",
        between(d.throw("x", d.refers("signal", "m") + d.send("a")), "x", extra=d.declared("signal", "m")),
    ),
    Case(
        "a message is kept until soon",
        "keep_duration",
        "x",
        between(d.throw("x", MESSAGE + d.send(keep="soon")), "x", extra=M),
    ),
    Case("a timer starts cases that belong nowhere", "start_case_missing", "x", begins(about="")),
    Case(
        "a case is described where nothing starts one",
        "start_case_place",
        "x",
        begins(about=DUTY, definition=" "),
    ),
    Case("the place of a case is no FEEL", "start_case_feel", "x", begins(about=DUTY.replace('"a"', "a +"))),
    Case("a process begins at a time of its case", "start_timer_text", "x", begins("a + b")),
    Case(
        "a called process waits for a message",
        "called_start",
        "x",
        d.file(between(d.call("c", "q"), "c", extra=M), TRIGGERED),
    ),
)
