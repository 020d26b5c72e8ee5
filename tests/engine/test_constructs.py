"""Calls, instances, loops, signals, errors, escalations, links and event sub-processes, on stored cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Runtime
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed, LimitExceeded
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Case, Office, begin

ENDS = d.start() + d.end()
ERROR = d.declared("error", "bad", "worse")
SIGNAL = d.declared("signal", "bell")


def body(name: str) -> str:
    """The inside of a sub-process or called process with a single step."""
    return d.start(f"{name}_s") + d.step(name) + d.end(f"{name}_e") + d.chain(f"{name}_s", name, f"{name}_e")


def around(node: str, *parts: str, extra: str = "") -> bytes:
    """start -> x -> z -> end, and what stands beside it."""
    return d.model(ENDS, node, d.step("z"), d.chain("s", "x", "z", "e"), *parts, extra=extra)


def deliver(runtime: Runtime, case: Case, message: str) -> None:
    runtime.deliver(case.id, message, payload={}, actor=CLERK, key=f"{case.id}:{message}")


# -- calls ---------------------------------------------------------------------------------


def test_a_called_process_runs_inside_the_case(runtime: Runtime) -> None:
    case = begin(runtime, d.file(around(d.call("x", "q")), d.process("q", body("inner"))))
    assert case.open_steps == ["inner"]
    case.do("inner")
    case.do("z")
    assert case.state == "ended"


def test_two_calls_of_one_process_run_side_by_side(runtime: Runtime) -> None:
    xml = d.model(
        ENDS, d.gateway("f", "parallel"), d.gateway("j", "parallel"), d.call("x", "q"), d.call("y", "q"),
        d.chain("s", "f", "x", "j", "e"), d.chain("f", "y", "j"),
    )  # fmt: skip
    case = begin(runtime, d.file(xml, d.process("q", body("inner"))))
    assert case.open_steps == ["inner", "inner"]
    case.do("inner")
    assert (case.open_steps, case.state) == (["inner"], "open")
    case.do("inner")
    assert case.state == "ended"


def test_a_call_gives_names_that_only_the_called_process_has(runtime: Runtime, office: Office) -> None:
    inner = d.start("qs") + d.handler("h", "issue", inputs="got=fee") + d.step("pay") + d.end("qe")
    q = d.process("q", inner, d.chain("qs", "h", "pay", "qe"))
    case = begin(runtime, d.file(around(d.call("x", "q", inputs="fee=amount*2")), q), amount=21)
    assert [dict(call.inputs) for call in office.calls] == [{"got": 42}]
    assert [dict(task.local) for task in runtime.query.tasks(instance_id=case.id)] == [{"fee": 42}]
    case.do("pay", amount=1)
    assert runtime.query.instance(case.id).data == {"amount": 1}


def test_a_call_brings_back_what_it_declares_with_what_it_was_given(runtime: Runtime) -> None:
    q = d.process("q", body("pay"))
    case = begin(runtime, d.file(around(d.call("x", "q", "fee=amount", "rest=fee-paid")), q), amount=42)
    case.do("pay", paid=40, amount=0)
    assert runtime.query.instance(case.id).data["rest"] == 2
    calls = [entry for entry in runtime.query.journal(case.id) if entry.kind in ("called", "returned")]
    assert [(entry.kind, entry.body["process"]) for entry in calls] == [("called", "q"), ("returned", "q")]


def test_a_call_that_is_left_by_an_error_brings_nothing_back(runtime: Runtime) -> None:
    q = d.process("q", d.start("qs"), d.step("pay"), d.over("qe", d.refers("error", "bad")), d.chain("qs", "pay", "qe"))
    caught = (d.boundary("b", "x", d.refers("error", "bad")), d.step("late"), d.end("be"), d.chain("b", "late", "be"))
    case = begin(runtime, d.file(around(d.call("x", "q", "", "rest=1"), *caught, extra=ERROR), q))
    case.do("pay")
    assert (case.open_steps, dict(runtime.query.instance(case.id).data)) == (["late"], {})


# -- instances -----------------------------------------------------------------------------


def test_every_item_of_a_list_has_its_own_step_and_its_result_has_its_place(runtime: Runtime) -> None:
    step = d.several(d.step("x"), collection="experts", item="expert", results="opinions", result="opinion")
    case = begin(runtime, around(step), experts=["甲", "乙", "丙"])
    assert case.open_steps == ["x", "x", "x"]
    tasks = sorted(runtime.query.tasks(instance_id=case.id), key=lambda task: task.occurrence)
    for task, opinion in reversed(list(zip(tasks, ["同意", "反对", "同意"], strict=True))):
        runtime.complete(task.id, data={"opinion": opinion}, actor=CLERK, key=task.id)
    assert runtime.query.instance(case.id).data["opinions"] == ["同意", "反对", "同意"]
    assert case.open_steps == ["z"]


def test_the_list_is_taken_when_the_step_is_entered(runtime: Runtime) -> None:
    case = begin(runtime, around(d.several(d.step("x"), collection="xs", item="one", sequential=True)), xs=[1, 2, 3])
    case.do("x", xs=[])
    case.do("x")
    assert case.open_steps == ["x"]
    case.do("x")
    assert case.open_steps == ["z"]


def test_one_after_the_other_sees_the_item_and_the_number(runtime: Runtime, office: Office) -> None:
    handler = d.several(
        d.handler("x", "issue", inputs="no=loopCounter what=item"), collection="xs", item="item", sequential=True
    )
    begin(runtime, around(handler), xs=["a", "b"])
    assert [dict(call.inputs) for call in office.calls] == [{"no": 1, "what": "a"}, {"no": 2, "what": "b"}]


def test_enough_instances_withdraw_the_others(runtime: Runtime) -> None:
    case = begin(runtime, around(d.several(d.step("x"), "5", until="numberOfCompletedInstances >= 2")))
    case.do("x")
    assert len(case.open_steps) == 4
    case.do("x")
    assert case.open_steps == ["z"]


def test_instances_may_be_sub_processes_that_end_in_any_order(runtime: Runtime) -> None:
    case = begin(runtime, around(d.several(d.subprocess("x", body("inner")), "3")))
    for left in (2, 1):
        case.do("inner")
        assert case.open_steps == ["inner"] * left
    case.do("inner")
    assert case.open_steps == ["z"]


def test_no_instance_at_all_goes_on_at_once(runtime: Runtime) -> None:
    assert begin(runtime, around(d.several(d.step("x"), "n")), n=0).open_steps == ["z"]


def test_more_than_a_thousand_instances_are_an_incident(runtime: Runtime) -> None:
    with pytest.raises(LimitExceeded, match="expected at most 1000 instances of x, found 1001"):
        begin(runtime, around(d.several(d.step("x"), "n")), n=1001)
    assert [incident.element for incident in runtime.query.incidents()] == ["x"]


@pytest.mark.parametrize("number", [None, "3", 1.5, -1])
def test_a_number_of_instances_that_is_none_is_an_incident(runtime: Runtime, number: object) -> None:
    with pytest.raises(EvaluationFailed, match="expected a whole number of instances of x, found"):
        begin(runtime, around(d.several(d.step("x"), "n")), n=number)


def test_a_limit_on_several_instances_ends_all_of_them(runtime: Runtime, clock: VirtualClock) -> None:
    timer = d.timer("t", "x", "P1D", interrupting=True)
    case = begin(
        runtime, around(d.several(d.step("x"), "3"), timer, d.step("late"), d.end("e2"), d.chain("t", "late", "e2"))
    )
    case.do("x")
    clock.advance(timedelta(days=2))
    runtime.tick()
    assert case.open_steps == ["late"]


def test_a_loop_goes_round_while_its_condition_holds(runtime: Runtime) -> None:
    case = begin(runtime, around(d.loop(d.step("x"), "more")), more=True)
    case.do("x")
    case.do("x")
    case.do("x", more=False)
    assert case.open_steps == ["z"]


def test_a_loop_asked_before_may_not_run_at_all(runtime: Runtime) -> None:
    assert begin(runtime, around(d.loop(d.step("x"), "more", before=True)), more=False).open_steps == ["z"]


def test_a_loop_stops_at_its_maximum(runtime: Runtime) -> None:
    case = begin(runtime, around(d.loop(d.step("x"), maximum="2")))
    case.do("x")
    case.do("x")
    assert case.open_steps == ["z"]


# -- errors and escalations ----------------------------------------------------------------


def failing(end: str, *parts: str) -> bytes:
    """A sub-process x in which ``inner`` leads to ``end``, named ``xe``; ``parts`` catch."""
    inside = d.start("xs") + d.step("inner") + end + d.chain("xs", "inner", "xe")
    return around(d.subprocess("x", inside), *parts, extra=ERROR + d.declared("escalation", "up"))


def test_an_error_ends_the_sub_process_and_goes_where_it_is_caught(runtime: Runtime) -> None:
    caught = (
        d.boundary("b", "x", d.refers("error", "bad")),
        d.step("repair"),
        d.end("e2"),
        d.chain("b", "repair", "e2"),
    )
    case = begin(runtime, failing(d.over("xe", d.refers("error", "bad")), *caught))
    case.do("inner")
    assert case.open_steps == ["repair"]
    case.do("repair")
    assert case.state == "ended"


def test_an_error_of_a_called_process_is_caught_at_the_call(runtime: Runtime) -> None:
    inside = d.start("qs") + d.step("inner") + d.over("qe", d.refers("error", "bad")) + d.chain("qs", "inner", "qe")
    xml = around(
        d.call("x", "q"), d.boundary("b", "x", d.refers("error")), d.step("repair"), d.end("e2"),
        d.chain("b", "repair", "e2"), extra=ERROR,
    )  # fmt: skip
    case = begin(runtime, d.file(xml, d.process("q", inside)))
    case.do("inner")
    assert case.open_steps == ["repair"]


def test_an_error_of_one_instance_withdraws_the_others(runtime: Runtime) -> None:
    inside = (
        d.start("xs") + d.step("inner") + d.gateway("g", default="f_g_good") + d.end("good")
        + d.over("xe", d.refers("error", "bad")) + d.chain("xs", "inner", "g", "good") + d.flow("g", "xe", "wrong")
    )  # fmt: skip
    xml = around(
        d.several(d.subprocess("x", inside), "3"), d.boundary("b", "x", d.refers("error", "bad")), d.end("e2"),
        d.chain("b", "e2"), extra=ERROR,
    )  # fmt: skip
    case = begin(runtime, xml)
    case.do("inner", wrong=False)
    assert case.open_steps == ["inner", "inner"]
    knowing = {"data": {"wrong": True}, "over": {"wrong": False}}
    runtime.complete(case.task("inner"), actor=CLERK, key="knowing", **knowing)
    assert (case.open_steps, case.state) == ([], "ended")


def test_an_escalation_that_does_not_interrupt_starts_a_branch_beside(runtime: Runtime) -> None:
    heard = (
        d.boundary("b", "x", d.refers("escalation", "up"), interrupting=False), d.step("tell"), d.end("e2"),
        d.chain("b", "tell", "e2"),
    )  # fmt: skip
    inside = (
        d.start("xs") + d.throw("t", d.refers("escalation", "up")) + d.step("inner") + d.end("xe")
        + d.chain("xs", "t", "inner", "xe")
    )  # fmt: skip
    case = begin(runtime, around(d.subprocess("x", inside), *heard, extra=d.declared("escalation", "up")))
    assert case.open_steps == ["inner", "tell"]
    case.do("inner")
    case.do("z")
    assert case.state == "open"
    case.do("tell")
    assert case.state == "ended"


def test_an_escalation_thrown_again_by_what_handles_it_goes_on_outwards(runtime: Runtime) -> None:
    """BPMN 2.0, 13.5.4: the event then is handled by the event sub-process, and after it at the border."""
    up = d.refers("escalation", "up")
    handling = d.event_subprocess(
        "h", up, d.step("tell"), f'<endEvent id="he">{up}</endEvent>', d.chain("h_start", "tell", "he"),
        interrupting=False,
    )  # fmt: skip
    inside = (
        d.start("xs") + d.throw("t", up) + d.step("inner") + d.end("xe") + d.chain("xs", "t", "inner", "xe") + handling
    )
    heard = (d.boundary("b", "x", up, interrupting=False), d.step("far"), d.end("e2"), d.chain("b", "far", "e2"))
    case = begin(runtime, around(d.subprocess("x", inside), *heard, extra=d.declared("escalation", "up")))
    assert case.open_steps == ["inner", "tell"]
    case.do("tell")
    assert case.open_steps == ["far", "inner"]


# -- signals -------------------------------------------------------------------------------


def test_a_signal_reaches_every_case_that_waits_for_it_and_its_own_at_once(runtime: Runtime) -> None:
    waiting = d.model(
        ENDS, d.catch("x", d.refers("signal", "bell")), d.step("z"), d.chain("s", "x", "z", "e"), name="w", extra=SIGNAL
    )
    first, second = (
        begin(runtime, waiting),
        runtime.start("w", business_key="C-2", district_code="370203", scope="tax", data={}, actor=CLERK, key="second"),
    )
    ringing = d.model(
        ENDS, d.gateway("f", "parallel"), d.step("a"), d.throw("t", d.refers("signal", "bell")), d.end("e1"),
        d.catch("own", d.refers("signal", "bell")), d.step("b"), d.chain("s", "f", "a", "t", "e1"),
        d.chain("f", "own", "b", "e"), name="r", extra=SIGNAL,
    )  # fmt: skip
    ringer = begin(runtime, ringing)
    ringer.do("a")
    assert ringer.open_steps == ["b"]
    assert first.open_steps == []
    while runtime.tick():
        pass
    assert (first.open_steps, Case(runtime, second.instance_id).open_steps) == (["z"], ["z"])


def test_a_signal_from_outside_reaches_all_and_a_second_time_nobody(runtime: Runtime) -> None:
    case = begin(runtime, around(d.catch("x", d.refers("signal", "bell") + d.receive(loud="")), extra=SIGNAL))
    assert runtime.broadcast("bell", payload={"loud": True}, actor=CLERK, key="ring") == 1
    assert case.open_steps == ["z"]
    assert runtime.query.instance(case.id).data["loud"] is True
    assert runtime.broadcast("bell", payload={}, actor=CLERK, key="again") == 0


# -- tasks of no kind ----------------------------------------------------------------------


def test_a_task_of_no_kind_is_done_as_soon_as_it_is_entered(runtime: Runtime) -> None:
    case = begin(runtime, around('<task id="x"/>'))
    assert case.open_steps == ["z"]
    assert [step.outcome for step in runtime.query.steps(case.id) if step.element == "x"] == ["completed"]


def test_a_manual_task_is_a_step_that_a_person_reports(runtime: Runtime) -> None:
    case = begin(runtime, around(d.step("x").replace("userTask", "manualTask")))
    assert case.open_steps == ["x"]
    case.do("x")
    assert case.open_steps == ["z"]


# -- links, milestones ---------------------------------------------------------------------


def test_a_link_leads_to_where_it_is_caught(runtime: Runtime) -> None:
    xml = d.model(
        ENDS, d.step("a"), d.throw("out", d.link("far")), d.catch("into", d.link("far")), d.throw("mark"), d.step("b"),
        d.chain("s", "a", "out"), d.chain("into", "mark", "b", "e"),
    )  # fmt: skip
    case = begin(runtime, xml)
    case.do("a")
    assert case.open_steps == ["b"]
    case.do("b")
    assert case.state == "ended"


# -- event sub-processes -------------------------------------------------------------------


def listening(definition: str, *, interrupting: bool, extra: str = "") -> bytes:
    steps = (d.step("help"), d.end("he"), d.chain("h_start", "help", "he"))
    return around(d.step("x"), d.event_subprocess("h", definition, *steps, interrupting=interrupting), extra=extra)


MESSAGE = d.declared("message", "m")


def test_what_listens_does_not_keep_a_case_open(runtime: Runtime) -> None:
    case = begin(runtime, listening(d.refers("message", "m"), interrupting=False, extra=MESSAGE))
    case.do("x")
    case.do("z")
    assert case.state == "ended"


def test_an_event_sub_process_runs_beside_each_time_it_is_called(runtime: Runtime) -> None:
    case = begin(runtime, listening(d.refers("message", "m"), interrupting=False, extra=MESSAGE))
    for number in range(2):
        runtime.deliver(case.id, "m", payload={}, actor=CLERK, key=f"m{number}")
    assert case.open_steps == ["help", "help", "x"]
    case.do("x")
    case.do("z")
    case.do("help")
    assert case.state == "open"
    case.do("help")
    assert case.state == "ended"


def test_no_event_sub_process_begins_when_the_flow_beside_it_is_done(runtime: Runtime) -> None:
    case = begin(runtime, listening(d.refers("message", "m"), interrupting=False, extra=MESSAGE))
    deliver(runtime, case, "m")
    case.do("x")
    case.do("z")
    assert (case.open_steps, runtime.query.waiting_for("message", "m")) == (["help"], [])


def test_an_interrupting_event_sub_process_takes_the_place_of_everything_else(runtime: Runtime) -> None:
    case = begin(runtime, listening(d.refers("message", "m"), interrupting=True, extra=MESSAGE))
    deliver(runtime, case, "m")
    assert case.open_steps == ["help"]
    case.do("help")
    assert case.state == "ended"


def test_an_event_sub_process_may_wait_for_a_time(runtime: Runtime, clock: VirtualClock) -> None:
    time = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    case = begin(runtime, listening(time, interrupting=False))
    clock.advance(timedelta(days=2))
    runtime.tick()
    runtime.tick()
    assert case.open_steps == ["help", "x"]


def test_an_error_inside_is_caught_beside_the_flow_of_its_own_sub_process(runtime: Runtime) -> None:
    inside = (
        d.start("xs") + d.step("inner") + d.over("xe", d.refers("error", "bad")) + d.chain("xs", "inner", "xe")
        + d.event_subprocess("h", d.refers("error", "bad"), d.step("help"), d.end("he"), d.chain("h_start", "help", "he"))
    )  # fmt: skip
    case = begin(runtime, around(d.subprocess("x", inside), extra=ERROR))
    case.do("inner")
    assert case.open_steps == ["help"]
    case.do("help")
    assert case.open_steps == ["z"]


def test_a_nested_event_sub_process_listens_only_while_its_sub_process_runs(runtime: Runtime) -> None:
    inside = body("inner") + d.event_subprocess(
        "h", d.refers("message", "m"), d.step("help"), d.end("he"), d.chain("h_start", "help", "he"), interrupting=False
    )
    case = begin(runtime, around(d.subprocess("x", inside), extra=MESSAGE))
    assert runtime.query.waiting_for("message", "m") == [case.id]
    case.do("inner")
    assert runtime.query.waiting_for("message", "m") == []
    assert case.open_steps == ["z"]


def test_who_is_excluded_from_a_step_is_so_in_every_instance(runtime: Runtime) -> None:
    step = d.several(d.step("x", exclude="first"), "2")
    xml = d.model(ENDS, d.step("first"), step, d.chain("s", "first", "x", "e"))
    case = begin(runtime, xml)
    case.do("first")
    with pytest.raises(Exception, match="expected another person than the one who did first"):
        case.do("x")
    case.do("x", actor=CHIEF)
    case.do("x", actor=CHIEF)
    assert case.state == "ended"
