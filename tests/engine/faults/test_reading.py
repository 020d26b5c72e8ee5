"""Spiff 2 and 3.15: models that are refused with a riddle, or accepted and not understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.models import BY_MESSAGE, MESSAGE, between, boundary, catch, node
from tests.engine.faults.ours import Ours


def in_step(inner: str) -> str:
    return d.step("a").replace("</userTask>", f"{inner}</userTask>")


def on_border(definition: str) -> bytes:
    """The step a with an event x of this definition on its border."""
    event = boundary("x", "a", definition, interrupting=True)
    return between(d.step("a") + event + d.end("e2") + d.flow("x", "e2"), "a")


def choice(first: str, default: str = "") -> bytes:
    return d.model(
        *(d.start(), d.gateway("g", default=default), d.step("a"), d.step("b"), d.end(), d.chain("s", "g")),
        *(d.flow("g", "a", first), d.flow("g", "b"), d.chain("a", "e"), d.chain("b", "e")),
    )


PLAIN = between(d.step("a"), "a")
UNRESOLVED = "unexpected keyword argument 'node'"
ASSOCIATION = "<dataInputAssociation><sourceRef>nowhere</sourceRef><targetRef>in</targetRef></dataInputAssociation>"


@dataclass(frozen=True)
class Riddle:
    """A model, what the stock parser says of it, and what ours does: code, element, and a text on its line."""

    xml: bytes
    says: str
    code: str
    element: str
    at: str = ""
    parser: type[BpmnParser] = BpmnParser


class TestRiddles:
    """2.1,2.2,2.4,2.5,2.6,2.7,2.8,2.9,2.10,2.12,2.14,2.15,2.16,2.17,2.21 refused | a fault is told without its place, or as another"""

    ALL = {
        "2.1 executable in digits": Riddle(
            PLAIN.replace(b'Executable="true"', b'Executable="1"'), "is not executable", "not_boolean", "p"
        ),
        "2.1 executable in capitals": Riddle(
            PLAIN.replace(b'Executable="true"', b'Executable="TRUE"'), "is not executable", "not_boolean", "p"
        ),
        "2.2 a choice without a condition": Riddle(
            choice("x &gt; 1"), "sequence flow without condition", "condition_missing", "f_g_b"
        ),
        "2.4 a timer without a time": Riddle(
            between(catch("x", "<timerEventDefinition/>"), "x"), "Unknown Time", "timer_without_time", "x"
        ),
        "2.5 no start": Riddle(d.model(d.step("a"), d.end(), d.chain("a", "e")), "No start event", "no_start", "p"),
        "2.6 two flows out of a task": Riddle(
            between(d.step("a") + d.end("e2") + d.flow("a", "e2"), "a"), "Multiple outgoing", "several_outgoing", "a"
        ),
        "2.7 a flow to nowhere": Riddle(
            d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a"), '<sequenceFlow id="f" sourceRef="a"/>'),
            *("a form has the same ID", "flow_end_missing", "f"),
        ),
        "2.8 a sub-process without start": Riddle(
            between(d.subprocess("x", d.step("i"), d.end("k"), d.chain("i", "k")), "x"), "found 0", "no_start", "x"
        ),
        "2.8 a sub-process without end": Riddle(
            between(d.subprocess("x", d.start("h"), d.step("i"), d.chain("h", "i")), "x"), "an End event", "no_end", "x"
        ),
        "2.9 several instances of no number": Riddle(
            between(in_step("<multiInstanceLoopCharacteristics/>"), "a"),
            *("must specify a cardinality", "instances_missing", "a"),
        ),
        "2.10 a call of nothing": Riddle(between(node("callActivity", "x"), "x"), "calledElement", "call_unknown", "x"),
        "2.12 an unknown signal": Riddle(
            between(catch("x", '<signalEventDefinition signalRef="ghost"/>'), "x"), UNRESOLVED, "event_reference", "x"
        ),
        "2.12 an unknown error": Riddle(
            on_border('<errorEventDefinition errorRef="ghost"/>'), UNRESOLVED, "boundary_thrown", "x"
        ),
        "2.12 an unknown escalation": Riddle(
            on_border('<escalationEventDefinition escalationRef="ghost"/>'), UNRESOLVED, "boundary_thrown", "x"
        ),
        "2.12 an unknown message": Riddle(
            between(catch("x", '<messageEventDefinition messageRef="ghost"/>'), "x"), UNRESOLVED, "message_missing", "x"
        ),
        "2.12 an unknown message, Camunda": Riddle(
            between(catch("x", '<messageEventDefinition messageRef="ghost"/>'), "x"),
            *("Expected 1 result", "message_missing", "x"),
            parser=CamundaParser,
        ),
        "2.14 a border event without definition": Riddle(on_border(""), "NotImplemented", "element_refused", "x"),
        "2.14 compensation on a border": Riddle(
            on_border("<compensateEventDefinition/>"), "NotImplemented", "element_refused", "x"
        ),
        "2.15 an event gateway before a step": Riddle(
            d.model(
                *(d.start(), d.gateway("g", "eventBased"), d.step("a"), catch("c", BY_MESSAGE), d.end()),
                *(d.chain("s", "g", "a", "e"), d.chain("g", "c", "e")),
                extra=MESSAGE,
            ),
            *("'UserTask' object has no attribute 'event_definition'", "event_gateway_target", "g"),
        ),
        "2.16 data from nowhere": Riddle(
            between(in_step(ASSOCIATION), "a"), "<Element", "element_refused", "a", at="<dataInputAssociation>"
        ),
        "2.17 a complex gateway": Riddle(
            between(d.gateway("x", "complex"), "x"), "no support implemented", "element_refused", "x"
        ),
    }

    @pytest.mark.parametrize("what", ALL)
    def test_stock_says_no_line(self, what: str) -> None:
        riddle = self.ALL[what]
        with pytest.raises(ValidationException) as error:
            stock.parse(riddle.xml, riddle.parser)
        assert riddle.says in str(error.value) and not error.value.line_number

    @pytest.mark.parametrize("what", ALL)
    def test_ours_names_element_and_line(self, ours: Ours, what: str) -> None:
        riddle = self.ALL[what]
        ours.refuses(riddle.xml, riddle.code, riddle.element, riddle.at)


class TestServiceTask:
    """2.3 correct | a service task needs an operator of the vendor's, or its file is refused"""

    XML = between(d.handler("x", "issue"), "x")

    def test_stock_refuses_the_file(self) -> None:
        with pytest.raises(ValidationException, match="must have an operator"):
            stock.parse(self.XML, SpiffBpmnParser)

    def test_ours_runs_it(self, ours: Ours) -> None:
        assert ours.begin(self.XML).state == "ended"
        assert [call.element for call in ours.office.calls] == ["x"]


class TestDataStore:
    """2.11 correct | a data store that is only drawn costs the whole file"""

    XML = between(
        d.step("a") + '<dataStoreReference id="r" dataStoreRef="ds"/>', "a", extra='<dataStore id="ds" name="D"/>'
    )

    def test_stock_refuses_the_file(self) -> None:
        with pytest.raises(ValidationException, match="has no implementation"):
            stock.parse(self.XML)

    def test_ours_runs_the_rest(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        assert case.state == "ended"


class TestBusinessRule:
    """2.13 refused | a business rule without decision is a KeyError of the Camunda parser"""

    XML = between(node("businessRuleTask", "x"), "x")

    def test_stock_raises_a_key_error(self) -> None:
        with pytest.raises(KeyError, match="decisionRef"):
            stock.parse(self.XML, CamundaParser)

    def test_ours_asks_for_a_handler(self, ours: Ours) -> None:
        ours.refuses(self.XML, "handler_missing", "x")


class TestLongChain:
    """2.18 refused | a chain of 489 steps is a RecursionError"""

    def chain(self, number: int) -> bytes:
        steps = [f"n{n}" for n in range(number)]
        return between("".join(map(d.step, steps)), *steps)

    def test_stock_recurses(self) -> None:
        with pytest.raises(ValidationException, match="RecursionError"):
            stock.parse(self.chain(489))

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.chain(489), "too_many_nodes", "p")

    def test_ours_reads_what_it_allows(self, ours: Ours) -> None:
        assert ours.begin(self.chain(298)).open_steps == ["n0"]


class TestProcessWithoutId:
    """2.19 refused | a process without an id is a TypeError"""

    XML = PLAIN.replace(b'<process id="p"', b"<process")

    def test_stock_raises_a_type_error(self) -> None:
        with pytest.raises(TypeError):
            stock.parse(self.XML)

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.XML, "no_id", "", at="<process")


class TestEncodings:
    """2.20 correct | a file in an encoding of its own cannot be opened, a text with a declaration not be read"""

    ENCODINGS = ("gbk", "gb18030", "big5", "utf-16")

    def model(self, encoding: str) -> bytes:
        return PLAIN.decode().replace("试", "申").replace("UTF-8", encoding).encode(encoding)

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_stock_cannot_open_it(self, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "p.bpmn").write_bytes(self.model(encoding))
        with pytest.raises(UnicodeDecodeError):
            BpmnParser().add_bpmn_file(str(tmp_path / "p.bpmn"))

    def test_stock_cannot_read_a_text(self) -> None:
        with pytest.raises(ValueError, match="encoding declaration"):
            BpmnParser().add_bpmn_str(PLAIN.decode())

    @pytest.mark.parametrize("encoding", ENCODINGS)
    def test_ours_reads_it(self, ours: Ours, encoding: str) -> None:
        case = ours.begin(self.model(encoding))
        assert (ours.runtime.query.definition("p", 1).title, case.open_steps) == ("申", ["a"])


class TestOtherLanguages:
    """2.22 refused | conditions of other languages are accepted, and fail when somebody gets there"""

    CONDITIONS = ("${x &gt; 1}", "=x &gt; 1", "x &gt; 1 &amp;&amp; y")

    @pytest.mark.parametrize("text", CONDITIONS)
    def test_stock_fails_at_the_gateway(self, text: str) -> None:
        with pytest.raises(WorkflowTaskException, match="Error evaluating"):
            stock.begin(choice(text, "f_g_b"), x=2, y=True)

    @pytest.mark.parametrize("text", CONDITIONS)
    def test_ours_refuses_the_model(self, ours: Ours, text: str) -> None:
        ours.refuses(choice(text, "f_g_b"), "feel_syntax", "f_g_a", at="<conditionExpression>")


class TestNodesLeftOut:
    """2.22 refused | nodes that no flow reaches are left out of what is accepted"""

    XML = between(d.step("a") + d.step("b") + d.flow("b", "e"), "a")

    def test_stock_leaves_it_out(self) -> None:
        spec, _ = stock.parse(self.XML)
        assert "b" not in spec.task_specs

    def test_ours_names_it(self, ours: Ours) -> None:
        ours.refuses(self.XML, "unreachable", "b")
