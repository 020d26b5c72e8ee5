"""Conditional events: they go off when a condition over the case's data turns true, once each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from engine import Runtime
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed, LimitExceeded, NotAllowed
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, begin
from tests.engine.mishaps import ADMIN, the_incident

LARGE = d.condition("amount &gt; 100")
_keys: Iterator[int] = count()


def told(runtime: Runtime, case: Case, **data: object) -> None:
    """Data become known from outside of the case."""
    runtime.enter(case.id, data=data, actor=CLERK, key=f"{case.id}:told:{next(_keys)}")


def waiting() -> bytes:
    return d.model(d.start(), d.catch("c", LARGE), d.step("z"), d.end(), d.chain("s", "c", "z", "e"))


def at_border(*, interrupting: bool, holds: str = LARGE) -> bytes:
    """The step a, with the event c on its border that leads to the step w."""
    return d.model(
        *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
        *(d.boundary("c", "a", holds, interrupting), d.step("w"), d.end("we"), d.chain("c", "w", "we")),
    )


def listening(*, interrupting: bool) -> bytes:
    beside = (d.step("w"), d.end("we"), d.chain("h_start", "w", "we"))
    return d.model(
        *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
        d.event_subprocess("h", LARGE, *beside, interrupting=interrupting),
    )


# -- when it goes off ------------------------------------------------------------------


def test_a_token_waits_until_the_condition_turns_true(runtime: Runtime) -> None:
    case = begin(runtime, waiting(), amount=1)
    assert (case.state, case.open_steps) == ("open", [])
    assert runtime.query.waiting_for("condition", "c") == [case.id]
    told(runtime, case, amount=2)
    assert case.open_steps == []
    told(runtime, case, amount=200)
    assert case.open_steps == ["z"]
    assert runtime.query.waiting_for("condition", "c") == []


def test_a_condition_that_is_true_on_entry_does_not_wait(runtime: Runtime) -> None:
    assert begin(runtime, waiting(), amount=101).open_steps == ["z"]


def test_what_is_entered_in_the_step_itself_is_seen_before_it_is_left(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=False), amount=1)
    case.do("a", amount=200)
    assert case.open_steps == ["b", "w"]


def test_what_is_entered_in_the_step_itself_may_take_it_away(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=True), amount=1)
    case.do("a", amount=200)
    assert case.open_steps == ["w"]
    assert [step.outcome for step in runtime.query.steps(case.id) if step.element == "a"] == ["cancelled"]
    case.do("w")
    assert case.state == "ended"


def test_it_goes_off_once_each_time_that_the_condition_turns_true(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=False), amount=1)
    for amount in (200, 300, 1, 400):
        told(runtime, case, amount=amount)
    assert case.open_steps == ["a", "w", "w"]


def test_a_condition_behind_a_condition_does_not_wait_where_it_is_true_as_well(runtime: Runtime) -> None:
    one_behind_the_other = d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), d.boundary("c", "a", LARGE, interrupting=False)),
        *(d.catch("k", LARGE), d.step("w"), d.end("we"), d.chain("c", "k", "w", "we")),
    )
    case = begin(runtime, one_behind_the_other, amount=1)
    for round_, amount in enumerate((200, 2, 300), 1):
        told(runtime, case, amount=amount)
        assert case.open_steps.count("w") == (round_ + 1) // 2


def test_an_interrupting_event_withdraws_its_host(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=True), amount=1)
    told(runtime, case, amount=200)
    assert case.open_steps == ["w"]


@pytest.mark.parametrize(("interrupting", "steps"), [(True, ["w"]), (False, ["a", "w"])])
def test_an_event_sub_process_may_begin_with_a_condition(
    runtime: Runtime, interrupting: bool, steps: list[str]
) -> None:
    case = begin(runtime, listening(interrupting=interrupting), amount=1)
    assert case.open_steps == ["a"]
    told(runtime, case, amount=200)
    assert case.open_steps == steps


def test_what_listens_for_a_condition_keeps_no_case_open(runtime: Runtime) -> None:
    case = begin(runtime, listening(interrupting=False), amount=1)
    case.do("a")
    case.do("b")
    assert case.state == "ended"


def test_of_several_events_the_condition_that_turns_true_goes_first(runtime: Runtime) -> None:
    xml = d.model(
        *(d.start(), d.gateway("g", "eventBased"), d.catch("c", LARGE), d.catch("m1", d.refers("message", "m"))),
        *(d.step("x"), d.step("y"), d.end(), d.chain("s", "g", "c", "x", "e"), d.chain("g", "m1", "y", "e")),
        extra=d.declared("message", "m"),
    )
    case = begin(runtime, xml, amount=1)
    told(runtime, case, amount=200)
    assert case.open_steps == ["x"]
    assert runtime.query.waiting_for("message", "m") == []


def test_the_result_of_a_service_is_seen_even_if_the_next_one_takes_it_back(runtime: Runtime) -> None:
    answers = iter([{"amount": 200}, {"amount": 1}])
    runtime.handlers.register("ask", lambda call: next(answers))
    xml = d.model(
        *(d.start(), d.gateway("f", "parallel"), d.step("a"), d.handler("h", "ask", outputs="amount")),
        *(d.handler("k", "ask", outputs="amount"), d.end("he"), d.catch("c", LARGE), d.step("z"), d.end()),
        *(d.chain("s", "f", "a", "h", "k", "he"), d.chain("f", "c", "z", "e")),
    )
    case = begin(runtime, xml, amount=1)
    case.do("a")
    assert case.open_steps == ["z"]


def test_each_instance_of_an_activity_asks_with_its_own_item(runtime: Runtime) -> None:
    body = d.start("i") + d.catch("c", d.condition("limit &gt; item")) + d.step("x") + d.end("k")
    inner = d.subprocess("sub", body, d.chain("i", "c", "x", "k"))
    xml = d.model(d.start(), d.several(inner, collection="items", item="item"), d.end(), d.chain("s", "sub", "e"))
    case = begin(runtime, xml, items=[1, 5, 9], limit=0)
    assert case.open_steps == []
    told(runtime, case, limit=6)
    assert case.open_steps == ["x", "x"]


def test_it_is_looked_at_when_a_timer_or_a_message_brings_the_data(runtime: Runtime, clock: VirtualClock) -> None:
    runtime.handlers.register("count", lambda call: {"amount": 200})
    xml = d.model(
        *(d.start(), d.gateway("f", "parallel"), d.step("a"), d.timer("t", "a", "PT1H"), d.chain("t", "h", "he")),
        *(d.handler("h", "count", outputs="amount"), d.end("he"), d.catch("c", LARGE), d.step("z"), d.end()),
        *(d.chain("s", "f", "a", "e"), d.chain("f", "c", "z", "e2"), d.end("e2")),
    )
    case = begin(runtime, xml, amount=1)
    clock.advance(timedelta(hours=2))
    runtime.tick()
    assert case.open_steps == ["a", "z"]


def test_the_journal_says_that_it_went_off(runtime: Runtime) -> None:
    case = begin(runtime, waiting(), amount=1)
    told(runtime, case, amount=200)
    kinds = [entry.kind for entry in runtime.query.journal(case.id)]
    assert kinds == ["started", "entered", "condition"]


# -- a condition that cannot be told ---------------------------------------------------


@pytest.fixture
def untold(runtime: Runtime) -> Case:
    """A case whose step is done although a condition beside it reads a field that is no number."""
    case = begin(runtime, listening(interrupting=False), amount=1)
    case.do("a", amount="much")
    return case


def test_a_condition_that_cannot_be_told_is_an_incident_and_the_step_stands(runtime: Runtime, untold: Case) -> None:
    one = the_incident(runtime)
    assert untold.open_steps == ["b"]
    assert (one.kind, one.element, one.fields) == ("condition", "h_start", {"amount": "much"})
    assert one.cause == "expected true or false from the condition of h_start, found null"


def test_a_field_that_is_missing_is_named(runtime: Runtime) -> None:
    begin(runtime, waiting())
    assert the_incident(runtime).fields == {"amount": None}


def test_it_is_one_incident_however_often_it_is_met(runtime: Runtime, untold: Case) -> None:
    told(runtime, untold, other=1)
    assert the_incident(runtime).attempts == 2


def test_better_data_close_it(runtime: Runtime, untold: Case) -> None:
    told(runtime, untold, amount=200)
    assert runtime.query.incidents() == []
    assert untold.open_steps == ["b", "w"]


def test_a_retry_with_corrected_data_closes_it(runtime: Runtime, untold: Case) -> None:
    one = the_incident(runtime)
    with pytest.raises(EvaluationFailed):
        runtime.retry_incident(one.id, actor=ADMIN, key="r1")
    closed = runtime.retry_incident(one.id, actor=ADMIN, key="r2", data={"amount": 200})
    assert (closed.state, untold.open_steps) == ("resolved", ["b", "w"])


def test_the_end_of_its_case_closes_it(runtime: Runtime, untold: Case) -> None:
    untold.do("b")
    assert (untold.state, runtime.query.incidents()) == ("ended", [])


def test_a_condition_is_not_skipped(runtime: Runtime, untold: Case) -> None:
    with pytest.raises(NotAllowed, match="the way on is not decided"):
        runtime.propose_skip(the_incident(runtime).id, actor=ADMIN, key="skip", reason="r")


def test_conditions_that_set_each_other_off_for_ever_are_stopped(runtime: Runtime) -> None:
    runtime.handlers.register("flip", lambda call: {"amount": 101 - call.case.data["amount"]})
    xml = d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), d.handler("h", "flip", outputs="amount")),
        *(d.boundary("c1", "a", LARGE, False), d.boundary("c2", "a", d.condition("amount &lt; 1"), False)),
        *(d.gateway("g"), d.end("he"), d.chain("c1", "g", "h", "he"), d.chain("c2", "g")),
    )
    case = begin(runtime, xml, amount=50)
    with pytest.raises(LimitExceeded, match="at most 500 steps"):
        told(runtime, case, amount=101)
    assert runtime.query.instance(case.id).data["amount"] == 50


# -- over the ledger -------------------------------------------------------------------


def test_a_condition_over_the_ledger_goes_off_each_time_that_the_clock_stops(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=False, holds=d.condition("case.suspended")))
    assert case.open_steps == ["a"]
    for number in (1, 2):
        stop = {"kind": "hearing", "approver": "boss", "reason": "", "own_limit": None}
        runtime.suspend(case.id, **stop, actor=CLERK, key=f"stop:{number}")
        assert case.open_steps == ["a", *["w"] * number]
        runtime.resume(case.id, reason="", actor=CLERK, key=f"go:{number}")
        assert case.open_steps == ["a", *["w"] * number]


def test_a_condition_over_the_ledger_goes_off_as_the_limit_is_extended_and_once(runtime: Runtime) -> None:
    case = begin(runtime, at_border(interrupting=False, holds=d.condition("case.extended")))
    told(runtime, case, amount=1)
    assert case.open_steps == ["a"]
    more = {"amount": 5, "unit": "working_day", "approver": "boss", "reason": ""}
    runtime.extend(case.id, **more, actor=CLERK, key="more")
    told(runtime, case, amount=2)
    assert case.open_steps == ["a", "w"]
