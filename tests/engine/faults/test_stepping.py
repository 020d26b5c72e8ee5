"""Spiff 1.1 to 1.3, 3.12 and 3.13: steps that say nothing, data that change, errors that hide their cause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser

from engine import Call
from engine.errors import CommandFailed, Conflict
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case
from tests.engine.faults import stock
from tests.engine.faults.models import ALL, BY_MESSAGE, between, catch, node, parallel, throw
from tests.engine.faults.ours import Ours


def script(name: str, text: str) -> str:
    return node("scriptTask", name, f"<script>{text}</script>")


class TestFailedTask:
    """1.1 correct | a task that fails leaves half its data, falls silent, and holds up those beside it for ever"""

    FAILS = script("x", "amount = 999\nraise ValueError('boom')")
    ALONE = between(d.step("a") + FAILS, "a", "x")
    BESIDE = parallel("x", "y", parts=FAILS + script("y", "ok = 1"))

    def test_stock_keeps_what_the_failed_task_wrote_and_says_it_once(self) -> None:
        workflow = stock.begin(self.ALONE)
        with pytest.raises(WorkflowTaskException):
            stock.do(workflow, "a", amount=1)
        workflow.do_engine_steps()
        assert stock.find(workflow, "x", stock.ERROR).data == {"amount": 999}
        assert not workflow.is_completed()

    def test_stock_waits_at_the_join_for_ever(self) -> None:
        workflow = stock.BpmnWorkflow(*stock.parse(self.BESIDE))
        with pytest.raises(WorkflowTaskException):
            workflow.do_engine_steps()
        workflow.do_engine_steps()
        assert stock.state(workflow, "y") == "COMPLETED"
        assert stock.names(workflow, stock.OPEN) == ["join"]

    def test_ours_refuses_the_script(self, ours: Ours) -> None:
        ours.refuses(self.ALONE, "element_refused", "x")

    def test_ours_takes_back_the_whole_step_when_a_handler_fails(self, ours: Ours) -> None:
        failing = iter([True, False])

        def fail_once(call: Call) -> dict[str, int]:
            if next(failing):
                raise ValueError("boom")
            return {"amount": 999}

        ours.runtime.handlers.register("fail_once", fail_once)
        case = ours.begin(
            between(d.step("a") + d.handler("x", "fail_once", outputs="amount") + d.step("b"), "a", "x", "b")
        )
        with pytest.raises(CommandFailed, match="boom"):
            case.do("a", amount=1)
        assert (case.open_steps, ours.data(case)) == (["a"], {})
        assert [one.cause for one in ours.runtime.query.incidents()] == ["x failed: ValueError: boom"]
        case.do("a", amount=1)
        assert (case.open_steps, ours.data(case)) == (["b"], {"amount": 999})


class TestTasksOfNobody:
    """1.1 correct | a plain task waits for a person nobody named, a service task for nobody at all"""

    TASK = between(node("task", "x"), "x")
    SERVICE = between(d.handler("x", "issue"), "x")

    def test_stock_waits(self) -> None:
        assert stock.names(stock.begin(self.TASK), stock.READY) == ["x"]
        assert stock.names(stock.begin(self.SERVICE), stock.STARTED) == ["x"]

    def test_ours_passes_the_plain_task(self, ours: Ours) -> None:
        assert ours.begin(self.TASK).state == "ended"

    def test_ours_calls_the_service(self, ours: Ours) -> None:
        case = ours.begin(self.SERVICE)
        assert ([call.element for call in ours.office.calls], case.state) == (["x"], "ended")


class TestPathWithoutEnd:
    """1.2 refused | a path that just stops completes the case, but only when somebody asks"""

    XML = d.model(d.start(), d.step("a"), d.chain("s", "a"))

    def test_stock_is_completed_by_the_question(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a")
        assert [workflow.completed, workflow.is_completed(), workflow.completed] == [False, True, True]

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.XML, "dead_end", "a")


class TestSharedData:
    """1.3 correct | what a later step changes inside a value is changed in the completed steps too"""

    XML = between(d.step("a") + d.step("b"), "a", "b")

    def test_stock_rewrites_history(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a", order={"lines": {"fee": 1}})
        stock.find(workflow, "b").data["order"]["lines"]["fee"] = 999
        assert stock.find(workflow, "a").data == {"order": {"lines": {"fee": 999}}}

    def test_ours_keeps_what_each_step_entered(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a", order={"lines": {"fee": 1}})
        case.do("b", order={"lines": {"fee": 999}})
        entered = [e.body["data"]["order"]["lines"]["fee"] for e in ours.runtime.query.journal(case.id)[1:3]]
        assert entered == [1, 999]


class TestDataOfAWaitingTask:
    """1.3 correct | what is written while a task waits is overwritten when it goes on"""

    XML = d.model(
        *(
            d.start(),
            d.step("a"),
            d.gateway("g", "parallel"),
            catch("t", BY_MESSAGE),
            d.step("b"),
            d.step("c"),
            d.end(),
        ),
        *(d.end("e2"), d.chain("s", "a", "g", "t", "b", "e"), d.chain("g", "c", "e2")),
        extra=ALL,
    )

    def test_stock_forgets_it(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a", fee=1)
        stock.find(workflow, "t", stock.WAITING).data["fee"] = 2
        stock.message(workflow, "paid")
        assert stock.find(workflow, "b", stock.READY).data == {"fee": 1}

    def test_ours_keeps_it(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a", fee=1)
        case.do("c", fee=2)
        ours.send(case, "paid")
        assert (case.open_steps, ours.data(case)) == (["b"], {"fee": 2})


class TestMaskedErrors:
    """3.12 correct | what really went wrong is hidden behind an error of the engine's own"""

    FAILS = between(d.step("a") + script("x", "raise ValueError(5)"), "a", "x")
    SEVERAL = between(
        d.step("x").replace(
            "</userTask>",
            "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>out"
            '</loopDataOutputRef><outputDataItem id="o"/></multiInstanceLoopCharacteristics></userTask>',
        ),
        "x",
    )

    def test_stock_says_something_else(self) -> None:
        workflow = stock.begin(self.FAILS)
        with pytest.raises(TypeError, match="can only concatenate str"):
            stock.do(workflow, "a")
        with pytest.raises(NameError, match="script"):
            workflow.script_engine.call_service(stock.find(workflow, "a"), operation_name="x")
        with pytest.raises(NameError, match="data_ouput"):
            stock.begin(self.SEVERAL, out=[])

    def test_ours_says_what_the_handler_said(self, ours: Ours) -> None:
        def fail(call: Call) -> None:
            raise ValueError(5)

        ours.runtime.handlers.register("fail", fail)
        case = ours.begin(between(d.step("a") + d.handler("x", "fail"), "a", "x"))
        with pytest.raises(CommandFailed, match="ValueError: 5"):
            case.do("a")
        assert [one.cause for one in ours.runtime.query.incidents()] == ["x failed: ValueError: 5"]

    def test_ours_refuses_the_script(self, ours: Ours) -> None:
        ours.refuses(self.FAILS, "element_refused", "x")

    def test_ours_runs_each_and_collects_the_results(self, ours: Ours) -> None:
        case = ours.begin(self.SEVERAL, out=[])
        assert case.open_steps == ["x", "x"]
        case.do("x", o=1)
        case.do("x", o=2)
        assert (case.state, ours.data(case)["out"]) == ("ended", [1, 2])


class TestMessageWithoutExpression:
    """3.13 either | the Camunda parser takes a message throw that it cannot run"""

    XML = between(d.step("a") + throw("x", BY_MESSAGE), "a", "x", extra=ALL)

    def test_stock_fails_when_it_gets_there(self) -> None:
        workflow = stock.begin(self.XML, CamundaParser)
        with pytest.raises(WorkflowTaskException, match="Error evaluating expression 'None'"):
            stock.do(workflow, "a")

    def test_ours_refuses_it_or_throws_the_message(self, ours: Ours) -> None:
        def throws(case: Case) -> None:
            case.do("a")
            assert case.state == "ended"

        ours.refuses_or(self.XML, "element_refused", "x", throws)


class TestCancelledCase:
    """1.1 correct | a cancelled case is completed, and its steps can still be run"""

    XML = between(d.step("a") + d.step("b"), "a", "b")

    def test_stock_runs_a_step_of_it(self) -> None:
        workflow = stock.begin(self.XML)
        a = stock.find(workflow, "a")
        workflow.cancel()
        assert workflow.completed
        a.run()
        assert stock.state(workflow, "a") == "COMPLETED"

    def test_ours_does_not(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        task = case.task("a")
        ours.runtime.cancel(case.id, reason="withdrawn", actor=CLERK, key="c")
        with pytest.raises(Conflict):
            ours.runtime.complete(task, data={}, actor=CLERK, key="late")
        assert (case.open_steps, case.state) == ([], "cancelled")
        ours.clock.advance(timedelta(days=400))
        assert ours.runtime.tick() == 0
