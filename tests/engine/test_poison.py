"""Cases that cannot go on never slow the others (R11), and a model that exhausts is stopped in time (T3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import Database, Handlers, Runtime
from engine.clock import VirtualClock, cpu_seconds
from engine.errors import EngineError, ModelRefused
from engine.tables import timer
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case
from tests.engine.crowd import GOOD, POISONS, Crowd, campaign

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


def test_poison_of_every_kind_among_good_cases(database: Database) -> None:
    found = campaign(database, good=400, poison=8)
    assert {kind: found.firings[kind] for kind in POISONS} == {"blob": 2, "version": 8, "wrong": 2, "endless": 2}


def test_without_back_off_the_poison_is_met_again_and_again(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: timers of a failed case that stay with the others."""
    crowd = Crowd(sqlite_database, good=4, poison=4)

    def forget(connection: Any, instance_id: str, until: datetime | None) -> None:
        connection.execute(update(timer).where(timer.c.instance_id == instance_id).values(lease_until=None))

    monkeypatch.setattr("engine.timers.hold", forget)
    found = crowd.work_a_day()
    assert all(found.firings[kind] >= 9 for kind in POISONS)


# -- T3: models that exhaust ---------------------------------------------------------------


def waiting(inside: str, *more: str, **extra: str) -> bytes:
    """start -> a -> x -> end: the first step is left, then x does its worst."""
    return d.model(d.start(), d.step("a"), inside, d.end(), d.chain("s", "a", "x", "e"), *more, **extra)


def timed(text: str) -> str:
    tag = "timeCycle" if text.startswith("R") else "timeDuration" if text.startswith("P") else "timeDate"
    return d.catch("x", f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>")


IN_A_CIRCLE = d.model(
    *(d.start(), d.step("a"), d.gateway("x"), timed("PT0S").replace('"x"', '"again"'), d.chain("s", "a", "x", "again")),
    *(d.gateway("g", default="f_g_x"), d.chain("again", "g"), d.flow("g", "e", "stop"), d.flow("g", "x"), d.end()),
)
EXHAUSTING: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a loop that never waits": (waiting(d.loop(d.handler("x", "issue"), "true", maximum="1000")), {}),
    "a loop of loops": (
        waiting(
            d.loop(
                d.subprocess(
                    "x",
                    *(d.start("s1"), d.loop(d.handler("y", "issue"), "true", maximum="1000"), d.end("e1")),
                    d.chain("s1", "y", "e1"),
                ),
                "true",
                maximum="1000",
            )
        ),
        {},
    ),
    "a loop without an end": (waiting(d.loop(d.handler("x", "issue"), "true")), {}),
    "a million instances in the model": (waiting(d.several(d.step("x"), "1000000")), {}),
    "a million instances in the data": (waiting(d.several(d.step("x"), "n")), {"n": 1_000_000}),
    "instances of instances": (
        waiting(
            d.several(
                d.subprocess(
                    "x",
                    *(d.start("s1"), d.several(d.handler("y", "issue"), "n"), d.end("e1"), d.chain("s1", "y", "e1")),
                ),
                "n",
            )
        ),
        {"n": 900},
    ),
    "a process that calls itself": (
        d.file(waiting(d.call("x", "q")), d.process("q", d.start("s1"), d.call("y", "q"), d.chain("s1", "y"))),
        {},
    ),
    "a wait of a thousand million years": (waiting(timed("P99999999999M")), {}),
    "the same from the data": (waiting(timed("duration(long)")), {"long": "P99999999999M"}),
    "a timer that repeats at once": (waiting(timed("R/PT0S")), {}),
    "a round of timers due at once": (IN_A_CIRCLE, {"stop": False}),
    "an expression over a million million": (
        waiting(d.handler("x", "issue", inputs="n=count(for&#160;i&#160;in&#160;1..1000000000000&#160;return&#160;i)")),
        {},
    ),
    "an expression that grows": (
        waiting(
            d.handler(
                "x", "issue", inputs='n=string&#160;join(for&#160;i&#160;in&#160;1..n&#160;return&#160;"aaaaaaaaaa")'
            )
        ),
        {"n": 10_000_000},
    ),
}
SECONDS = 5.0


def exhaust(runtime: Runtime, xml: bytes, data: dict[str, Any]) -> str:
    """What becomes of it: refused, incident, or done within the bounds."""
    try:
        model = runtime.deploy(xml, by="designer")
    except ModelRefused as refused:
        return "refused" if refused.facts["remarks"] else "refused without a reason"
    case = start(runtime, model.name, data)
    try:
        case.do("a", actor=CLERK)
        runtime.tick()
    except EngineError:
        pass
    found = runtime.query.incidents()
    if not found:
        return "done" if case.open_steps == [] else "nothing"
    return "incident" if len(found) == 1 and found[0].element else "incidents without an element"


def start(runtime: Runtime, name: str, data: dict[str, Any], number: int = 0) -> Case:
    outcome = runtime.start(
        name, business_key="C", district_code="d", scope="s", data=data, actor=CLERK, key=f"start:{name}:{number}"
    )
    return Case(runtime, outcome.instance_id)


@pytest.mark.parametrize("what", EXHAUSTING)
def test_a_model_that_exhausts_is_refused_or_an_incident_while_others_go_on(
    sqlite_database: Database, clock: VirtualClock, what: str
) -> None:
    handlers = Handlers()
    handlers.register("issue", lambda call: {})
    runtime = Runtime(sqlite_database, clock, handlers)
    runtime.deploy(GOOD, by="designer")
    others = [start(runtime, "good", {}, number) for number in range(10)]
    begun = cpu_seconds()
    verdict = exhaust(runtime, *EXHAUSTING[what])
    assert (verdict, cpu_seconds() - begun < SECONDS) == (EXPECTED[what], True)
    clock.advance(timedelta(hours=2))
    runtime.tick()
    assert {case.state for case in others} == {"ended"}


EXPECTED = dict.fromkeys(EXHAUSTING, "incident") | dict.fromkeys(
    ("a loop without an end", "a process that calls itself", "a timer that repeats at once"), "refused"
)
EXPECTED["a loop that never waits"] = "done"  # a thousand times
