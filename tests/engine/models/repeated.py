"""Faults of loops, of several instances, and of calls."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, between, changed, straight

CALLED = d.process("q", d.start("qs"), d.step("qu"), d.end("qe"), d.chain("qs", "qu", "qe"))
HANDLER = d.handler("x", "issue")

CASES = (
    Case("a gateway is repeated", "loop_host", "x", between(d.loop(d.gateway("x"), maximum="3"), "x")),
    Case("nobody says how many instances", "instances_missing", "x", between(d.several(d.step("x")), "x")),
    Case(
        "instances are for a number and for a list",
        "instances_missing",
        "x",
        between(d.several(d.step("x"), "3", collection="xs"), "x"),
    ),
    Case(
        "an item comes from no list",
        "item_without_collection",
        "x",
        between(d.several(d.step("x"), "3", item="one"), "x"),
    ),
    Case(
        "a result goes nowhere",
        "result_incomplete",
        "x",
        between(d.several(d.step("x"), "3", result="verdict"), "x"),
    ),
    Case(
        "results of a handler are collected",
        "result_host",
        "x",
        between(d.several(HANDLER, "3", results="all", result="one"), "x"),
    ),
    Case("a loop has no end", "loop_unbounded", "x", between(d.loop(d.step("x")), "x")),
    Case("a loop that never waits has no maximum", "loop_endless", "x", between(d.loop(HANDLER, "again"), "x")),
    Case("a maximum is no number", "loop_maximum", "x", between(d.loop(d.step("x"), maximum="many"), "x")),
    Case("a called process is elsewhere", "call_unknown", "x", between(d.call("x", "elsewhere"), "x")),
    Case("a process calls itself", "call_circle", "p", between(d.call("x", "p"), "x")),
    Case(
        "two processes call each other",
        "call_circle",
        "q",
        d.file(
            between(d.call("x", "q"), "x"),
            d.process("q", d.start("qs"), d.call("back", "p"), d.end("qe"), d.chain("qs", "back", "qe")),
        ),
    ),
    Case(
        "a loop marker stands on the process",
        "element_misplaced",
        "p",
        straight('<standardLoopCharacteristics loopMaximum="3"/>'),
    ),
    Case(
        "a loop is endless because what it calls never waits",
        "loop_endless",
        "x",
        d.file(
            between(d.loop(d.call("x", "q"), "again"), "x"),
            d.process("q", d.start("qs"), d.handler("qh", "issue"), d.end("qe"), d.chain("qs", "qh", "qe")),
        ),
    ),
    Case(
        "an instance throws events on its own",
        "attribute_refused",
        "x",
        changed(
            between(d.several(d.step("x"), "3"), "x"),
            'isSequential="false"',
            'isSequential="false" behavior="One"',
        ),
    ),
)
