"""What fails while nobody waits for it: timers, looks at checkpoints, and jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import Database, Rung, RungRequest, Runtime
from engine.clock import VirtualClock
from engine.errors import CommandFailed, EvaluationFailed, NotAllowed
from engine.handlers import Call
from engine.tables import job, timer
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, Office, begin
from tests.engine.mishaps import (
    ADMIN,
    ANSWERING,
    ASKING,
    CHOICE,
    HEAD,
    ISSUING,
    LOOKING,
    MORNING,
    TIMED,
    kinds,
    refuse,
    skip,
    the_incident,
)

# -- a timer that fails ----------------------------------------------------------------


@pytest.fixture
def poisoned(runtime: Runtime, office: Office, clock: VirtualClock) -> Case:
    """A case whose due timer fails in the worker."""
    dues = {"yellow": MORNING + timedelta(hours=1), "red": MORNING + timedelta(hours=4)}
    office.rungs = [Rung("TT-01.1", rung, due) for rung, due in dues.items()]
    runtime.handlers.register("rule_check", refuse)
    case = begin(runtime, TIMED)
    clock.advance(timedelta(hours=2))
    assert runtime.tick() == 0
    return case


def test_a_timer_that_fails_is_tried_three_times_more_each_time_later(
    runtime: Runtime, poisoned: Case, clock: VirtualClock
) -> None:
    seen = []
    for _ in range(160):
        one = the_incident(runtime)
        if not seen or seen[-1][0] != one.attempts:
            seen.append((one.attempts, one.state, clock.now() - MORNING - timedelta(hours=2)))
        clock.advance(timedelta(seconds=5))
        runtime.tick()
    assert seen == [
        (1, "waiting", timedelta(0)),
        (2, "waiting", timedelta(seconds=5)),
        (3, "waiting", timedelta(seconds=65)),
        (4, "parked", timedelta(seconds=665)),
    ]


def test_a_timer_that_was_parked_fires_after_a_retry(runtime: Runtime, poisoned: Case, office: Office) -> None:
    runtime.handlers.register("rule_check", lambda call: office.calls.append(call))
    one = runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r")
    assert (one.state, office.firings()) == ("resolved", [("t", "yellow")])
    assert [t.state for t in runtime.query.timers(poisoned.id)] == ["fired", "armed"]


def held(database: Database) -> list[Any]:
    """Who holds each timer that is still to fire."""
    with database.read() as connection:
        return list(connection.execute(select(timer.c.lease_owner).where(timer.c.state == "armed")).scalars())


def test_the_wrong_expression_of_a_timer_is_parked_at_once_and_never_met_again(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    asked = []

    def check(call: Call) -> None:
        asked.append(call)
        raise EvaluationFailed("expected better days", element=call.element)

    office.rungs = [Rung("TT-01.1", "yellow", MORNING + timedelta(hours=1))]
    runtime.handlers.register("rule_check", check)
    begin(runtime, TIMED)
    for _ in range(50):
        clock.advance(timedelta(hours=1))
        runtime.tick()
    assert (len(asked), the_incident(runtime).state, the_incident(runtime).attempts) == (1, "parked", 1)


def test_a_clerk_whose_act_fires_the_timer_closes_its_incident_and_frees_the_others(
    runtime: Runtime, poisoned: Case, office: Office, clock: VirtualClock
) -> None:
    runtime.handlers.register("rule_check", lambda call: office.calls.append(call))
    assert held(runtime.database) == ["incident", "incident"]
    runtime.suspend(poisoned.id, kind="hearing", approver="wang", reason="r", actor=CLERK, key="k")
    assert (runtime.query.incidents(), held(runtime.database)) == ([], [None])
    clock.advance(timedelta(hours=2))
    assert runtime.tick() == 1


def test_a_clerk_cannot_get_past_the_timer_that_fails(runtime: Runtime, poisoned: Case) -> None:
    with pytest.raises(CommandFailed):
        poisoned.do("a")
    assert sorted(one.origin for one in runtime.query.incidents()) == ["person", "timer"]
    assert poisoned.open_steps == ["a"]


def test_two_people_pass_over_the_check_of_a_timer(runtime: Runtime, poisoned: Case) -> None:
    one = skip(runtime, the_incident(runtime))
    assert one.state == "skipped"
    assert [t.state for t in runtime.query.timers(poisoned.id)] == ["fired", "armed"]
    poisoned.do("a")
    assert poisoned.open_steps == ["b"]


def test_a_timer_whose_firing_fails_elsewhere_is_skipped_and_says_so(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    def rungs(request: RungRequest) -> list[Rung]:
        if any(step.element == "x" for step in request.case.steps):
            raise EvaluationFailed("expected a limit for x, found none")
        return [Rung("TT-01.1", "yellow", MORNING + timedelta(hours=1))]

    xml = d.model(
        *(d.start(), d.step("a"), d.step("x"), d.end(), d.end("e2"), d.chain("s", "a", "e"), d.chain("x", "e2")),
        *(d.timer("t", "a", "PT1H", interrupting=True), d.flow("t", "x")),
        *(d.timer("t2", "x", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t2", "rc")),
        checkpoints=d.checkpoint("TT-01", amount="5"),
    )
    runtime.handlers.rungs = rungs
    case = begin(runtime, xml)
    clock.advance(timedelta(hours=2))
    runtime.tick()
    one = the_incident(runtime)
    assert (one.element, one.cause) == ("t2", "expected a limit for x, found none")
    assert skip(runtime, one).state == "skipped"
    assert [t.state for t in runtime.query.timers(case.id)] == ["skipped"]
    assert "timer_skipped" in kinds(runtime, case)
    assert runtime.tick() == 0
    case.do("a")
    assert case.state == "ended"


def test_a_timer_that_the_case_waits_for_alone_is_not_skipped(runtime: Runtime, clock: VirtualClock) -> None:
    xml = d.model(
        *(d.start(), d.step("a"), d.gateway("g"), d.step("b"), d.step("c"), d.end()),
        '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>",
        *(d.chain("s", "a", "wait", "g"), d.flow("g", "b", "amount &gt; 1"), d.flow("g", "c", "amount &lt; 1")),
        *(d.flow("b", "e"), d.flow("c", "e")),
    ).replace(b'<exclusiveGateway id="g"/>', b'<exclusiveGateway id="g" default="f_g_c"/>')
    xml = xml.replace(b"<conditionExpression>amount &lt; 1</conditionExpression>", b"")
    case = begin(runtime, xml)
    case.do("a", amount="much")
    clock.advance(timedelta(hours=2))
    runtime.tick()
    one = the_incident(runtime)
    runtime.propose_skip(one.id, actor=ADMIN, key="p", reason="r")
    with pytest.raises(NotAllowed, match="waits there for this timer alone"):
        runtime.confirm_skip(one.id, actor=HEAD, key="c")
    closed = runtime.retry_incident(one.id, actor=ADMIN, key="r", data={"amount": 5})
    assert (closed.state, case.open_steps) == ("resolved", ["b"])


# -- a look that fails -----------------------------------------------------------------


@pytest.fixture
def unseen(runtime: Runtime) -> Case:
    """A case that has ended although the look at its only step failed."""
    case = begin(runtime, LOOKING)
    case.do("a", sum="six")
    assert case.state == "ended"
    return case


def test_a_look_that_fails_is_an_incident_of_its_own_and_the_step_stands(runtime: Runtime, unseen: Case) -> None:
    one = the_incident(runtime)
    assert (one.origin, one.kind, one.element, one.fields) == ("checkpoint", "look", "cp", {"sum": "six"})


def test_the_look_is_made_up_for_with_corrected_data(runtime: Runtime, unseen: Case, office: Office) -> None:
    one = runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r", data={"sum": 6})
    assert one.state == "resolved"
    (call,) = office.calls
    assert call.firing is not None
    assert (call.firing.element, call.firing.cause, call.firing.host, call.firing.occurrence) == (
        *("cp", "completion", "a", 1),
    )
    assert kinds(runtime, unseen)[-2:] == ["incident_corrected", "looked_again"]


def test_a_look_that_fails_again_is_one_more_attempt(runtime: Runtime, unseen: Case) -> None:
    with pytest.raises(EvaluationFailed):
        runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r")
    assert the_incident(runtime).attempts == 2


def test_two_people_leave_a_look_out(runtime: Runtime, unseen: Case, office: Office) -> None:
    assert skip(runtime, the_incident(runtime)).state == "skipped"
    assert office.calls == []
    assert kinds(runtime, unseen)[-2:] == ["incident_skip_proposed", "incident_skipped"]


# -- a job that fails ------------------------------------------------------------------


@pytest.fixture
def asking(runtime: Runtime, clock: VirtualClock) -> Case:
    """A case that wants another started whose model nobody has deployed, until the worker gave up."""

    def ask(call: Call) -> None:
        instance = call.case.instance
        call.later.start(
            "answering",
            key=instance.id,
            business_key="for C-1",
            district_code=instance.district_code,
            scope=instance.scope,
            data={},
            parent_id=instance.id,
        )

    runtime.handlers.register("ask", ask)
    case = begin(runtime, ASKING)
    for _ in range(10):
        runtime.tick()
        clock.advance(timedelta(minutes=20))
    return case


def job_states(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(job.c.state)).scalars())


def test_a_job_that_fails_is_one_incident_of_its_case(runtime: Runtime, asking: Case) -> None:
    one = the_incident(runtime)
    assert (one.instance_id, one.origin, one.kind) == (asking.id, "job", "start")
    assert (one.state, one.attempts) == ("parked", 4)
    assert job_states(runtime.database) == ["parked"]


def test_a_parked_job_runs_after_a_retry(runtime: Runtime, asking: Case) -> None:
    runtime.deploy(ANSWERING, by="designer")
    assert runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r").state == "resolved"
    assert job_states(runtime.database) == ["done"]
    assert len(runtime.query.instances(definition="answering")) == 1
    assert runtime.tick() == 0


def test_two_people_give_a_job_up(runtime: Runtime, asking: Case, clock: VirtualClock) -> None:
    assert skip(runtime, the_incident(runtime)).state == "skipped"
    assert job_states(runtime.database) == ["skipped"]
    runtime.deploy(ANSWERING, by="designer")
    clock.advance(timedelta(days=1))
    assert runtime.tick() == 0


def test_the_end_of_the_asking_case_leaves_the_job_standing(runtime: Runtime, asking: Case) -> None:
    asking.do("a")
    assert asking.state == "ended"
    assert the_incident(runtime).origin == "job"


def test_a_signal_that_fails_in_one_case_reaches_the_others(runtime: Runtime, clock: VirtualClock) -> None:
    def issue(call: Call) -> dict[str, Any]:
        if call.case.instance.business_key == "C-1":
            raise RuntimeError("out of paper")
        return {}

    bell = d.refers("signal", "bell")
    known = '<signal id="bell" name="bell"/>'
    waiting = d.model(
        *(
            d.start(),
            d.catch("x", bell),
            d.handler("h", "issue"),
            d.step("a"),
            d.end(),
            d.chain("s", "x", "h", "a", "e"),
        ),
        name="waiting",
        extra=known,
    )
    ringing = d.model(
        *(d.start(), d.step("a"), d.throw("t", bell), d.step("b"), d.end(), d.chain("s", "a", "t", "b", "e")),
        name="ringing",
        extra=known,
    )
    runtime.handlers.register("issue", issue)
    runtime.deploy(waiting, by="designer")
    cases = [
        runtime.start(
            "waiting", business_key=f"C-{n}", district_code="d", scope="s", data={}, actor=CLERK, key=f"start{n}"
        ).instance_id
        for n in range(4)
    ]
    begin(runtime, ringing).do("a")
    for _ in range(10):
        runtime.tick()
        clock.advance(timedelta(minutes=20))
    assert [bool(runtime.query.tasks(instance_id=case)) for case in cases] == [True, False, True, True]
    one = the_incident(runtime)
    assert (one.instance_id, one.kind, one.state, one.attempts) == (cases[1], "signal", "parked", 4)
    runtime.handlers.register("issue", lambda call: {})
    assert runtime.retry_incident(one.id, actor=ADMIN, key="r").state == "resolved"
    assert runtime.query.tasks(instance_id=cases[1])


# -- the control -----------------------------------------------------------------------


def test_without_a_fault_there_is_no_incident(runtime: Runtime, clock: VirtualClock, office: Office) -> None:
    good: list[Callable[[], Case]] = [
        lambda: begin(runtime, CHOICE),
        lambda: begin(runtime, ISSUING, applicant="赵"),
    ]
    for start in good:
        case = start()
        case.do("a", amount=1)
        runtime.tick()
    assert runtime.query.incidents(standing=None) == []
