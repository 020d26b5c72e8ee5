"""What a command does, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import Runtime
from engine.clock import VirtualClock
from engine.errors import Conflict, EvaluationFailed, InvalidData, ModelRefused, NotAllowed
from engine.model import Rung
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Office, begin

TWO_STEPS = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))


def instant(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def checkpoint_model(*, interrupting: bool = False) -> bytes:
    return d.model(
        d.start(),
        d.step("a"),
        d.step("b"),
        d.end(),
        d.chain("s", "a", "b", "e"),
        d.timer("t", "a", "checkpoint", interrupting, ref="TT-01"),
        d.data_checkpoint("c", "a", ref="TT-02"),
        d.rule_check(),
        d.flow("t", "rc"),
        d.flow("c", "rc"),
        checkpoints=d.checkpoint("TT-01", amount="5") + d.checkpoint("TT-02", "expression", must="x &gt; 1"),
    )


def test_a_case_runs_from_step_to_step_and_ends(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    assert case.open_steps == ["a"]

    case.do("a", amount=3)
    assert case.open_steps == ["b"]
    case.do("b")

    assert case.state == "ended"
    assert runtime.query.instance(case.id).data == {"amount": 3}
    assert [s.element for s in runtime.query.steps(case.id) if s.kind == "person"] == ["a", "b"]


def test_the_same_key_gives_the_first_outcome_and_acts_once(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    task = case.task("a")

    first = runtime.complete(task, data={}, actor=CLERK, key="k")
    again = runtime.complete(task, data={}, actor=CLERK, key="k")

    assert again == first
    assert case.open_steps == ["b"]


def test_a_step_done_twice_is_a_conflict_and_changes_nothing(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    task = case.task("a")
    runtime.complete(task, data={}, actor=CLERK, key="k1")
    before = runtime.query.instance(case.id)

    with pytest.raises(Conflict):
        runtime.complete(task, data={"x": 1}, actor=CLERK, key="k2")

    assert runtime.query.instance(case.id) == before


def test_somebody_whom_the_office_does_not_know_may_not_act(runtime: Runtime) -> None:
    def refuse(connection: Any, actor: Any, task: Any) -> None:
        raise NotAllowed("expected a clerk")

    case = begin(runtime, TWO_STEPS)
    runtime.handlers.authorize = refuse

    with pytest.raises(NotAllowed):
        case.do("a")
    assert case.open_steps == ["a"]


def test_a_step_can_exclude_who_did_another(runtime: Runtime) -> None:
    model = d.model(d.start(), d.step("a"), d.step("b", exclude="a"), d.end(), d.chain("s", "a", "b", "e"))
    case = begin(runtime, model)
    case.do("a")

    with pytest.raises(NotAllowed):
        case.do("b", actor=CLERK)
    case.do("b", actor=CHIEF)
    assert case.state == "ended"


@pytest.mark.parametrize("data", [{"typename": 1}, {"a": {"__class__": 1}}, {"a": float("nan")}, {"a": object()}])
def test_data_that_a_case_cannot_hold_are_refused(runtime: Runtime, data: dict[str, Any]) -> None:
    case = begin(runtime, TWO_STEPS)
    with pytest.raises(InvalidData):
        runtime.complete(case.task("a"), data=data, actor=CLERK, key="k")
    assert case.open_steps == ["a"]


def test_the_gateway_follows_a_feel_condition(runtime: Runtime) -> None:
    model = d.model(
        d.start(),
        d.step("a"),
        d.gateway("g", default="f_g_small"),
        d.step("big"),
        d.step("small"),
        d.end(),
        d.chain("s", "a", "g"),
        d.flow("g", "big", "金额 &gt; 100"),
        d.flow("g", "small"),
        d.flow("big", "e"),
        d.flow("small", "e"),
    )
    case = begin(runtime, model)
    case.do("a", 金额=101)
    assert case.open_steps == ["big"]


def test_a_condition_that_is_not_true_or_false_is_an_incident_and_the_step_stays(runtime: Runtime) -> None:
    model = d.model(
        d.start(),
        d.step("a"),
        d.gateway("g", default="f_g_e"),
        d.step("b"),
        d.end(),
        d.chain("s", "a", "g"),
        d.flow("g", "b", "flag"),
        d.flow("g", "e"),
        d.flow("b", "e"),
    )
    case = begin(runtime, model)

    with pytest.raises(EvaluationFailed):
        case.do("a", flag="false")

    assert case.open_steps == ["a"]
    assert [one.element for one in runtime.query.incidents()] == ["g"]


def test_a_due_timer_fires_at_the_tick_and_only_once(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    office.rungs = [
        Rung("TT-01.1", "notice", instant(12), level="notice"),
        Rung("TT-01.1", "yellow", instant(14), level="yellow"),
    ]
    case = begin(runtime, checkpoint_model())
    assert runtime.tick() == 0

    clock.move_to(instant(13))
    assert runtime.tick() == 1
    assert runtime.tick() == 0

    assert office.firings() == [("t", "notice")]
    assert [t.state for t in runtime.query.timers(case.id)] == ["fired", "armed"]
    assert case.open_steps == ["a"]


def test_a_clerk_faster_than_the_tick_does_not_erase_the_overdue_step(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    office.rungs = [Rung("TT-01.1", "yellow", instant(14), level="yellow")]
    case = begin(runtime, checkpoint_model())

    clock.move_to(instant(14) + timedelta(seconds=1))
    case.do("a", x=2)

    assert ("t", "yellow") in office.firings()
    assert runtime.tick() == 0


def test_a_step_finished_before_its_limit_leaves_no_timer(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    office.rungs = [Rung("TT-01.1", "yellow", instant(14), level="yellow")]
    case = begin(runtime, checkpoint_model())
    case.do("a", x=2)
    clock.move_to(instant(20))

    assert runtime.tick() == 0
    assert [t.state for t in runtime.query.timers(case.id)] == ["cancelled"]


def test_a_data_checkpoint_sees_what_the_step_entered(runtime: Runtime, office: Office) -> None:
    case = begin(runtime, checkpoint_model())
    case.do("a", x=7)

    (call,) = office.calls
    assert call.firing is not None
    assert (call.firing.checkpoint, call.firing.cause) == ("TT-02", "completion")
    assert call.case.data["x"] == 7


def test_an_interrupting_timer_withdraws_the_step(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    model = d.model(
        d.start(),
        d.step("a"),
        d.step("b"),
        d.end(),
        d.chain("s", "a", "e"),
        d.chain("b", "e"),
        d.timer("t", "a", "PT2H", interrupting=True),
        d.flow("t", "b"),
    )
    case = begin(runtime, model)
    task = case.task("a")
    clock.advance(timedelta(hours=2))
    runtime.tick()

    assert case.open_steps == ["b"]
    with pytest.raises(Conflict):
        runtime.complete(task, data={}, actor=CLERK, key="late")


def test_suspending_takes_the_due_away_and_resuming_derives_it_anew(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    office.rungs = [Rung("TT-01.1", "yellow", instant(14), level="yellow")]
    case = begin(runtime, checkpoint_model())

    office.rungs = [Rung("TT-01.1", "yellow", None, level="yellow")]
    runtime.suspend(case.id, kind="听证", approver="wang", reason="r", actor=CLERK, key="s")
    clock.move_to(instant(20))
    assert runtime.tick() == 0
    assert [t.state for t in runtime.query.timers(case.id)] == ["suspended"]

    office.rungs = [Rung("TT-01.1", "yellow", instant(25), level="yellow")]
    runtime.resume(case.id, reason="r", actor=CLERK, key="r")
    assert [t.due for t in runtime.query.timers(case.id)] == [instant(25)]
    kinds = [entry.kind for entry in runtime.query.journal(case.id)]
    assert kinds.count("due_moved") == 2


def test_a_limit_is_extended_once(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    runtime.extend(case.id, amount=10, unit="working_day", approver="wang", reason="r", actor=CLERK, key="1")
    with pytest.raises(Conflict):
        runtime.extend(case.id, amount=5, unit="working_day", approver="w", reason="r", actor=CLERK, key="2")


def test_only_declared_outputs_of_a_handler_reach_the_case(runtime: Runtime, office: Office) -> None:
    office.answers = {"order_no": "D-1", "secret": 1}
    model = d.model(
        d.start(),
        d.handler("h", "issue", inputs="who=by", outputs="order_no"),
        d.step("a"),
        d.end(),
        d.chain("s", "h", "a", "e"),
    )
    case = begin(runtime, model, by="li")

    assert runtime.query.instance(case.id).data == {"by": "li", "order_no": "D-1"}
    assert office.calls[0].inputs == {"who": "li"}


def test_a_message_is_delivered_to_the_one_who_waits(runtime: Runtime) -> None:
    model = d.model(
        d.start(),
        d.step("a"),
        d.step("b"),
        d.end(),
        d.chain("s", "a", "e"),
        d.chain("b", "e"),
        d.message("m1", "a", "m", interrupting=True),
        d.flow("m1", "b"),
        extra='<message id="m" name="withdrawn"/>',
    )
    case = begin(runtime, model)
    runtime.deliver(case.id, "withdrawn", payload={"why": "x"}, actor=CLERK, key="d")
    assert case.open_steps == ["b"]
    with pytest.raises(Conflict):
        runtime.deliver(case.id, "withdrawn", payload={}, actor=CLERK, key="d2")


def test_the_same_bytes_again_give_the_version_they_have(runtime: Runtime) -> None:
    first = runtime.deploy(TWO_STEPS, by="d")
    assert runtime.deploy(TWO_STEPS, by="d") == first
    assert runtime.deploy(TWO_STEPS.replace(b'name="a"', b'name="aa"'), by="d").version == 2


def test_a_refused_model_stores_nothing(runtime: Runtime) -> None:
    with pytest.raises(ModelRefused):
        runtime.deploy(d.model(d.start(), "<scriptTask id='x'/>", d.end(), d.chain("s", "x", "e")), by="d")
    assert runtime.query.definitions() == []


def test_the_chain_of_a_case_links_every_entry(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a")
    case.do("b")
    entries = runtime.query.journal(case.id)
    assert [e.kind for e in entries] == ["started", "completed", "completed", "ended"]
    assert [e.previous for e in entries[1:]] == [e.hash for e in entries[:-1]]


def test_a_limit_whose_start_is_still_unknown_is_looked_at_when_its_step_is_left(
    runtime: Runtime, office: Office
) -> None:
    office.rungs = [Rung("TT-01.1", "waiting", None)]
    case = begin(runtime, checkpoint_model())
    case.do("a", x=2)

    looked = [(c.firing.element, c.firing.cause, c.firing.rule) for c in office.calls if c.firing]
    assert ("t", "completion", None) in looked
