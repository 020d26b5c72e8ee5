"""Faults of flows, paths, events and expressions."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, between, changed, straight

MESSAGE = '<message id="m" name="paid"/>'
CATCH = '<intermediateCatchEvent id="x">{}</intermediateCatchEvent>'
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"


def choice(first: str, second: str, default: str = "") -> bytes:
    """A gateway g that leads to two ends by flows with these conditions."""
    return d.model(
        *(d.start(), d.gateway("g", default=default), d.end("a"), d.end("b")),
        *(d.flow("s", "g"), d.flow("g", "a", first), d.flow("g", "b", second)),
    )


def waits(text: str) -> bytes:
    return between(CATCH.format(TIMER.format(text)), "x")


def caught_up(element: str, policy: str) -> bytes:
    """A step with a boundary timer, and on one of the two what becomes of missed timers."""
    drawn = straight(d.timer("t", "u", "PT2H"), d.end("late"), d.flow("t", "late"))
    return changed(drawn, f'id="{element}"', f'id="{element}" jc:catchUp="{policy}"')


def split_merged_by(kind: str) -> bytes:
    """A parallel split into two steps that meet in a gateway of this kind."""
    return d.model(
        *(d.start(), d.gateway("g", "parallel"), d.step("a"), d.step("b"), d.gateway("m", kind), d.end()),
        *(d.chain("s", "g", "a", "m", "e"), d.flow("g", "b"), d.flow("b", "m")),
    )


def loop_through(node: str) -> bytes:
    """start -> m -> x -> back to m, or on to the end."""
    return d.model(
        *(d.start(), d.gateway("m"), node, d.gateway("g", default="f_g_e"), d.end()),
        *(d.chain("s", "m", "x", "g", "e"), d.flow("g", "m", "again")),
    )


NESTED = 11
DEEP = "".join(f'<subProcess id="d{n}">' for n in range(NESTED)) + "</subProcess>" * NESTED
EVENT_GATEWAY = d.gateway("x", "eventBased")

CASES = (
    Case("a flow leads nowhere", "flow_end_missing", "x", straight('<sequenceFlow id="x" sourceRef="u"/>')),
    Case(
        "a flow leads to an unknown node",
        "flow_end_unknown",
        "f_u_ghost",
        straight(d.flow("u", "ghost")),
    ),
    Case(
        "a flow crosses the border of a sub-process",
        "flow_end_unknown",
        "f_u_i",
        straight(d.subprocess("x", d.step("i")), d.flow("u", "i")),
    ),
    Case("a choice has no condition", "condition_missing", "f_g_b", choice("ok", "")),
    Case(
        "a condition stands behind a task",
        "condition_misplaced",
        "f_u_e",
        straight(flows=d.flow("s", "u") + d.flow("u", "e", "ok")),
    ),
    Case("a default flow has a condition", "default_condition", "f_g_b", choice("ok", "not(ok)", "f_g_b")),
    Case("two flows leave a task", "several_outgoing", "u", straight(d.end("b"), d.flow("u", "b"))),
    Case("a flow leads into the start", "flow_into_start", "s", straight(d.flow("u", "s"))),
    Case("a flow leaves an end", "flow_out_of_end", "e", straight(d.flow("e", "u"))),
    Case(
        "an event gateway leads to a task",
        "event_gateway_target",
        "x",
        between(EVENT_GATEWAY, "x", d.step("a"), d.flow("x", "a")),
    ),
    Case("an event gateway has one way out", "event_gateway_single", "x", between(EVENT_GATEWAY, "x")),
    Case("there is no start", "no_start", "p", d.model(d.step("u"), d.end(), d.chain("u", "e"))),
    Case("there are two starts", "several_starts", "t", straight(d.start("t"), d.flow("t", "u"))),
    Case("a sub-process has no start", "no_start", "x", between(d.subprocess("x", d.end("i")), "x")),
    Case("there is no end", "no_end", "p", d.model(d.start(), d.step("u"), d.chain("s", "u"))),
    Case("a step is never reached", "unreachable", "b", straight(d.step("b"), d.flow("b", "e"))),
    Case("a step leads nowhere", "dead_end", "u", straight(flows=d.flow("s", "u"))),
    Case("a boundary event leads nowhere", "dead_end", "t", straight(d.timer("t", "u", "PT2H"))),
    Case("a level is too large", "too_many_nodes", "p", straight(*(d.step(f"n{n}") for n in range(301)))),
    Case(
        "a level has too many flows",
        "too_many_flows",
        "p",
        straight(*(d.flow(f"n{n}", "u") for n in range(1001))),
    ),
    Case(
        "a file is too large",
        "too_many_elements",
        "p",
        straight(*(d.flow(f"n{n}", "u") for n in range(5001))),
    ),
    Case("sub-processes are nested too deep", "too_deep", f"d{NESTED - 1}", straight(DEEP)),
    Case("a loop never waits", "endless_loop", "m", loop_through(d.handler("x", "issue"))),
    Case(
        "a loop passes a sub-process that does not wait",
        "endless_loop",
        "m",
        loop_through(d.subprocess("x", d.start("i"), d.handler("j", "issue"), d.end("k"), d.chain("i", "j", "k"))),
    ),
    Case("parallel branches meet without waiting", "parallel_merge", "m", split_merged_by("exclusive")),
    Case(
        "an event that does not interrupt joins the way of its host",
        "event_merge",
        "b",
        d.model(
            *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
            *(d.boundary("t", "a", d.timed("PT1H"), interrupting=False), d.flow("t", "b")),
        ),
    ),
    Case("a timer has no time", "timer_without_time", "x", between(CATCH.format("<timerEventDefinition/>"), "x")),
    Case("a date holds a duration", "timer_kind", "x", changed(waits("PT2H"), "timeDuration>", "timeDate>")),
    Case("a timer repeats", "timer_repeated", "x", waits("R3/PT1H")),
    Case(
        "what the flow waits for once is a cycle",
        "timer_once",
        "x",
        changed(waits("R3/PT1H"), "timeDuration>", "timeCycle>"),
    ),
    Case("a user task has a policy for missed timers", "catch_up_place", "u", caught_up("u", "skip")),
    Case("missed timers have an unknown policy", "catch_up_policy", "t", caught_up("t", "twice")),
    Case("what fires once is to be coalesced", "catch_up_once", "t", caught_up("t", "coalesced")),
    Case(
        "a timer that the flow waits for may be skipped",
        "catch_up_wait",
        "x",
        changed(waits("PT2H"), 'id="x"', 'id="x" jc:catchUp="skip"'),
    ),
    Case("a time stands in quotes", "timer_quoted", "x", waits('"PT1H"')),
    Case("a time can never come", "timer_unfit", "x", waits("P101Y")),
    Case(
        "a message is not declared",
        "message_missing",
        "t",
        straight(d.message("t", "u", "ghost", True), d.flow("t", "e")),
    ),
    Case("a receive task waits for nothing", "message_missing", "x", between('<receiveTask id="x"/>', "x")),
    Case("a boundary event hangs on nothing", "boundary_host", "t", straight(d.timer("t", "ghost", "P1D"))),
    Case(
        "a boundary event hangs on what never waits",
        "boundary_never",
        "t",
        between(d.handler("x", "issue"), "x", d.timer("t", "x", "P1D"), d.flow("t", "e")),
    ),
    Case("a condition is no FEEL", "feel_syntax", "f_g_a", choice("ok &amp;&amp; yes", "no")),
    Case("a condition is of another language", "feel_syntax", "f_g_a", choice("${ok}", "no")),
    Case("a timer is no FEEL", "feel_syntax", "x", waits("5 days")),
    Case("a condition calls an unknown function", "feel_function", "f_g_a", choice("lucky(day)", "no")),
    Case(
        "an input is empty",
        "feel_empty",
        "x",
        changed(between(d.handler("x", "issue", inputs="a=1"), "x"), ">1<", "><"),
    ),
    Case(
        "a condition says it is JavaScript",
        "other_language",
        "f_g_a",
        changed(choice("ok", "no"), "<conditionExpression>ok", '<conditionExpression language="javascript">ok'),
    ),
)
