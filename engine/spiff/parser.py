"""From a checked diagram to immutable specs that every instance of a version shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    ReceiveTaskParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent, ReceiveTask

from engine.diagrams import Diagram, prepare, read
from engine.errors import ModelRefused
from engine.spiff.gateways import EventGateway, TokenInclusiveGateway, TokenParallelGateway
from engine.spiff.specs import HandlerTask, RowBoundaryEvent, RowBoundaryJoin, RowEvent


class _RowEvents:
    """Event definitions whose row decides, whatever the text: the engine reads the diagram."""

    node: Any

    def parse_timer_event(self, event: Any) -> RowEvent:
        return RowEvent("timer", self.node.get("id"))

    def parse_conditional_event(self, event: Any) -> RowEvent:
        return RowEvent("condition", self.node.get("id"))

    def parse_message_event(self, event: Any) -> RowEvent:
        return RowEvent("message", self.node.get("id"))


class _BoundaryParser(_RowEvents, BoundaryEventParser):
    pass


class _CatchParser(_RowEvents, IntermediateCatchEventParser):
    pass


class _ReceiveParser(_RowEvents, ReceiveTaskParser):
    pass


class _Parser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {
        full_tag("boundaryEvent"): (_BoundaryParser, RowBoundaryEvent),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("receiveTask"): (_ReceiveParser, ReceiveTask),
        full_tag("parallelGateway"): (GatewayParser, TokenParallelGateway),
        full_tag("eventBasedGateway"): (GatewayParser, EventGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, TokenInclusiveGateway),
        full_tag("businessRuleTask"): (TaskParser, HandlerTask),
        full_tag("serviceTask"): (TaskParser, HandlerTask),
    }


@dataclass(frozen=True, slots=True)
class Compiled:
    """A deployed version, ready to run: never changed after parsing."""

    diagram: Diagram
    spec: Any
    subprocesses: dict[str, Any]


def compile_diagram(xml: bytes) -> Compiled:
    """Parse checked BPMN bytes; raises ModelRefused where a node would be lost in silence."""
    diagram = read(xml)
    tree = prepare(xml)
    for process in tree.iter(full_tag("process")):
        process.set("isExecutable", "true")
    parser = _Parser()
    try:
        parser.add_bpmn_xml(tree)
        spec = parser.get_spec(diagram.process_id)
        subprocesses = parser.get_subprocess_specs(diagram.process_id)
    except Exception as error:
        # Spiff raises anything from ValidationException to a bare TypeError here.
        raise ModelRefused(f"the diagram cannot be run: {error}", cause=str(error)) from error
    specs = [spec, *subprocesses.values()]
    _refuse_lost_nodes(tree, specs)
    for one in specs:
        _adopt(one)
    return Compiled(diagram, spec, subprocesses)


def _adopt(spec: Any) -> None:
    for task_spec in spec.task_specs.values():
        # One predicted level is enough to step; more costs time in every command.
        task_spec.lookahead = 1
        if type(task_spec) is BoundaryEventJoin:
            task_spec.__class__ = RowBoundaryJoin


_FLOW_NODES = {
    full_tag(name)
    for name in [
        "startEvent",
        "endEvent",
        "userTask",
        "manualTask",
        "task",
        "businessRuleTask",
        "serviceTask",
        "receiveTask",
        "sendTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "subProcess",
        "callActivity",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    ]
}


def _refuse_lost_nodes(tree: etree._Element, specs: list[Any]) -> None:
    known = {name for spec in specs for name in spec.task_specs}
    lost = [e.get("id") for e in tree.iter() if e.tag in _FLOW_NODES and e.get("id") not in known]
    if lost:
        raise ModelRefused(f"expected every node to be reached, found {', '.join(map(str, lost))} lost", lost=lost)
