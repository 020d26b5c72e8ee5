"""Spiff 3.1 to 3.5, 3.14, 3.16: tokens, steps and decisions that go missing, or happen twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from engine import Runtime
from engine.errors import Conflict, EvaluationFailed, Overwritten
from tests.engine import drawing as d
from tests.engine.conftest import CLERK
from tests.engine.faults import stock
from tests.engine.faults.models import between, catch, looped, parallel, quoted, timed
from tests.engine.faults.ours import Ours

TWO_STEPS = d.model(d.start(), d.step("approve"), d.step("pay"), d.end(), d.chain("s", "approve", "pay", "e"))


def blocks(number: int) -> bytes:
    """So many parallel splits one behind the other, each met by an exclusive gateway, then the step h."""
    parts = [d.start(), d.step("h"), d.end(), d.chain("s", "f0"), d.chain("h", "e")]
    for n in range(number):
        behind = f"f{n + 1}" if n + 1 < number else "h"
        parts += [d.gateway(f"f{n}", "parallel"), *map(d.gateway, (f"x{n}", f"y{n}", f"m{n}"))]
        parts += [d.chain(f"f{n}", f"x{n}", f"m{n}", behind), d.chain(f"f{n}", f"y{n}", f"m{n}")]
    return d.model(*parts)


class TestFlowWithoutId:
    """3.1 refused | a sequence flow without an id is dropped with all that is behind it"""

    XML = TWO_STEPS.replace(b'id="f_s_approve" ', b"")

    def test_stock_ends_the_case_right_after_the_start(self) -> None:
        workflow = stock.begin(self.XML)
        assert workflow.is_completed() and "approve" not in workflow.spec.task_specs

    def test_ours_refuses_the_flow_by_its_place(self, ours: Ours) -> None:
        ours.refuses(self.XML, "no_id", "p", at='sourceRef="s"')


class TestDepthOfOneThousand:
    """3.2 correct | a case whose task tree is deeper than 1000 is called completed"""

    ROUNDS = 32
    XML = looped(d.step("u"), through=29)

    def test_stock_calls_a_case_completed_in_the_middle_of_a_round(self) -> None:
        workflow, rounds = stock.begin(self.XML), 0
        while stock.names(workflow) == ["u"]:
            stock.do(workflow, "u", again=True)
            rounds += 1
        assert rounds <= self.ROUNDS
        assert len(stock.names(workflow)) == 1 and workflow.get_tasks(state=stock.READY) == []
        assert workflow.is_completed()

    def test_ours_goes_on(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        for _ in range(self.ROUNDS):
            case.do("u", again=True)
        assert (case.open_steps, case.state) == (["u"], "open")
        case.do("u", again=False)
        assert case.state == "ended"


class TestRecursionInALongLoop:
    """3.2b correct | the same loop with a boundary timer ends in a RecursionError"""

    ROUNDS = 30
    XML = looped(d.step("u"), through=29, beside=d.timer("t", "u", "P5D") + d.end("late") + d.flow("t", "late"))

    def test_stock_fails_after_some_rounds(self) -> None:
        workflow = stock.begin(quoted(self.XML))
        with pytest.raises(RecursionError):
            for _ in range(self.ROUNDS):
                stock.do(workflow, "u", again=True)

    def test_ours_goes_on(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        for _ in range(self.ROUNDS):
            case.do("u", again=True)
        assert case.open_steps == ["u"]
        assert [t.occurrence for t in ours.runtime.query.timers(case.id) if t.state == "armed"] == [self.ROUNDS + 1]


class TestLostToken:
    """3.3 correct | an expression that fails when a node is entered loses the token"""

    XML = d.model(
        *(d.start(), d.gateway("fork", "parallel"), d.step("a"), catch("t", timed("deadline")), d.step("b")),
        *(
            d.gateway("join", "parallel"),
            d.end(),
            d.chain("s", "fork", "a", "t", "join", "e"),
            d.chain("fork", "b", "join"),
        ),
    )

    def test_stock_hangs_without_a_sign(self) -> None:
        workflow = stock.begin(self.XML)
        with pytest.raises(Exception, match="Invalid duration"):
            stock.do(workflow, "a", deadline="5 days")
        assert (stock.state(workflow, "a"), stock.state(workflow, "t")) == ("COMPLETED", "FUTURE")
        workflow.do_engine_steps()
        stock.do(workflow, "b")
        assert stock.names(workflow, stock.READY | stock.WAITING | stock.ERROR) == ["join"]
        assert not workflow.is_completed()

    @pytest.mark.parametrize("deadline", ["5 days", 5, None, {"days": 5}, "-P5D"])
    def test_ours_keeps_the_step_and_says_why(self, ours: Ours, deadline: object) -> None:
        case = ours.begin(self.XML)
        with pytest.raises(EvaluationFailed):
            case.do("a", deadline=deadline)
        assert (case.open_steps, ours.incidents()) == (["a", "b"], ["t"])
        case.do("a", deadline="P5D")
        case.do("b")
        ours.clock.advance(timedelta(days=5))
        ours.runtime.tick()
        assert case.state == "ended"


class TestDurationAsDate:
    """3.3 correct | a timeDate that holds a duration, which every modeller can write, loses the token"""

    XML = between(d.step("a") + catch("t", timed("P1D", "timeDate")), "a", "t")

    def test_stock_loses_the_token(self) -> None:
        workflow = stock.begin(quoted(self.XML))
        with pytest.raises(TypeError):
            stock.do(workflow, "a")
        assert stock.names(workflow, stock.OPEN) == []

    def test_ours_takes_it_as_a_duration(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        assert ours.runtime.tick() == 0
        ours.clock.advance(timedelta(days=1))
        ours.runtime.tick()
        assert case.state == "ended"


class TestNoCheckOfState:
    """3.4 correct | a task is run whatever its state: twice, before its turn, before its time"""

    XML = between(d.step("approve") + catch("wait", timed("P5D")) + d.step("pay"), "approve", "wait", "pay")

    def test_stock_runs_a_completed_step_again(self) -> None:
        workflow, completed = stock.begin(TWO_STEPS), []
        workflow.spec.task_specs["approve"].completed_event.connect(lambda _, task: completed.append(task))
        approve = stock.find(workflow, "approve")
        for _ in range(2):
            approve.run()
        assert completed == [approve, approve]

    def test_stock_runs_a_step_before_its_turn(self) -> None:
        workflow = stock.begin(TWO_STEPS)
        stock.find(workflow, "pay", stock.FUTURE).run()
        assert (stock.state(workflow, "approve"), stock.state(workflow, "pay")) == ("READY", "COMPLETED")

    def test_stock_runs_a_timer_before_its_time(self) -> None:
        workflow = stock.begin(quoted(self.XML))
        stock.do(workflow, "approve")
        stock.find(workflow, "wait", stock.WAITING).run()
        assert stock.state(workflow, "wait") == "COMPLETED"

    def test_ours_does_a_step_once(self, ours: Ours) -> None:
        case = ours.begin(TWO_STEPS)
        task = case.task("approve")
        case.do("approve")
        with pytest.raises(Conflict):
            ours.runtime.complete(task, data={}, actor=CLERK, key="again")
        assert (case.open_steps, ours.done(case).count("approve")) == (["pay"], 1)

    def test_ours_has_no_step_before_its_turn_and_no_firing_before_its_time(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        assert case.open_steps == ["approve"]
        case.do("approve")
        ours.clock.advance(timedelta(days=5, microseconds=-1))
        ours.runtime.fire_due(case.id)
        assert (ours.runtime.tick(), case.open_steps) == (0, [])
        ours.clock.advance(timedelta(microseconds=1))
        assert (ours.runtime.tick(), case.open_steps) == (1, ["pay"])


class TestJoinBlendsData:
    """3.5 correct | a join blends what parallel branches wrote into records that nobody wrote"""

    XML = parallel("x", "y", parts=d.step("x") + d.step("y"))
    APPROVED = {"by": "X", "verdict": "approve", "fee": 100}
    REJECTED = {"by": "Y", "verdict": "reject", "reason": "fraud"}

    def test_stock_invents_a_record_and_loses_one(self) -> None:
        workflow = stock.begin(self.XML, log=[])
        stock.do(workflow, "x", log=[dict(self.APPROVED)], status="APPROVED")
        stock.do(workflow, "y", log=[dict(self.REJECTED)], status="REJECTED")
        blend = {"by": "X", "verdict": "approve", "reason": "fraud", "fee": 100}
        assert workflow.data == {"log": [blend], "status": "REJECTED"}

    def test_ours_keeps_both_decisions_whole_in_the_journal(self, ours: Ours) -> None:
        case = ours.begin(self.XML, log=[])
        case.do("x", log=[self.APPROVED])
        with pytest.raises(Overwritten):
            case.do("y", log=[self.REJECTED])
        shown = {"log": [self.APPROVED]}
        ours.runtime.complete(case.task("y"), data={"log": [self.REJECTED]}, over=shown, actor=CLERK, key="knowing")
        entered = [e.body["data"]["log"] for e in ours.runtime.query.journal(case.id) if e.kind == "completed"]
        assert entered == [[self.APPROVED], [self.REJECTED]]
        assert all(record in (self.APPROVED, self.REJECTED) for record in ours.data(case)["log"])

    def test_ours_lets_no_branch_overwrite_what_another_decided(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("y", status="REJECTED")
        try:
            case.do("x", status="APPROVED")
        except Conflict:
            return
        assert "REJECTED" in str(ours.data(case))


class TestRacingWorkers:
    """3.14 correct | two workers load a case, do the same step and save: it is done twice"""

    ROUNDS = 10
    XML = between(d.step("a") + d.handler("issue", "issue"), "a", "issue")
    STOCK = XML.replace(b"serviceTask", b"scriptTask").replace(
        b"</scriptTask>", b"<script>issued = 1</script></scriptTask>"
    )

    def test_stock_does_the_step_twice(self) -> None:
        serializer = BpmnWorkflowSerializer()
        stored = serializer.serialize_json(stock.begin(self.STOCK))
        workers = [serializer.deserialize_json(stored) for _ in range(2)]
        for worker in workers:
            stock.do(worker, "a")
        assert [stock.ran(worker, "issue") for worker in workers] == [1, 1]

    def test_ours_does_it_once_however_they_race(self, ours: Ours) -> None:
        offices = [ours.runtime, Runtime(ours.database, ours.clock, ours.office.handlers())]
        for number in range(self.ROUNDS):
            case = ours.begin(self.XML.replace(b'name="issue"', f'name="issue {number}"'.encode(), 1))
            assert self._race(offices, case.task("a"), number) == ["done", "too late"]
        assert len(ours.office.calls) == self.ROUNDS

    def _race(self, offices: list[Runtime], task: str, number: int) -> list[str]:
        together, said = threading.Barrier(len(offices)), []

        def work(runtime: Runtime, key: str) -> None:
            together.wait()
            try:
                runtime.complete(task, data={}, actor=CLERK, key=key)
                said.append("done")
            except Conflict:
                said.append("too late")

        workers = [threading.Thread(target=work, args=(one, f"{number}:{id(one)}")) for one in offices]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sorted(said)


class TestTokensMerge:
    """3.16 correct | tokens that meet at an exclusive gateway become one"""

    BLOCKS = 3
    XML = blocks(BLOCKS)

    def test_stock_has_two_tokens_where_there_are_eight(self) -> None:
        assert stock.names(stock.begin(self.XML)) == ["h"] * 2

    def test_ours_has_all_of_them(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        assert case.open_steps == ["h"] * 2**self.BLOCKS
