"""Faults of events that are thrown, of who catches them, and of event sub-processes."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, between, straight

ERROR, ESCALATION = d.declared("error", "bad"), d.declared("escalation", "up")


def inside(end: str, *parts: str, **options: str) -> bytes:
    """A sub-process x that ends with ``end``, named ``xe``."""
    return between(
        d.subprocess("x", d.start("xs"), d.step("xu"), end, d.chain("xs", "xu", "xe")), "x", *parts, **options
    )


def beside(definition: str, *, interrupting: bool = True, extra: str = "") -> bytes:
    """An event sub-process beside the flow."""
    body = (d.step("hu"), d.end("he"), d.chain("h_start", "hu", "he"))
    return straight(d.event_subprocess("h", definition, *body, interrupting=interrupting), extra=extra)


CASES = (
    Case("a signal has no name", "event_reference", "x", between(d.throw("x", d.refers("signal")), "x")),
    Case("an error has no name", "event_reference", "xe", inside(d.over("xe", d.refers("error")))),
    Case(
        "nothing can catch an error",
        "error_uncaught",
        "xe",
        inside(d.over("xe", d.refers("error", "bad")), extra=ERROR),
    ),
    Case(
        "an error is caught under another name",
        "error_uncaught",
        "xe",
        inside(
            d.over("xe", d.refers("error", "bad")),
            d.boundary("b", "x", d.refers("error", "worse")),
            d.end("be"),
            d.flow("b", "be"),
            extra=ERROR + d.declared("error", "worse"),
        ),
    ),
    Case(
        "nobody hears an escalation",
        "escalation_unheard",
        "x",
        between(d.throw("x", d.refers("escalation", "up")), "x", extra=ESCALATION),
    ),
    Case(
        "an error does not interrupt",
        "error_interrupts",
        "b",
        inside(
            d.over("xe", d.refers("error", "bad")),
            d.boundary("b", "x", d.refers("error", "bad"), interrupting=False),
            d.end("be"),
            d.flow("b", "be"),
            extra=ERROR,
        ),
    ),
    Case(
        "an error is caught at a step",
        "boundary_thrown",
        "b",
        straight(d.boundary("b", "u", d.refers("error", "bad")), d.end("be"), d.flow("b", "be"), extra=ERROR),
    ),
    Case("a link has no name", "link_name", "x", straight(d.throw("x", "<linkEventDefinition/>"))),
    Case("a link leads nowhere", "link_target", "x", between(d.throw("x", d.link("far")), "x")),
    Case("a link comes from nowhere", "link_source", "x", between(d.catch("x", d.link("far")), "x")),
    Case(
        "a flow leaves where a link does",
        "link_flow",
        "x",
        between(d.throw("x", d.link("far")), "x", d.catch("y", d.link("far")), d.end("ye"), d.flow("y", "ye")),
    ),
    Case(
        "a process waits for an error to be started",
        "start_event_kind",
        "s2",
        d.model(
            '<startEvent id="s2"><errorEventDefinition errorRef="m"/></startEvent>',
            d.step("u"),
            d.end(),
            d.chain("s2", "u", "e"),
            extra=d.declared("error", "m"),
        ),
    ),
    Case("an event sub-process waits for nothing", "event_sub_process_start", "h_start", beside("")),
)
