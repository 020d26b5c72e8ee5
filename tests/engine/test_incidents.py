"""A command that fails: what is kept of it, how it is tried again, and what people can do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from engine import Runtime
from engine.clock import VirtualClock
from engine.errors import CommandFailed, Conflict, EvaluationFailed, NotAllowed
from engine.incidents import waiting_may_help
from tests.engine.conftest import CLERK, Case, begin
from tests.engine.mishaps import (
    ADMIN,
    ASKED,
    CHOICE,
    FAILING_AT_START,
    HEAD,
    ISSUING,
    MORNING,
    kinds,
    refuse,
    skip,
    the_incident,
)


@pytest.fixture
def chosen(runtime: Runtime) -> Case:
    """A case whose step fails: the amount is a word."""
    case = begin(runtime, CHOICE)
    with pytest.raises(EvaluationFailed):
        case.do("a", amount="much")
    return case


@pytest.fixture
def unprinted(runtime: Runtime) -> Case:
    """A case whose handler fails."""
    runtime.handlers.register("issue", refuse)
    case = begin(runtime, ISSUING, applicant="赵")
    with pytest.raises(CommandFailed):
        case.do("a")
    return case


# -- what is kept ----------------------------------------------------------------------


def test_an_incident_says_where_what_and_why(runtime: Runtime, chosen: Case) -> None:
    one = the_incident(runtime)
    assert (one.instance_id, one.district_code, one.scope) == (chosen.id, "370202", "housing")
    assert (one.origin, one.kind, one.state, one.attempts) == ("person", "complete", "parked", 1)
    assert (one.element, one.expression, one.fields) == ("g", "amount > 100", {"amount": "much"})
    assert one.cause == "expected true or false from the condition of g, found null"
    assert one.actor == {"id": "li", "name": "李", "roles": ["clerk"]}
    assert one.arguments == {"task_id": chosen.task("a"), "data": {"amount": "much"}}


def test_a_field_that_is_missing_is_among_the_inputs(runtime: Runtime) -> None:
    case = begin(runtime, CHOICE)
    with pytest.raises(EvaluationFailed):
        case.do("a")
    assert the_incident(runtime).fields == {"amount": None}


def test_a_handler_that_breaks_is_named_with_what_it_was_given(runtime: Runtime, unprinted: Case) -> None:
    one = the_incident(runtime)
    assert (one.element, one.facts["handler"]) == ("h", "issue")
    assert (one.inputs, one.fields) == ({"to": "赵"}, {"applicant": "赵"})
    assert one.cause == "h failed: RuntimeError: the printer is out of paper"


def test_the_same_failing_again_is_one_incident_with_one_more_attempt(runtime: Runtime, chosen: Case) -> None:
    with pytest.raises(EvaluationFailed):
        chosen.do("a", amount="more")
    one = the_incident(runtime)
    assert (one.attempts, one.fields) == (2, {"amount": "more"})


def test_a_handler_that_is_not_there_is_no_answer_to_the_clerk(runtime: Runtime) -> None:
    case = begin(runtime, ISSUING, applicant="赵")
    del runtime.handlers.calls["issue"]
    with pytest.raises(CommandFailed, match="expected a handler named issue"):
        case.do("a")
    assert the_incident(runtime).element == "h"


def test_what_a_clerk_asks_wrongly_is_no_incident(runtime: Runtime) -> None:
    case = begin(runtime, CHOICE)
    task = case.task("a")
    case.do("a", amount=1)
    with pytest.raises(Conflict):
        runtime.complete(task, data={}, actor=CLERK, key="late")
    assert runtime.query.incidents(standing=None) == []


def test_an_expression_that_is_wrong_is_not_helped_by_waiting_and_a_lost_database_is() -> None:
    lost = OperationalError("select 1", {}, Exception("gone"))
    wrong = EvaluationFailed("wrong")
    starved = EvaluationFailed("the calendar could not be read")
    starved.__cause__ = lost
    assert [waiting_may_help(error) for error in (wrong, lost, starved, RuntimeError())] == [False, True, True, True]


# -- the end that comes by itself ------------------------------------------------------


def test_the_clerk_who_does_it_right_closes_the_incident(runtime: Runtime, chosen: Case) -> None:
    chosen.do("a", amount=7)
    assert runtime.query.incidents() == []
    (one,) = runtime.query.incidents(standing=False)
    assert (one.state, one.closed_by) == ("resolved", CLERK.id)


def test_another_act_on_the_case_leaves_the_incident(runtime: Runtime, chosen: Case) -> None:
    runtime.suspend(chosen.id, kind="hearing", approver="wang", reason="r", actor=CLERK, key="k")
    assert the_incident(runtime).state == "parked"


def test_the_end_of_the_case_closes_the_incident(runtime: Runtime, chosen: Case) -> None:
    runtime.cancel(chosen.id, reason="withdrawn", actor=CLERK, key="k")
    assert runtime.query.incidents() == []


def test_what_fails_after_an_incident_was_closed_is_a_new_one(runtime: Runtime) -> None:
    runtime.handlers.register("issue", refuse)
    case = begin(runtime, ASKED)
    ids = []
    for _ in range(2):
        with pytest.raises(CommandFailed):
            runtime.deliver(case.id, "ask", payload={}, actor=CLERK, key=f"bad{len(ids)}")
        ids.append(the_incident(runtime).id)
        runtime.handlers.register("issue", lambda call: {})
        runtime.deliver(case.id, "ask", payload={}, actor=CLERK, key=f"good{len(ids)}")
        runtime.handlers.register("issue", refuse)
    assert len(set(ids)) == 2
    assert [one.attempts for one in runtime.query.incidents(standing=False)] == [1, 1]


# -- retry, edit and retry -------------------------------------------------------------


def test_a_retry_gives_the_same_command_again_at_its_own_time(
    runtime: Runtime, unprinted: Case, clock: VirtualClock
) -> None:
    runtime.handlers.register("issue", lambda call: {"no": "Z-1"})
    clock.advance(timedelta(days=2))
    one = runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r", reason="paper is in")

    assert (one.state, one.closed_by) == ("resolved", ADMIN.id)
    assert (unprinted.open_steps, runtime.query.instance(unprinted.id).data["no"]) == (["b"], "Z-1")
    step = next(step for step in runtime.query.steps(unprinted.id) if step.element == "a")
    assert (step.actor, step.completed_at) == (CLERK.id, clock.now())
    entry = next(e for e in runtime.query.journal(unprinted.id) if e.kind == "incident_retried")
    assert (entry.actor, entry.body) == (ADMIN.id, {"incident": one.id, "reason": "paper is in"})


def test_a_retry_keeps_the_event_time_that_was_stated(runtime: Runtime, clock: VirtualClock) -> None:
    runtime.handlers.register("issue", refuse)
    case = begin(runtime, ISSUING, applicant="赵")
    done = MORNING + timedelta(hours=1)
    clock.advance(timedelta(hours=2))
    with pytest.raises(CommandFailed):
        runtime.complete(case.task("a"), data={}, actor=CLERK, key="k", at=done)
    runtime.handlers.register("issue", lambda call: {})
    runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r")
    step = next(step for step in runtime.query.steps(case.id) if step.element == "a")
    assert step.completed_at == done


def test_a_retry_that_fails_counts_and_says_who_tried(runtime: Runtime, unprinted: Case) -> None:
    with pytest.raises(CommandFailed):
        runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r", reason="perhaps")
    one = the_incident(runtime)
    assert (one.state, one.attempts) == ("parked", 2)
    assert [(act["act"], act["by"], act["failed"]) for act in one.acts] == [("retried", ADMIN.id, one.cause)]
    assert kinds(runtime, unprinted) == ["started"]


def test_an_act_repeated_with_its_key_is_done_once(runtime: Runtime, unprinted: Case) -> None:
    runtime.handlers.register("issue", lambda call: {})
    name = the_incident(runtime).id
    first = runtime.retry_incident(name, actor=ADMIN, key="r")
    assert runtime.retry_incident(name, actor=ADMIN, key="r") == first
    assert kinds(runtime, unprinted).count("incident_retried") == 1
    with pytest.raises(Conflict, match="found it resolved"):
        runtime.retry_incident(name, actor=ADMIN, key="another")


def test_the_clerk_who_repeats_the_key_of_a_retried_command_gets_its_outcome(runtime: Runtime, unprinted: Case) -> None:
    runtime.handlers.register("issue", lambda call: {})
    task = unprinted.task("a")
    runtime.retry_incident(the_incident(runtime).id, actor=ADMIN, key="r")
    outcome = runtime.complete(task, data={}, actor=CLERK, key=f"{unprinted.id}:1")
    assert outcome.completed == ("a",)


def test_corrected_data_are_in_the_journal_before_and_after(runtime: Runtime) -> None:
    runtime.handlers.register("issue", lambda call: {"no": call.inputs["to"].upper()})
    case = begin(runtime, ISSUING, applicant=7)
    with pytest.raises(CommandFailed):
        case.do("a")
    one = runtime.retry_incident(
        the_incident(runtime).id, actor=ADMIN, key="r", reason="a name", data={"applicant": "zhao", "note": "n"}
    )
    assert one.state == "resolved"
    assert runtime.query.instance(case.id).data["no"] == "ZHAO"
    entry = next(e for e in runtime.query.journal(case.id) if e.kind == "incident_corrected")
    assert entry.body["changes"] == {
        "applicant": {"before": 7, "after": "zhao"},
        "note": {"before": None, "after": "n"},
    }


def test_a_retry_when_the_step_was_withdrawn_meanwhile_closes_the_incident(
    runtime: Runtime, clock: VirtualClock
) -> None:
    runtime.handlers.register("issue", refuse)
    case = begin(runtime, ISSUING, applicant="赵")
    with pytest.raises(CommandFailed):
        case.do("a")
    before = the_incident(runtime)
    runtime.handlers.register("issue", lambda call: {})
    # Closing is left out here, as when the release before did the step.
    with runtime.database.begin() as connection:
        connection.exec_driver_sql("update incident set instance_id = 'elsewhere'")
    case.do("a")
    with runtime.database.begin() as connection:
        connection.exec_driver_sql(f"update incident set instance_id = '{case.id}'")
    one = runtime.retry_incident(before.id, actor=ADMIN, key="r")
    assert (one.state, [act["act"] for act in one.acts]) == ("resolved", ["overtaken"])


def test_a_start_that_failed_has_no_case_and_is_retried_with_corrected_data(runtime: Runtime) -> None:
    runtime.handlers.register("issue", lambda call: {"no": call.inputs["to"].upper()})
    with pytest.raises(CommandFailed):
        begin(runtime, FAILING_AT_START, applicant=7)
    one = the_incident(runtime)
    assert (one.instance_id, one.district_code, one.element) == (None, "370202", "h")
    closed = runtime.retry_incident(one.id, actor=ADMIN, key="r", data={"applicant": "zhao"})
    (case,) = runtime.query.instances()
    assert (closed.state, case.data) == ("resolved", {"applicant": "zhao"})
    assert [e.kind for e in runtime.query.journal(case.id)][:2] == ["incident_corrected", "started"]


def test_a_start_repeated_with_its_key_closes_the_incident(runtime: Runtime) -> None:
    runtime.handlers.register("issue", refuse)
    with pytest.raises(CommandFailed):
        begin(runtime, FAILING_AT_START, applicant="赵")
    runtime.handlers.register("issue", lambda call: {})
    begin(runtime, FAILING_AT_START, applicant="赵")
    assert runtime.query.incidents() == []


# -- skip ------------------------------------------------------------------------------


def test_two_people_pass_over_a_handler(runtime: Runtime, unprinted: Case) -> None:
    one = skip(runtime, the_incident(runtime))
    assert (one.state, one.closed_by, [act["by"] for act in one.acts]) == ("skipped", HEAD.id, [ADMIN.id, HEAD.id])
    assert unprinted.open_steps == ["b"]
    assert "no" not in runtime.query.instance(unprinted.id).data
    assert kinds(runtime, unprinted) == [
        *("started", "incident_skip_proposed", "incident_skipped", "completed", "handler_skipped")
    ]
    entry = next(e for e in runtime.query.journal(unprinted.id) if e.kind == "incident_skipped")
    assert (entry.actor, entry.body["proposed_by"], entry.body["passed_over"]) == (HEAD.id, ADMIN.id, "h")


def test_one_person_alone_skips_nothing(runtime: Runtime, unprinted: Case) -> None:
    name = the_incident(runtime).id
    with pytest.raises(Conflict, match="found none"):
        runtime.confirm_skip(name, actor=HEAD, key="c0")
    runtime.propose_skip(name, actor=ADMIN, key="p", reason="no printer")
    with pytest.raises(NotAllowed, match="another person"):
        runtime.confirm_skip(name, actor=ADMIN, key="c1")
    assert (the_incident(runtime).state, unprinted.open_steps) == ("parked", ["a"])


def test_a_condition_cannot_be_skipped(runtime: Runtime, chosen: Case) -> None:
    with pytest.raises(NotAllowed, match="the way on is not decided"):
        runtime.propose_skip(the_incident(runtime).id, actor=ADMIN, key="p", reason="r")
    assert the_incident(runtime).proposal is None


def test_an_attempt_that_fails_takes_the_proposal_back(runtime: Runtime, unprinted: Case) -> None:
    name = the_incident(runtime).id
    runtime.propose_skip(name, actor=ADMIN, key="p", reason="r")
    with pytest.raises(CommandFailed):
        runtime.retry_incident(name, actor=ADMIN, key="r")
    with pytest.raises(Conflict):
        runtime.confirm_skip(name, actor=HEAD, key="c")
