"""From a checked diagram to immutable specs that every instance of a version shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    SubprocessParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.decisions import Bundle, Filed
from engine.diagrams import Diagram, names, read, survey, waits_for_data
from engine.linking import Source, linked, path_of
from engine.lint.hardened import refused
from engine.lint.known import CLOCK_FUNCTIONS
from engine.lint.remarks import Fault
from engine.spiff import gateways, links, loops, nodes

NOT_RUN = Fault("not_run", "这张图不能执行：{cause}", "the diagram cannot be run: {cause}")
LOST = Fault(
    "node_lost",
    "有节点不会被执行：{nodes}",
    "expected every node to be reached, found {nodes} lost",
    "检查连到它们的顺序流",
    "look at the flows that lead to them",
)


class _Ours(TaskParser):
    """Every node becomes one of ours: events by their row, loops and boundaries without Spiff's joins."""

    STANDARD_LOOP_CLASS = loops.StandardLoop
    PARALLEL_MI_CLASS = loops.MultiInstance
    SEQUENTIAL_MI_CLASS = loops.SequentialMultiInstance

    node: Any

    def _add_boundary_event(self, children: list[Any]) -> nodes.Split:
        split = nodes.Split(self.spec, f"{self.bpmn_id}.BoundaryEventSplit")
        split.connect(self.task)
        for event in children:
            split.connect(self.process_parser.parse_node(event))
        return split

    def event_of(self, definition: Any) -> nodes.RowEvent:
        return row_event(self.node, definition)

    parse_timer_event = parse_conditional_event = parse_message_event = event_of
    parse_signal_event = parse_error_event = parse_escalation_event = parse_terminate_event = event_of


def row_event(node: Any, definition: Any, kind: str = "") -> nodes.RowEvent:
    """The event of a node: its kind, and the name of the message, signal or error it refers to."""
    kind = kind or str(etree.QName(definition).localname).removesuffix("EventDefinition")
    reference = definition.get(f"{kind}Ref")
    return nodes.RowEvent(
        "condition" if kind == "conditional" else kind,
        node.get("id"),
        None if reference is None else names(node.getroottree().getroot()).get(reference),
    )


class _Task(_Ours):
    pass


class _Gateway(_Ours):
    def handles_multiple_outgoing(self) -> bool:
        return True


class _Choice(_Ours, ConditionalGatewayParser):
    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        condition = None if is_default else self.parse_condition(sequence_flow_node)
        if condition is None:
            self.task.connect(outgoing_task)
        else:
            self.task.connect_outgoing_if(condition, outgoing_task)


class _Start(_Ours, StartEventParser):
    def create_task(self) -> Any:
        found = [child for child in self.node if str(child.tag).endswith("EventDefinition")]
        # What starts an event sub-process stands before it (``Armed``); inside it only begins.
        inside = self.node.getparent().get("triggeredByEvent") == "true"
        event = row_event(self.node, found[0]) if found and not inside else None
        task = self.spec_class(self.spec, self.bpmn_id, event, **self.bpmn_attributes)
        self.spec.start.connect(task)
        return task


class _Boundary(_Ours, BoundaryEventParser):
    pass


class _Catch(_Ours, IntermediateCatchEventParser):
    pass


class _Receive(_Ours, ReceiveTaskParser):
    def create_task(self) -> Any:
        event = nodes.RowEvent("message", self.bpmn_id)
        return self.spec_class(self.spec, self.bpmn_id, event, **self.bpmn_attributes)


class _Throwing(_Ours):
    """End and throw events; Spiff leaves some of their definitions out."""

    def create_task(self) -> Any:
        definitions = [child for child in self.node if str(child.tag).endswith("EventDefinition")]
        event = self.event_of(definitions[0]) if definitions else None
        return self.spec_class(self.spec, self.bpmn_id, event_definition=event, **self.bpmn_attributes)


class _Send(_Ours):
    """A send task throws its message and goes on."""

    def create_task(self) -> Any:
        event = row_event(self.node, self.node, "message")
        return self.spec_class(self.spec, self.bpmn_id, event_definition=event, **self.bpmn_attributes)


class _End(_Throwing, EndEventParser):
    pass


class _Throw(_Throwing, IntermediateThrowEventParser):
    pass


class _SubProcess(_Ours, SubWorkflowParser):
    def create_task(self) -> Any:
        triggered = self.node.get("triggeredByEvent") == "true"
        kind = nodes.EventScope if triggered else self.spec_class
        return kind(self.spec, self.bpmn_id, SubprocessParser.get_subprocess_spec(self), **self.bpmn_attributes)


class _Call(_Ours, CallActivityParser):
    pass


class _ProcessParser(ProcessParser):
    """A level: one start event, and the event sub-processes that listen while it runs."""

    def create_spec(self) -> nodes.Process:
        return nodes.Process(self.bpmn_id, self.get_name(), self.filename)

    def add_tasks(self) -> None:
        for start in self.xpath("./bpmn:startEvent"):
            self.parse_node(start)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            self._arm(node)

    def _arm(self, node: Any) -> None:
        scope = self.parse_node(node)
        start = node.find(full_tag("startEvent"))
        definition = next(child for child in start if str(child.tag).endswith("EventDefinition"))
        interrupting = start.get("isInterrupting", "true") == "true"
        armed = nodes.Armed(self.spec, f"{node.get('id')}.armed", row_event(start, definition), interrupting)
        armed.connect(scope)
        self.spec.start.connect(armed)


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {
        full_tag("startEvent"): (_Start, nodes.Entry),
        full_tag("endEvent"): (_End, nodes.End),
        full_tag("intermediateThrowEvent"): (_Throw, nodes.Throw),
        full_tag("intermediateCatchEvent"): (_Catch, nodes.Event),
        full_tag("boundaryEvent"): (_Boundary, nodes.Boundary),
        full_tag("receiveTask"): (_Receive, nodes.Event),
        full_tag("task"): (_Task, nodes.Abstract),
        full_tag("sendTask"): (_Send, nodes.Throw),
        full_tag("userTask"): (_Task, nodes.Person),
        full_tag("manualTask"): (_Task, nodes.Person),
        full_tag("businessRuleTask"): (_Task, nodes.Handler),
        full_tag("serviceTask"): (_Task, nodes.Handler),
        full_tag("subProcess"): (_SubProcess, nodes.Scope),
        full_tag("callActivity"): (_Call, nodes.Called),
        full_tag("parallelGateway"): (_Gateway, gateways.Parallel),
        full_tag("exclusiveGateway"): (_Choice, gateways.Exclusive),
        full_tag("inclusiveGateway"): (_Choice, gateways.Inclusive),
        full_tag("eventBasedGateway"): (_Gateway, nodes.EventGateway),
    }


@dataclass(frozen=True, slots=True)
class Compiled:
    """A deployed version, ready to run: never changed after parsing.

    ``diagram`` holds the elements of the process and of every process that it calls, ``watches`` whether any of them
    waits for a condition over the data, ``decisions`` what its business rule tasks decide, by the path of the model
    in which they are drawn.
    """

    diagram: Diagram
    spec: Any
    subprocesses: dict[str, Any]
    watches: bool
    decisions: Mapping[str, Bundle]

    def decision(self, element: str, ref: str) -> Filed:
        """What a business rule task decides: the decision of that id in the files of its own model; raises NotFound."""
        return self.decisions[path_of(element)].find(ref)


def compile_diagram(
    xml: bytes, decisions: tuple[bytes, ...] = (), calls: tuple[tuple[str, Source], ...] = ()
) -> Compiled:
    """Parse checked BPMN bytes with the models that they call; raises ModelRefused where a node would be lost in silence."""
    diagram = read(xml)
    source = Source(xml, decisions, calls)
    tree = linked(source)
    if calls:
        diagram = survey(tree)
    links.join(tree)
    for process in tree.iter(full_tag("process")):
        process.set("isExecutable", "true")
    _hide_other_ids(tree)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(tree)
        spec = parser.get_spec(diagram.process_id)
        subprocesses = _below(parser, spec)
    except Exception as error:
        # Spiff raises anything from ValidationException to a bare TypeError here.
        raise refused(NOT_RUN.at(diagram.process_id, diagram.line, cause=error)) from error
    whole = _with_called(diagram, subprocesses)
    _refuse_lost_nodes(whole, [spec, *subprocesses.values()])
    watches = any(waits_for_data(node) for node in whole.elements.values())
    bundles = {path: Bundle(one.decisions, CLOCK_FUNCTIONS) for path, one in source.parts()}
    return Compiled(whole, spec, subprocesses, watches, bundles)


def _hide_other_ids(tree: Any) -> None:
    """Only elements of BPMN can be nodes: the stock parser takes the first that has the id, whatever it is."""
    for node in tree.iter("{*}*"):
        if not node.tag.startswith(full_tag("")):
            node.attrib.pop("id", None)


def _below(parser: _Parser, spec: Any) -> dict[str, Any]:
    """The specs of every sub-process and called process, by name, whatever the depth."""
    found: dict[str, Any] = {}
    waiting = [spec]
    while waiting:
        for task_spec in waiting.pop().task_specs.values():
            if isinstance(task_spec, nodes.Scope) and task_spec.spec not in found:
                found[task_spec.spec] = parser.get_spec(task_spec.spec)
                waiting.append(found[task_spec.spec])
    return found


def _with_called(diagram: Diagram, subprocesses: dict[str, Any]) -> Diagram:
    """One diagram of the process and of those that it calls, themselves or each other."""
    called = [one for one in diagram.processes if one.process_id in subprocesses]
    return replace(
        diagram,
        elements={name: node for one in (*called, diagram) for name, node in one.elements.items()},
        flows=(*diagram.flows, *(flow for one in called for flow in one.flows)),
        checkpoints={name: check for one in (*called, diagram) for name, check in one.checkpoints.items()},
    )


def _refuse_lost_nodes(diagram: Diagram, specs: list[Any]) -> None:
    known = {name for spec in specs for name in spec.task_specs}
    lost = [name for name in diagram.elements if name not in known]
    if lost:
        raise refused(LOST.at(lost[0], diagram.elements[lost[0]].line, nodes=", ".join(lost)))
