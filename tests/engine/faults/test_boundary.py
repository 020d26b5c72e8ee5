"""Spiff 9: events on borders, several instances, pruning and moving, as they were tried for this product."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowDataException, WorkflowTaskException
from SpiffWorkflow.exceptions import TaskNotFoundException

from engine import Act
from engine.errors import Conflict, EvaluationFailed
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case
from tests.engine.faults import stock
from tests.engine.faults.conftest import SpiffClock
from tests.engine.faults.models import (
    BY_MESSAGE,
    MESSAGE,
    between,
    boundary,
    condition,
    event_subprocess,
    looped,
    parallel,
    quoted,
    timed,
)
from tests.engine.faults.ours import Ours

PAST = "2020-01-01T00:00:00Z"


def watched(event: str, behind: str = "", extra: str = "") -> bytes:
    """The steps a and b; the event t on the border of a leads to the step w, or to the node w of ``behind``."""
    beside = event + (behind or d.step("w")) + d.end("te") + d.chain("t", "w", "te")
    return between(d.step("a") + beside + d.step("b"), "a", "b", extra=extra)


class TestCheckThatWaits:
    """9.2 either | a cycle starts a check that waits; when its host is left the case breaks"""

    CHECK = d.subprocess("w", d.start("ws"), d.step("i"), d.end("we"), d.chain("ws", "i", "we"))
    CYCLE = watched(boundary("t", "a", timed(f"R9/{PAST}/P100D", "timeCycle"), interrupting=False), CHECK)
    ONCE = watched(d.timer("t", "a", "PT1H"), CHECK)

    def test_stock_loses_the_check_and_breaks(self) -> None:
        workflow = stock.begin(quoted(self.CYCLE))
        workflow.do_engine_steps()
        assert "i" in stock.names(workflow)
        with pytest.raises(TaskNotFoundException):
            stock.do(workflow, "a")

    def test_ours_lets_a_check_outlive_its_host(self, ours: Ours) -> None:
        case = ours.begin(self.ONCE)
        ours.clock.advance(timedelta(hours=1))
        ours.runtime.tick()
        case.do("a")
        assert case.open_steps == ["b", "i"]
        case.do("b")
        assert case.state == "open"
        case.do("i")
        assert case.state == "ended"

    def test_ours_refuses_the_cycle_or_keeps_its_checks(self, ours: Ours) -> None:
        def keeps(case: Case) -> None:
            ours.runtime.tick()
            checks = case.open_steps.count("i")
            assert checks >= 1
            case.do("a")
            assert case.open_steps == ["b"] + ["i"] * checks

        ours.refuses_or(self.CYCLE, "element_refused", "t", keeps, at="<timeCycle>")


class TestSecondMessage:
    """9.3 correct | of several messages to one host only the first is caught"""

    XML = watched(d.message("t", "a", "m", interrupting=False), extra=MESSAGE)

    def test_stock_catches_one(self) -> None:
        workflow = stock.begin(self.XML)
        for _ in range(3):
            stock.message(workflow, "paid")
        assert stock.names(workflow) == ["a", "w"]

    def test_ours_catches_all(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        for _ in range(3):
            ours.send(case, "paid")
        assert case.open_steps == ["a", "w", "w", "w"]
        for step in ("a", "w", "w", "b", "w"):
            case.do(step)
        assert case.state == "ended"


class TestOverdueTimer:
    """9.4 correct | a timer that is overdue when its host is left is withdrawn, as if the step had been in time"""

    XML = watched(d.timer("t", "a", "PT1H"))

    def test_stock_withdraws_it(self, spiff_clock: type[SpiffClock]) -> None:
        workflow = stock.begin(quoted(self.XML))
        spiff_clock.time += timedelta(hours=1, milliseconds=200)
        stock.do(workflow, "a")
        assert (stock.state(workflow, "t"), stock.names(workflow)) == ("CANCELLED", ["b"])

    def test_ours_fires_it_first(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        ours.clock.advance(timedelta(hours=1, milliseconds=200))
        case.do("a")
        assert case.open_steps == ["b", "w"]


class TestBrokenCondition:
    """9.5 correct | a condition on one branch fails in the middle of a step on another"""

    XML = parallel("a", "b", parts=d.step("a") + d.step("b"), join=False).replace(
        b"</process>",
        f"{boundary('t', 'a', condition('fee &gt; limit'), interrupting=False)}{d.end('te')}{d.flow('t', 'te')}</process>".encode(),
    )
    CHECKPOINT = d.model(
        *(d.start(), d.gateway("fork", "parallel"), d.step("a"), d.step("b"), d.end(), d.end("e2")),
        *(d.chain("s", "fork", "a", "e"), d.chain("fork", "b", "e2")),
        *(d.data_checkpoint("t", "a", "TT-01", "step completed and fee &gt; limit"), d.rule_check(), d.flow("t", "rc")),
        checkpoints=d.checkpoint("TT-01", "expression", must="true"),
    )

    def test_stock_fails_the_neighbour(self) -> None:
        workflow = stock.begin(self.XML, fee=1, limit=2)
        waiting = stock.find(workflow, "t")
        for task in (waiting, waiting.parent):
            del task.data["limit"]
        with pytest.raises(WorkflowTaskException, match="fee > limit"):
            stock.do(workflow, "b")

    def test_ours_notes_it_when_its_own_step_is_left_and_the_step_stands(self, ours: Ours) -> None:
        case = ours.begin(self.CHECKPOINT, fee=1)
        case.do("b")
        assert (case.open_steps, ours.incidents()) == (["a"], [])
        case.do("a")
        assert (case.state, ours.incidents()) == ("ended", ["t"])


class TestNestedEventSubprocess:
    """9.6 correct | an event sub-process inside a sub-process never starts"""

    INSIDE = d.subprocess(
        *("x", d.start("xs"), d.step("i"), d.end("xe"), d.chain("xs", "i", "xe")),
        event_subprocess(BY_MESSAGE, interrupting=False),
    )
    XML = between(INSIDE, "x", extra=MESSAGE)

    def test_stock_does_not_hear_the_message(self) -> None:
        workflow = stock.begin(self.XML)
        stock.message(workflow, "paid")
        assert stock.names(workflow) == ["i"]

    def test_ours_starts_it(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        ours.send(case, "paid")
        assert case.open_steps == ["E_u", "i"]
        for step in ("i", "E_u"):
            case.do(step)
        assert case.state == "ended"


class TestMessageAfterTheEnd:
    """9.6 correct | a message to a case that has ended runs its event sub-process"""

    XML = between(d.step("a") + event_subprocess(BY_MESSAGE, interrupting=False), "a", extra=MESSAGE)

    def test_stock_opens_a_step_in_a_completed_case(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a")
        assert workflow.is_completed()
        stock.message(workflow, "paid")
        assert stock.names(workflow) == ["E_u"] and workflow.is_completed()

    def test_ours_stays_ended(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        with pytest.raises(Conflict):
            ours.send(case, "paid")
        assert (case.state, case.open_steps) == ("ended", [])


def several(inner: str, *, sequential: bool) -> str:
    flag = "true" if sequential else "false"
    loop = f'<multiInstanceLoopCharacteristics isSequential="{flag}">{inner}</multiInstanceLoopCharacteristics>'
    return d.step("u").replace("</userTask>", f"{loop}</userTask>")


ITEMS = '<loopDataInputRef>docs</loopDataInputRef><inputDataItem id="doc"/>'
COUNT = "<loopCardinality>n</loopCardinality>"


class TestSeveralInstances:
    """9.9 correct | several instances fail on null, on the second item, and when they are entered again"""

    @pytest.mark.parametrize("sequential", [True, False])
    def test_stock_fails_on_null(self, sequential: bool) -> None:
        with pytest.raises(TypeError):
            stock.begin(between(several(COUNT, sequential=sequential), "u"), n=None)

    def test_stock_fails_on_the_second_item(self) -> None:
        workflow = stock.begin(between(several(ITEMS, sequential=True), "u"), docs=[1, 2])
        with pytest.raises(WorkflowDataException, match="already exists"):
            for _ in range(2):
                stock.do(workflow, "u [child]")

    def test_stock_fails_when_they_are_entered_again(self) -> None:
        workflow = stock.begin(self.again(), docs=[1])
        stock.do(workflow, "u [child]")
        with pytest.raises(WorkflowDataException, match="already exists"):
            stock.do(workflow, "v", again=True)

    def again(self) -> bytes:
        loop = looped(several(ITEMS, sequential=False)).replace(d.flow("u", "g").encode(), b"")
        return loop.replace(b"</process>", f"{d.step('v')}{d.chain('u', 'v', 'g')}</process>".encode())

    @pytest.mark.parametrize("sequential", [True, False])
    def test_ours_says_that_null_is_no_number_and_keeps_the_step_before(self, ours: Ours, sequential: bool) -> None:
        case = ours.begin(between(d.step("a") + several(COUNT, sequential=sequential), "a", "u"))
        with pytest.raises(EvaluationFailed):
            case.do("a", n=None)
        assert (case.open_steps, ours.incidents()) == (["a"], ["u"])
        case.do("a", n=Decimal("2.0"))
        assert case.open_steps == ["u"] if sequential else ["u", "u"]

    def test_ours_runs_one_item_after_the_other(self, ours: Ours) -> None:
        case = ours.begin(between(several(ITEMS, sequential=True), "u"), docs=[1, 2])
        for _ in range(2):
            assert case.open_steps == ["u"]
            case.do("u")
        assert case.state == "ended"

    def test_ours_enters_them_again(self, ours: Ours) -> None:
        case = ours.begin(self.again(), docs=[1])
        case.do("u")
        case.do("v", again=True)
        assert case.open_steps == ["u"]

    def test_ours_has_taken_a_collection_that_shrinks_meanwhile(self, ours: Ours) -> None:
        case = ours.begin(between(several(ITEMS, sequential=True), "u"), docs=[1, 2, 3])
        case.do("u", docs=[1])
        case.do("u")
        case.do("u")
        assert case.state == "ended"
        assert [e.kind for e in ours.runtime.query.journal(case.id)].count("completed") == 3


class TestPruning:
    """9.10 correct | finished branches that are removed are missed at their join"""

    BRANCHES = ("b0", "b1", "b2", "b3")

    def model(self, kind: str) -> bytes:
        xml = parallel(*self.BRANCHES, parts="".join(map(d.step, self.BRANCHES)))
        return xml.replace(b"parallelGateway", f"{kind}Gateway".encode()) if kind == "parallel" else self.inclusive()

    def inclusive(self) -> bytes:
        flows = [part for name in self.BRANCHES for part in (d.flow("fork", name, "1 = 1"), d.flow(name, "join"))]
        gates = d.gateway("fork", "inclusive") + d.gateway("join", "inclusive")
        ends = d.chain("s", "fork") + d.chain("join", "e")
        return d.model(d.start(), gates, *map(d.step, self.BRANCHES), d.end(), *flows, ends)

    def test_stock_waits_for_a_branch_that_was_removed(self) -> None:
        workflow = stock.begin(self.model("parallel"))
        for name in self.BRANCHES:
            stock.do(workflow, name)
            for branch in list(stock.find(workflow, "fork").children):
                if all(task.has_state(stock.TaskState.FINISHED_MASK) for task in branch):
                    workflow._remove_task(branch.id)
        assert stock.names(workflow, stock.OPEN) == ["join"]

    @pytest.mark.parametrize("kind", ["parallel", "inclusive"])
    def test_ours_joins_all_of_them_with_their_data(self, ours: Ours, kind: str) -> None:
        case = ours.begin(self.model(kind))
        for name in self.BRANCHES:
            assert case.state == "open"
            case.do(name, **{name: 1})
        assert (case.state, ours.data(case)) == ("ended", dict.fromkeys(self.BRANCHES, 1))


class TestMovingToken:
    """9.12 correct | a token that is moved by running or withdrawing tasks is doubled or lost"""

    XML = between(d.step("a") + d.step("b") + d.step("c"), "a", "b", "c")
    AT = datetime(2026, 3, 2, tzinfo=UTC)

    def test_stock_has_two_steps_open(self) -> None:
        workflow = stock.begin(self.XML)
        stock.find(workflow, "b", stock.FUTURE).run()
        assert stock.names(workflow) == ["a", "c"]

    def test_stock_calls_a_case_without_token_completed(self) -> None:
        workflow = stock.begin(self.XML)
        stock.find(workflow, "a").cancel()
        assert workflow.is_completed()

    def test_stock_sticks_at_a_join_whose_branch_was_withdrawn(self) -> None:
        workflow = stock.begin(parallel("x", "y", parts=d.step("x") + d.step("y")))
        stock.find(workflow, "x").cancel()
        stock.do(workflow, "y")
        assert stock.names(workflow, stock.OPEN) == ["join"] and not workflow.is_completed()

    def test_ours_names_what_does_not_fit_and_stays_where_it_is(self, ours: Ours) -> None:
        ours.runtime.deploy(self.XML, by="designer")
        acts = [Act(self.AT + timedelta(days=n), "step", name) for n, name in enumerate(["b", "a", "a", "b"], 1)]
        fold = ours.runtime.fold(
            "p",
            business_key="C-1",
            district_code="370202",
            scope="h",
            data={},
            at=self.AT,
            acts=acts,
            actor=CLERK,
            key="f",
        )
        assert fold.strays == (0, 2)
        assert Case(ours.runtime, fold.outcome.instance_id).open_steps == ["c"]
