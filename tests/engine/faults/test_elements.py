"""Spiff 3.7 to 3.11: elements that are read and do nothing, or something else than they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from engine import definitions
from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.models import (
    ALL,
    BY_ERROR,
    BY_ESCALATION,
    BY_MESSAGE,
    BY_SIGNAL,
    between,
    boundary,
    catch,
    condition,
    event_subprocess,
    node,
    quoted,
    throw,
    timed,
)
from tests.engine.faults.ours import Ours
from tests.snapshot import Snapshot

PARSERS = (BpmnParser, CamundaParser, SpiffBpmnParser)
COMPENSATION = "<compensateEventDefinition/>"
LINK = '<linkEventDefinition name="L"/>'


class TestLinkEvents:
    """3.7 correct | a link: the case ends at the throw, and what is behind the catch is not even read"""

    XML = d.model(
        *(d.start(), throw("t", LINK), catch("c", LINK), d.step("b"), d.end()),
        d.chain("s", "t"),
        d.chain("c", "b", "e"),
    )

    @pytest.mark.parametrize("parser", PARSERS)
    def test_stock_ends_at_the_throw(self, parser: type[BpmnParser]) -> None:
        workflow = stock.begin(self.XML, parser)
        assert workflow.is_completed() and "b" not in workflow.spec.task_specs

    def test_ours_goes_on_behind_the_catch(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        assert case.open_steps == ["b"]
        case.do("b")
        assert case.state == "ended"


class TestCompensation:
    """3.7 refused | compensation, thrown or at an end: nothing is compensated"""

    THROWN = between(throw("x", COMPENSATION) + d.step("a"), "x", "a")
    ENDED = d.model(d.start(), d.step("a"), node("endEvent", "x", COMPENSATION), d.chain("s", "a", "x"))

    @pytest.mark.parametrize("parser", PARSERS)
    def test_stock_passes_it_like_nothing(self, parser: type[BpmnParser]) -> None:
        assert stock.names(stock.begin(self.THROWN, parser)) == ["a"]
        workflow = stock.begin(self.ENDED, parser)
        stock.do(workflow, "a")
        assert workflow.is_completed() and workflow.bpmn_events == []

    @pytest.mark.parametrize("xml", [THROWN, ENDED], ids=["thrown", "at an end"])
    def test_ours_refuses_it(self, ours: Ours, xml: bytes) -> None:
        ours.refuses(xml, "element_refused", "x")


class TestSignalEnd:
    """3.7 correct | a signal at an end is never sent"""

    XML = d.model(
        *(d.start(), d.gateway("g", "parallel"), d.step("a"), catch("c", BY_SIGNAL), d.step("b"), d.end()),
        *(node("endEvent", "x", BY_SIGNAL), d.chain("s", "g", "a", "x"), d.chain("g", "c", "b", "e")),
        extra=ALL,
    )

    @pytest.mark.parametrize("parser", PARSERS)
    def test_stock_never_sends_it(self, parser: type[BpmnParser]) -> None:
        workflow = stock.begin(self.XML, parser)
        stock.do(workflow, "a")
        assert (stock.names(workflow), stock.state(workflow, "c"), workflow.bpmn_events) == ([], "WAITING", [])

    def test_ours_sends_it(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        assert case.open_steps == ["b"]
        case.do("b")
        assert case.state == "ended"


class TestEventsWithoutDefinition:
    """3.7 refused | a conditional throw, and events and tasks that wait for nothing, are passed at once"""

    MODELS = {
        "a conditional throw": (throw("x", condition("false")), "element_refused"),
        "a receive task without message": (node("receiveTask", "x"), "message_missing"),
        "a send task without message": (node("sendTask", "x"), "message_missing"),
        "a catch event without definition": (catch("x", ""), "element_refused"),
    }

    @pytest.mark.parametrize("parser", PARSERS)
    @pytest.mark.parametrize("what", MODELS)
    def test_stock_passes_it_at_once(self, what: str, parser: type[BpmnParser]) -> None:
        workflow = stock.begin(between(self.MODELS[what][0] + d.step("a"), "x", "a"), parser)
        assert stock.names(workflow) == ["a"]

    @pytest.mark.parametrize("what", MODELS)
    def test_ours_refuses_it(self, ours: Ours, what: str) -> None:
        inner, code = self.MODELS[what]
        ours.refuses(between(inner + d.step("a"), "x", "a"), code, "x")


def with_event_subprocess(inner: str, *, interrupting: bool) -> bytes:
    """The steps a and b, and beside them the event sub-process E with its step E_u."""
    beside = event_subprocess(inner, interrupting=interrupting)
    return between(d.step("a") + d.step("b") + beside, "a", "b", extra=ALL)


class TestEventSubprocessThatRunsAtOnce:
    """3.7b correct | an event sub-process for errors, escalations or compensation runs when the case begins"""

    STARTS = {"error": BY_ERROR, "escalation": BY_ESCALATION, "compensation": COMPENSATION}

    @pytest.mark.parametrize("start", STARTS)
    def test_stock_runs_it_without_any_error(self, start: str) -> None:
        workflow = stock.begin(with_event_subprocess(self.STARTS[start], interrupting=True))
        assert stock.names(workflow) == ["E_u", "a"]

    @pytest.mark.parametrize("start", ["error", "escalation"])
    def test_ours_leaves_it_alone(self, ours: Ours, start: str) -> None:
        case = ours.begin(with_event_subprocess(self.STARTS[start], interrupting=True))
        assert case.open_steps == ["a"]
        case.do("a")
        case.do("b")
        assert case.state == "ended" and "E" not in ours.done(case)

    def test_ours_refuses_compensation(self, ours: Ours) -> None:
        xml = with_event_subprocess(self.STARTS["compensation"], interrupting=True)
        ours.refuses(xml, "element_refused", "E_s")


class TestConditionalEventSubprocess:
    """3.7b correct | a conditional event sub-process never starts"""

    XML = with_event_subprocess(condition("flag"), interrupting=False)

    def test_stock_never_starts_it(self) -> None:
        workflow = stock.begin(self.XML, flag=True)
        stock.do(workflow, "a", flag=True)
        workflow.update_waiting_tasks()
        workflow.do_engine_steps()
        assert stock.names(workflow, stock.OPEN) == ["b"]

    def test_ours_starts_it_when_the_condition_turns_true(self, ours: Ours) -> None:
        case = ours.begin(self.XML, flag=False)
        before = case.open_steps
        case.do("a", flag=True)
        assert set(case.open_steps) - set(before) == {"b", "E_u"}


class TestInterruptingEventSubprocess:
    """3.7b correct | an interrupting event sub-process interrupts nothing"""

    XML = with_event_subprocess(BY_MESSAGE, interrupting=True)

    def test_stock_leaves_the_main_path_open(self) -> None:
        workflow = stock.begin(self.XML)
        stock.message(workflow, "paid")
        assert stock.names(workflow) == ["E_u", "a"]

    def test_ours_interrupts_it(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        ours.send(case, "paid")
        assert case.open_steps == ["E_u"]
        case.do("E_u")
        assert case.state == "ended"


class TestTimedEventSubprocess:
    """3.7b correct | a timed event sub-process keeps a case open that is done"""

    XML = with_event_subprocess(timed("P5D"), interrupting=False)

    def test_stock_waits_for_its_time_behind_the_end(self) -> None:
        workflow = stock.begin(quoted(self.XML))
        stock.do(workflow, "a")
        stock.do(workflow, "b")
        assert not workflow.is_completed() and stock.state(workflow, "E_s") == "WAITING"

    def test_ours_ends_without_it(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        case.do("b")
        assert case.state == "ended"
        assert [t.state for t in ours.runtime.query.timers(case.id)] == ["cancelled"]

    def test_ours_starts_it_in_time(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        ours.clock.advance(timedelta(days=5))
        ours.runtime.tick()
        assert case.open_steps == ["E_u", "a"]


class TestSpecChangedByACase:
    """3.8 correct | a case that gets a message changes the definition for those that follow"""

    XML = with_event_subprocess(BY_MESSAGE, interrupting=False)

    def test_stock_starts_the_next_case_inside_the_event_subprocess(self) -> None:
        specs = stock.parse(self.XML)
        first, second = (stock.BpmnWorkflow(*specs) for _ in range(2))
        first.do_engine_steps()
        stock.message(first, "paid")
        third = stock.BpmnWorkflow(*specs)
        third.do_engine_steps()
        assert stock.names(third, stock.OPEN) == ["E", "E_s", "a"]
        stock.do(third, "a")
        stock.do(third, "b")
        assert not third.is_completed()

    def test_ours_leaves_the_definition_alone(self, ours: Ours) -> None:
        first = ours.begin(self.XML)
        before = Snapshot(definitions.compiled(self.XML))
        for _ in range(2):
            ours.send(first, "paid")
        assert first.open_steps == ["E_u", "E_u", "a"]
        second = ours.begin(self.XML)
        assert second.open_steps == ["a"]
        for case in (second, first):
            while case.open_steps:
                case.do(case.open_steps[0])
        assert (first.state, second.state) == ("ended", "ended")
        assert before.changes() == []


class TestUncaughtError:
    """3.9 refused | an error that nobody catches is ignored and the case goes on"""

    XML = between(
        d.step("a")
        + d.subprocess("x", d.start("xs"), node("endEvent", "xe", BY_ERROR), d.chain("xs", "xe"))
        + d.step("pay"),
        *("a", "x", "pay"),
        extra=ALL,
    )

    def test_stock_pays(self) -> None:
        workflow = stock.begin(self.XML)
        stock.do(workflow, "a")
        assert stock.names(workflow) == ["pay"]
        stock.do(workflow, "pay")
        assert workflow.is_completed()
        assert [event.event_definition.name for event in workflow.get_events()] == ["failed"]

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.XML, "error_uncaught", "xe")

    def test_ours_goes_where_it_is_caught(self, ours: Ours) -> None:
        caught = boundary("c", "x", BY_ERROR, interrupting=True) + d.step("again") + d.chain("c", "again", "e")
        case = ours.begin(self.XML.replace(b"</process>", f"{caught}</process>".encode()))
        case.do("a")
        assert case.open_steps == ["again"] and "pay" not in ours.done(case)


class TestReservedIds:
    """3.10 refused | the ids End and Start, and generated ones, are taken for Spiff's own nodes"""

    END = d.model(
        *(d.start(), d.gateway("g", "parallel"), d.step("a"), d.step("b"), d.end("End"), d.end("e")),
        *(d.chain("s", "g", "a", "End"), d.chain("g", "b", "e")),
    )
    START = d.model(d.start("Start"), d.step("a"), d.end(), d.chain("Start", "a", "e"))

    def test_stock_completes_a_case_with_an_open_step(self) -> None:
        workflow = stock.begin(self.END)
        stock.do(workflow, "a")
        assert workflow.completed and workflow.is_completed() and stock.names(workflow) == ["b"]

    def test_stock_cannot_begin_at_start(self) -> None:
        with pytest.raises(WorkflowException, match="No output task connected"):
            stock.begin(self.START)

    @pytest.mark.parametrize("taken", ["End", "p.EndJoin"])
    def test_stock_skips_a_step(self, taken: str) -> None:
        workflow = stock.begin(between(d.step(taken) + d.step("b"), taken, "b"))
        assert workflow.is_completed() and "b" not in workflow.spec.task_specs

    @pytest.mark.parametrize(
        ("xml", "code", "element"),
        [
            (END, "reserved_id", "End"),
            (START, "reserved_id", "Start"),
            (between(d.step("End"), "End"), "reserved_id", "End"),
            (between(d.step("p.EndJoin"), "p.EndJoin"), "bad_id", "p.EndJoin"),
        ],
    )
    def test_ours_refuses_them(self, ours: Ours, xml: bytes, code: str, element: str) -> None:
        ours.refuses(xml, code, element)


class TestAdHocSubprocess:
    """3.11 refused | an ad-hoc sub-process drops business rules and fails for want of what nobody draws"""

    OBJECT = '<dataObject id="o"/>'
    UNTIL = "<completionCondition>False</completionCondition>"
    RULE = '<businessRuleTask id="rule"/>'

    def model(self, *inner: str) -> bytes:
        return between(node("adHocSubProcess", "x", d.step("u") + "".join(inner)) + d.step("pay"), "x", "pay")

    def test_stock_drops_a_business_rule(self) -> None:
        workflow = stock.begin(self.model(self.RULE, self.UNTIL, self.OBJECT), SpiffBpmnParser)
        assert stock.names(workflow, stock.OPEN) == ["u", "x"]
        assert "rule" not in workflow.subprocess_specs["x"].task_specs

    def test_stock_needs_a_condition_and_a_data_object(self) -> None:
        with pytest.raises(TypeError):
            stock.begin(self.model(self.OBJECT))
        with pytest.raises(KeyError, match="data_objects"):
            stock.begin(self.model(self.UNTIL))

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.model(self.RULE, self.UNTIL, self.OBJECT), "element_refused", "x")
