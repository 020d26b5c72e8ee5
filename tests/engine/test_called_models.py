"""Calls of other models: their deployed versions run inside the case of the caller, which stays on the ones it began with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import Conflict, ModelRefused, NotAllowed, StateAltered
from engine.reconcile import reconcile
from engine.tables import definition
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Case, Office, begin

ENDS = d.start() + d.end()
BAD = d.declared("error", "bad")


def model(name: str, *steps: str, parts: str = "", extra: str = "", kind: str = "executable") -> bytes:
    """A model of steps one after the other."""
    drawn = "".join(map(d.step, steps))
    return d.model(ENDS, drawn, d.chain("s", *steps, "e"), parts, name=name, extra=extra, kind=kind)


def calling(name: str = "p", *, called: str = "review", parts: str = "", extra: str = "", **mapped: str) -> bytes:
    """start -> x, which calls -> z -> end."""
    call = d.call("x", called, **mapped)
    return d.model(ENDS, call, d.step("z"), d.chain("s", "x", "z", "e"), parts, name=name, extra=extra)


def failing(kind: str = "callable") -> bytes:
    """A model that ends with an error."""
    nodes = d.start() + d.step("look") + d.over("e", d.refers("error", "bad")) + d.chain("s", "look", "e")
    return d.model(nodes, name="review", extra=BAD, kind=kind)


def refused(runtime: Runtime, xml: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ModelRefused) as error:
        runtime.deploy(xml, by="designer")
    return [(one.code, one.element) for one in error.value.facts["remarks"]]


# -- running -------------------------------------------------------------------------------


def test_a_called_model_runs_inside_the_case(runtime: Runtime) -> None:
    runtime.deploy(model("review", "z"), by="designer")
    case = begin(runtime, calling())
    assert case.open_steps == ["review/z"]
    case.do("review/z")
    assert case.open_steps == ["z"]
    case.do("z")
    assert case.state == "ended"


def test_a_model_that_is_called_may_call_others_itself(runtime: Runtime) -> None:
    runtime.deploy(model("vote", "z"), by="designer")
    runtime.deploy(calling("review", called="vote"), by="designer")
    case = begin(runtime, calling())
    seen = []
    while case.state == "open":
        (step,) = case.open_steps
        seen.append(step)
        case.do(step)
    assert seen == ["review/vote/z", "review/z", "z"]


def test_what_goes_in_and_comes_out_is_mapped(runtime: Runtime, office: Office) -> None:
    inside = (
        d.start() + d.handler("h", "issue", inputs="got=fee") + d.step("pay") + d.end() + d.chain("s", "h", "pay", "e")
    )
    runtime.deploy(d.model(inside, name="review"), by="designer")
    case = begin(runtime, calling(inputs="fee=amount*2", outputs="paid=fee+1"), amount=20)
    assert office.calls[0].inputs == {"got": 40}
    case.do("review/pay")
    assert runtime.query.instance(case.id).data["paid"] == 41


def test_an_error_of_a_called_model_is_caught_at_the_call(runtime: Runtime) -> None:
    runtime.deploy(failing(), by="designer")
    caught = (
        d.boundary("b", "x", d.refers("error", "bad")) + d.step("repair") + d.end("e2") + d.chain("b", "repair", "e2")
    )
    case = begin(runtime, calling(parts=caught, extra=BAD))
    case.do("review/look")
    assert case.open_steps == ["repair"]


def test_an_escalation_of_a_called_model_is_heard_at_the_call(runtime: Runtime) -> None:
    inside = (
        d.start()
        + d.throw("t", d.refers("escalation", "up"))
        + d.step("look")
        + d.end()
        + d.chain("s", "t", "look", "e")
    )
    runtime.deploy(d.model(inside, name="review", extra=d.declared("escalation", "up")), by="designer")
    heard = d.boundary("b", "x", d.refers("escalation", "up"), interrupting=False) + d.step("tell") + d.end("e2")
    case = begin(runtime, calling(parts=heard + d.chain("b", "tell", "e2"), extra=d.declared("escalation", "up")))
    assert case.open_steps == ["review/look", "tell"]


def test_names_of_a_called_model_do_not_meet_those_of_its_caller(runtime: Runtime) -> None:
    """Both have a step, a message and a boundary event of the same ids; the names of the messages tell them apart."""
    parts = d.message("m", "z", "note", interrupting=True) + d.step("late") + d.end("e2") + d.chain("m", "late", "e2")
    runtime.deploy(model("review", "z", parts=parts, extra='<message id="note" name="inner note"/>'), by="designer")
    case = begin(runtime, calling(parts=parts, extra='<message id="note" name="outer note"/>'))
    with pytest.raises(Conflict, match="outer note"):
        runtime.deliver(case.id, "outer note", payload={}, actor=CLERK, key="outer")
    runtime.deliver(case.id, "inner note", payload={}, actor=CLERK, key="inner")
    case.do("review/late")
    runtime.deliver(case.id, "outer note", payload={}, actor=CLERK, key="outer again")
    assert case.open_steps == ["late"]


def test_who_may_not_do_a_step_of_a_called_model_is_said_by_that_model(runtime: Runtime) -> None:
    inside = d.start() + d.step("one") + d.step("two", exclude="one") + d.end() + d.chain("s", "one", "two", "e")
    runtime.deploy(d.model(inside, name="review"), by="designer")
    case = begin(runtime, calling())
    case.do("review/one")
    with pytest.raises(NotAllowed):
        case.do("review/two")
    case.do("review/two", actor=CHIEF)
    assert case.open_steps == ["z"]


def test_a_timer_of_a_called_model_fires(runtime: Runtime, clock: VirtualClock) -> None:
    late = d.timer("t", "z", "PT1H", interrupting=True) + d.step("late") + d.end("e2") + d.chain("t", "late", "e2")
    runtime.deploy(model("review", "z", parts=late), by="designer")
    case = begin(runtime, calling())
    clock.advance(timedelta(hours=2))
    runtime.tick()
    assert case.open_steps == ["review/late"]


@pytest.mark.parametrize("several", ["parallel", "sequential", "loop"])
def test_a_call_of_another_model_is_repeated(runtime: Runtime, several: str) -> None:
    runtime.deploy(model("review", "look"), by="designer")
    call = d.call("x", "review")
    many = (
        d.loop(call, "true", maximum="2")
        if several == "loop"
        else d.several(call, "2", sequential=several != "parallel")
    )
    case = begin(runtime, d.model(ENDS, many, d.chain("s", "x", "e")))
    assert case.open_steps == ["review/look"] * (2 if several == "parallel" else 1)
    case.do("review/look")
    case.do("review/look")
    assert case.state == "ended"


def test_each_decides_by_its_own_tables(runtime: Runtime) -> None:
    def deciding(name: str, *parts: str) -> bytes:
        info = '<jc:decision ref="path" result="found"/>'
        task = f'<businessRuleTask id="d" name="d"><extensionElements>{info}</extensionElements></businessRuleTask>'
        return d.model(ENDS, task, d.step("z"), *parts, name=name)

    def table(value: str) -> bytes:
        return (
            '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="f" namespace="urn:f">'
            f'<decision id="path" name="path"><literalExpression><text>"{value}"</text></literalExpression></decision>'
            "</definitions>"
        ).encode()

    runtime.deploy(deciding("review", d.chain("s", "d", "z", "e")), by="designer", decisions=[table("inner")])
    outer = deciding("p", d.call("x", "review"), d.chain("s", "x", "d", "z", "e"))
    runtime.deploy(outer, by="designer", decisions=[table("outer")])
    case = Case(runtime, _start(runtime, "p"))
    assert runtime.query.instance(case.id).data["found"] == "inner"
    case.do("review/z")
    assert runtime.query.instance(case.id).data["found"] == "outer"


# -- versions ------------------------------------------------------------------------------


def _start(runtime: Runtime, name: str, number: int = 1) -> str:
    return runtime.start(
        name,
        business_key=f"C-{number}",
        district_code="370202",
        scope="housing",
        data={},
        actor=CLERK,
        key=f"s:{number}",
    ).instance_id


def test_a_case_and_its_model_stay_on_the_version_that_was_pinned(runtime: Runtime) -> None:
    runtime.deploy(model("review", "old"), by="designer")
    first = runtime.deploy(calling(), by="designer")
    runtime.deploy(model("review", "new"), by="designer")
    assert Case(runtime, _start(runtime, "p", 1)).open_steps == ["review/old"]

    second = runtime.deploy(calling(), by="designer")
    assert [(one.name, one.version) for one in (*first.calls, *second.calls)] == [("review", 1), ("review", 2)]
    assert (first.version, second.version) == (1, 2)
    assert first.hash != second.hash
    assert Case(runtime, _start(runtime, "p", 2)).open_steps == ["review/new"]
    assert runtime.deploy(calling(), by="designer").version == 2


def test_a_running_case_goes_over_to_another_version_of_what_it_calls(runtime: Runtime) -> None:
    runtime.deploy(model("review", "a"), by="designer")
    case = begin(runtime, calling())
    runtime.deploy(model("review", "a", "b"), by="designer")
    runtime.deploy(calling(), by="designer")
    plan = runtime.migrations.draw("p", 1, 2, by="shen")
    assert runtime.migrations.apply(plan, actor=CHIEF).refused == []
    case.do("review/a")
    assert case.open_steps == ["review/b"]


def test_a_change_in_what_is_called_is_found_at_night(runtime: Runtime, database: Database) -> None:
    runtime.deploy(model("review", "a"), by="designer")
    runtime.deploy(calling(), by="designer")
    assert reconcile(database).findings == []
    with database.begin() as connection:
        connection.execute(update(definition).where(definition.c.name == "review").values(hash="0" * 64))
    assert [one.row for one in reconcile(database).findings] == ["review@1"]
    with pytest.raises(StateAltered):
        _start(Runtime(database, runtime.clock, runtime.handlers), "p")


# -- what is refused -----------------------------------------------------------------------


def test_a_model_that_nobody_knows_is_refused(runtime: Runtime) -> None:
    assert refused(runtime, calling()) == [("call_unknown", "x")]


def test_a_model_of_which_no_version_is_in_force_is_refused(runtime: Runtime) -> None:
    runtime.versions.draft(model("review", "a"), by="ding")
    assert refused(runtime, calling()) == [("call_not_in_force", "x")]


def test_what_is_retired_before_its_caller_is_deployed_is_refused_then(runtime: Runtime) -> None:
    runtime.deploy(model("review", "a"), by="designer")
    runtime.versions.draft(calling(), by="ding")
    runtime.versions.submit("p", 1, by="ding")
    runtime.versions.review("p", 1, by="shen")
    runtime.versions.retire("review", 1, by="shen")
    with pytest.raises(ModelRefused) as error:
        runtime.versions.deploy("p", 1, by="shen")
    assert [(one.code, one.element) for one in error.value.facts["remarks"]] == [("call_not_in_force", "x")]
    runtime.versions.deploy("review", 1, by="shen")
    assert runtime.versions.deploy("p", 1, by="shen").state == "deployed"


def test_models_that_call_each_other_in_a_circle_are_refused(runtime: Runtime) -> None:
    assert refused(runtime, calling(called="p")) == [("call_circle", "p")]
    runtime.deploy(model("p", "a"), by="designer")
    runtime.deploy(calling("review", called="p"), by="designer")
    assert refused(runtime, calling()) == [("call_circle", "x")]
    runtime.deploy(calling("above", called="review"), by="designer")
    assert refused(runtime, calling(called="above")) == [("call_circle", "x")]


def test_a_model_that_people_start_may_not_end_with_an_error(runtime: Runtime) -> None:
    assert refused(runtime, failing("executable")) == [("error_uncaught", "e")]


def test_nobody_starts_a_model_that_is_only_called(runtime: Runtime) -> None:
    runtime.deploy(model("review", "a", kind="callable"), by="designer")
    with pytest.raises(Conflict, match="only calls start review"):
        _start(runtime, "review")
