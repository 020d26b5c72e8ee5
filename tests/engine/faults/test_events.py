"""Spiff 1.4 and 1.5: messages that go to everybody or nobody, payloads that overwrite, conditions that see old data."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.exceptions import WorkflowException
from sqlalchemy import select

from engine.errors import Conflict, InvalidData
from engine.tables import job
from tests.engine import drawing as d
from tests.engine.conftest import Case
from tests.engine.faults import stock
from tests.engine.faults.models import BY_MESSAGE, MESSAGE, between, boundary, catch, condition, parallel, throw
from tests.engine.faults.ours import Ours

WAITS = between(d.step("a") + catch("x", BY_MESSAGE) + d.step("b"), "a", "x", "b", extra=MESSAGE)


class TestMessageForEverybody:
    """1.4 correct | one message is caught by all who wait for its name"""

    XML = parallel("x", "y", parts=catch("x", BY_MESSAGE) + catch("y", BY_MESSAGE), join=False, extra=MESSAGE)

    def test_stock_ends_both_branches(self) -> None:
        workflow = stock.begin(self.XML)
        stock.message(workflow, "paid")
        assert workflow.is_completed()

    def test_ours_gives_it_to_one(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        ours.send(case, "paid")
        assert len({"x", "y"} & set(ours.done(case))) == 1 and case.state == "open"
        ours.send(case, "paid")
        assert case.state == "ended"


class TestEarlyMessage:
    """1.4 correct | a message that comes too early is gone: queued among those that go out"""

    def test_stock_sends_it_away_again(self) -> None:
        workflow = stock.begin(WAITS)
        stock.message(workflow, "paid")
        stock.do(workflow, "a")
        assert stock.names(workflow, stock.OPEN) == ["x"]
        assert [event.event_definition.name for event in workflow.get_events()] == ["paid"]
        with pytest.raises(WorkflowException):
            stock.begin(WAITS).send_event(BpmnEvent(MessageEventDefinition("paid"), payload={}))

    def test_ours_tells_the_sender_and_stores_nothing(self, ours: Ours) -> None:
        case = ours.begin(WAITS)
        before = ours.runtime.query.instance(case.id)
        with pytest.raises(Conflict):
            ours.send(case, "paid", {"amount": 1})
        assert ours.runtime.query.instance(case.id) == before


class TestPayloadOverData:
    """1.4 correct | the payload of a message overwrites the data of the case, name by name"""

    def test_stock_overwrites(self) -> None:
        workflow = stock.begin(WAITS, amount=1)
        stock.do(workflow, "a")
        stock.message(workflow, "paid", {"amount": 999})
        assert stock.find(workflow, "b").data == {"amount": 999}

    def test_ours_keeps_the_payload_in_the_journal_under_its_message(self, ours: Ours) -> None:
        case = ours.begin(WAITS, amount=1)
        case.do("a")
        ours.send(case, "paid", {"amount": 999})
        entries = [entry.body for entry in ours.runtime.query.journal(case.id) if entry.kind == "message"]
        assert [(one["message"], one["payload"]) for one in entries] == [("paid", {"amount": 999})]

    def test_ours_does_not_overwrite(self, ours: Ours) -> None:
        case = ours.begin(WAITS, amount=1)
        case.do("a")
        ours.send(case, "paid", {"amount": 999})
        assert ours.data(case)["amount"] == 1


class TestPayloadThatIsNoObject:
    """1.4 refused | a payload that is no object breaks the waiting task for ever"""

    XML = between(catch("x", BY_MESSAGE) + d.step("b"), "x", "b", extra=MESSAGE)

    def test_stock_is_left_with_an_error_and_nothing_that_waits(self) -> None:
        workflow = stock.begin(self.XML)
        with pytest.raises(TypeError):
            stock.message(workflow, "paid", [1])
        assert (stock.state(workflow, "x"), stock.names(workflow, stock.OPEN)) == ("ERROR", [])

    @pytest.mark.parametrize("payload", [[1], "text", 5])
    def test_ours_refuses_it_and_waits_on(self, ours: Ours, payload: object) -> None:
        case = ours.begin(self.XML)
        with pytest.raises(InvalidData):
            ours.send(case, "paid", payload)
        ours.send(case, "paid", {"no": 1})
        assert case.open_steps == ["b"]


class TestThrownMessage:
    """1.4 either | a message that is thrown carries all the data of the case out of the house"""

    XML = between(d.step("a") + throw("x", BY_MESSAGE) + d.step("b"), "a", "x", "b", extra=MESSAGE)

    def test_stock_tells_everything(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a", secret="salary")
        (event,) = workflow.get_events()
        assert event.payload == {"secret": "salary"}

    def test_ours_refuses_it_or_tells_nothing_undeclared(self, ours: Ours) -> None:
        def tells_nothing(case: Case) -> None:
            case.do("a", secret="salary")
            assert case.open_steps == ["b"]
            with ours.database.read() as connection:
                sent = connection.execute(select(job.c.payload)).scalars().all()
            assert "salary" not in str(sent)

        ours.refuses_or(self.XML, "element_refused", "x", tells_nothing)


class TestTerminateAmongEvents:
    """1.4 correct | a terminate end event comes out as an event without a name"""

    XML = d.model(
        *(d.start(), d.gateway("g", "parallel"), d.step("a"), d.step("b"), d.end()),
        *(
            '<endEvent id="x"><terminateEventDefinition/></endEvent>',
            d.chain("s", "g", "a", "x"),
            d.chain("g", "b", "e"),
        ),
    )

    def test_stock_sends_it_out(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a")
        assert [event.event_definition.name for event in workflow.get_events()] == [None]

    def test_ours_ends_the_case_and_sends_nothing(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        assert (case.open_steps, case.state, ours.incidents()) == ([], "ended", [])
        with ours.database.read() as connection:
            assert connection.execute(select(job)).all() == []


class TestCorrelation:
    """1.4 refused | of several correlation keys one that fits is enough"""

    KEYS = "".join(
        f'<correlationKey id="k{n}" name="K{n}"><correlationPropertyRef>p{n}</correlationPropertyRef></correlationKey>'
        f'<correlationProperty id="p{n}" name="p{n}"><correlationPropertyRetrievalExpression messageRef="m">'
        f"<messagePath>p{n}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
        for n in (1, 2)
    )
    XML = between(catch("x", BY_MESSAGE) + d.step("b") + catch("y", BY_MESSAGE), "x", "b", "y", extra=MESSAGE + KEYS)

    def test_stock_takes_a_message_for_another_case(self) -> None:
        workflow = stock.begin(self.XML)
        self._send(workflow, p1=1, p2=2)
        stock.do(workflow, "b")
        self._send(workflow, p1=8, p2=9)
        assert stock.names(workflow, stock.OPEN) == ["y"]
        self._send(workflow, p1=1, p2=9)
        assert workflow.is_completed()

    def _send(self, workflow: stock.BpmnWorkflow, p1: int, p2: int) -> None:
        keys = {"K1": {"p1": p1}, "K2": {"p2": p2}}
        workflow.catch(BpmnEvent(MessageEventDefinition("paid"), payload={"p1": p1, "p2": p2}, correlations=keys))
        workflow.do_engine_steps()

    def test_ours_refuses_the_keys(self, ours: Ours) -> None:
        ours.refuses(self.XML, "element_refused", "k2")

    def test_ours_gives_a_message_to_the_case_it_is_for(self, ours: Ours) -> None:
        first, second = ours.begin(WAITS), ours.begin(WAITS)
        for case in (first, second):
            case.do("a")
        ours.send(first, "paid")
        assert (first.open_steps, second.open_steps) == (["b"], [])


class TestConditionOnOldData:
    """1.5 correct | a conditional boundary event sees the data as they were when its step began"""

    XML = d.model(
        *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
        *(
            boundary("c", "a", condition("fee &gt; 10"), interrupting=False),
            d.step("w"),
            d.end("we"),
            d.chain("c", "w", "we"),
        ),
    )
    CHECKPOINT = d.model(
        *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
        *(d.data_checkpoint("c", "a", "TT-01", "step completed and fee &gt; 10"), d.rule_check(), d.flow("c", "rc")),
        checkpoints=d.checkpoint("TT-01", "expression", must="false"),
    )

    def test_stock_neither_sees_what_is_typed_nor_looks_when_the_step_is_left(self) -> None:
        workflow = stock.begin(self.XML, fee=1)
        stock.find(workflow, "a").data["fee"] = 99
        workflow.update_waiting_tasks()
        workflow.do_engine_steps()
        assert stock.state(workflow, "c") == "WAITING"
        stock.do(workflow, "a", fee=99)
        assert (stock.state(workflow, "c"), stock.names(workflow)) == ("CANCELLED", ["b"])

    @pytest.mark.parametrize(("fee", "steps"), [(99, ["b", "w"]), (10, ["b"])])
    def test_ours_looks_as_soon_as_the_data_are_in(self, ours: Ours, fee: int, steps: list[str]) -> None:
        case = ours.begin(self.XML, fee=1)
        case.do("a", fee=fee)
        assert case.open_steps == steps

    @pytest.mark.parametrize(("fee", "looked"), [(99, ["c"]), (10, [])])
    def test_ours_looks_at_what_was_entered_when_the_step_is_left(
        self, ours: Ours, fee: int, looked: list[str]
    ) -> None:
        case = ours.begin(self.CHECKPOINT, fee=1)
        case.do("a", fee=fee)
        assert [element for element, _ in ours.office.firings()] == looked
        assert case.open_steps == ["b"]
