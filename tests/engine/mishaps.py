"""Cases in which something fails, and what people do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine import Actor, Runtime
from engine.handlers import Call
from engine.model import Incident
from tests.engine import drawing as d
from tests.engine.conftest import Case

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
ADMIN = Actor("admin", "管", frozenset({"administrator"}))
HEAD = Actor("head", "主任", frozenset({"office_head"}))
CHOICE = d.model(
    *(d.start(), d.step("a"), d.gateway("g", default="f_g_small"), d.step("big"), d.step("small"), d.end()),
    *(d.chain("s", "a", "g"), d.flow("g", "big", "amount &gt; 100"), d.flow("g", "small")),
    *(d.flow("big", "e"), d.flow("small", "e")),
)
ISSUING = d.model(
    *(d.start(), d.step("a"), d.handler("h", "issue", inputs="to=applicant", outputs="no"), d.step("b"), d.end()),
    d.chain("s", "a", "h", "b", "e"),
)
TIMED = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)
ASKED = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.message("m", "a", "m1", False), d.handler("h", "issue"), d.end("e2"), d.chain("m", "h", "e2")),
    extra='<message id="m1" name="ask"/>',
)
LOOKING = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.data_checkpoint("cp", "a", "TT-02", "step completed and sum &gt; 5"), d.rule_check(), d.flow("cp", "rc")),
    checkpoints=d.checkpoint("TT-02", kind="expression", must="true"),
)
FAILING_AT_START = d.model(
    *(d.start(), d.handler("h", "issue", inputs="to=applicant"), d.step("a"), d.end(), d.chain("s", "h", "a", "e")),
)
ASKING = d.model(d.start(), d.handler("h", "ask"), d.step("a"), d.end(), d.chain("s", "h", "a", "e"), name="asking")
ANSWERING = d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), name="answering")


def the_incident(runtime: Runtime) -> Incident:
    (one,) = runtime.query.incidents()
    return one


def refuse(call: Call) -> dict[str, Any]:
    raise RuntimeError("the printer is out of paper")


def kinds(runtime: Runtime, case: Case) -> list[str]:
    return [entry.kind for entry in runtime.query.journal(case.id)]


def skip(runtime: Runtime, one: Incident) -> Incident:
    runtime.propose_skip(one.id, actor=ADMIN, key=f"p:{one.id}", reason="no printer")
    return runtime.confirm_skip(one.id, actor=HEAD, key=f"c:{one.id}", reason="agreed")
