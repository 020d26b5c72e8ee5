"""Our node classes: what a token does where it stands. They wait until the engine lets them go.

Spiff builds the graph of them and keeps the states; nothing here inherits, merges or maps
data, reads a clock, or is predicted before a token comes.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.token import Token


class Node(BpmnTaskSpec):
    """A place for tokens: one arrives, the node runs, tokens go on behind it."""

    def _update(self, my_task: Token) -> None:
        if not my_task.finished and self._update_hook(my_task):
            my_task._set_state(TaskState.READY)

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _run(self, my_task: Token) -> bool:
        self._run_hook(my_task)
        for spec in self.followers(my_task):
            my_task.add(spec)
        return True

    def _run_hook(self, my_task: Token) -> None:
        return None

    def followers(self, my_task: Token) -> list[Any]:
        """The nodes that get a token when this one is left."""
        return list(self.outputs)

    def never_stands(self, my_task: Token) -> bool:
        """Whether the token passes this node without standing on it, so that nothing happens at its border."""
        return False

    def _on_complete(self, my_task: Token) -> None:
        for child in my_task.children:
            if child._state == TaskState.FUTURE:
                child.arrive()

    def _on_cancel(self, my_task: Token) -> None:
        return None


class Begin(Node):
    """Where a level begins: one of its start events, and the event sub-processes that now listen."""

    def followers(self, my_task: Token) -> list[Any]:
        level = my_task.workflow
        entry = level.entry if level is level.top_workflow else None
        return [one for one in self.outputs if not isinstance(one, Entry) or one.begins(entry)]


class Split(Node):
    """Before a node with boundary events: the node and its events begin together."""


class Drawn(Node, BpmnSpecMixin):
    """A node of the diagram that a token passes: start events, milestones, gateways."""


class Entry(Drawn):
    """A start event; ``event`` is what triggers it, None for one where people or calls begin."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event: RowEvent | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event = event

    def begins(self, element: str | None) -> bool:
        return self.bpmn_id == element if element is not None else self.event is None


class Person(Drawn):
    """A step that a person does."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class Abstract(Drawn):
    """A task of no kind: it is done as soon as it is entered (BPMN 2.0, 13.3.3)."""

    def never_stands(self, my_task: Token) -> bool:
        return True


class Handler(Drawn):
    """A rule or service task: it calls a registered handler and goes on at once."""

    def never_stands(self, my_task: Token) -> bool:
        return True

    def _run_hook(self, my_task: Token) -> None:
        host = my_task.workflow.top_workflow.host
        host.call(self.bpmn_id, my_task.internal_data.get("firing"), my_task.names)


class RowEvent(EventDefinition):
    """What an event waits for or throws: kind, the element that says so, and the name it refers to."""

    def __init__(self, kind: str, element: str, ref: str | None = None) -> None:
        super().__init__(element)
        self.kind, self.element, self.ref = kind, element, ref

    def catches(self, kind: str, ref: str | None) -> bool:
        """An error or escalation event without a reference catches every one."""
        return self.kind == kind and (self.ref == ref or self.ref is None)


class Catch(Node):
    """A token waits here until its row, or an event thrown in the case, lets it go."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: RowEvent, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event = event_definition

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        return False

    def fire(self, my_task: Token, firing: dict[str, Any]) -> None:
        my_task.internal_data["firing"] = firing
        my_task._set_state(TaskState.READY)

    def branch_off(self, my_task: Token, firing: dict[str, Any]) -> None:
        """A branch of its own for every time; the event goes on waiting."""
        my_task.internal_data["fired"] = True
        for spec in self.outputs:
            child = my_task.add(spec)
            child.internal_data["firing"] = firing
            child.arrive()


class Event(Catch, Drawn):
    """An intermediate catch event or a receive task."""

    def fire(self, my_task: Token, firing: dict[str, Any]) -> None:
        if isinstance(my_task.parent.task_spec, EventGateway):
            my_task.cancel_siblings()
        super().fire(my_task, firing)


class Boundary(Catch, Drawn):
    """A boundary event: it can fire again and again while its host is there, or ends it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: RowEvent, cancel_activity: bool, **kwargs: Any):
        super().__init__(wf_spec, bpmn_id, event_definition, **kwargs)
        self.interrupting = cancel_activity

    def fire(self, my_task: Token, firing: dict[str, Any]) -> None:
        if not self.interrupting:
            self.branch_off(my_task, firing)
            return
        my_task.cancel_siblings()
        super().fire(my_task, firing)


class Armed(Catch):
    """The start of an event sub-process: it listens while its level runs, and does not keep it open."""

    def __init__(self, wf_spec: Any, name: str, event_definition: RowEvent, interrupting: bool) -> None:
        super().__init__(wf_spec, name, event_definition)
        self.interrupting = interrupting

    def fire(self, my_task: Token, firing: dict[str, Any]) -> None:
        if self.interrupting:
            my_task.workflow.withdraw()
        self.branch_off(my_task, firing)


class EventGateway(Drawn):
    """All its events wait, each by its own row; the first that goes withdraws the others."""


class Throw(Drawn):
    """An event that the case throws: signal, escalation or error; none is a milestone."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: RowEvent | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event = event_definition

    def _run_hook(self, my_task: Token) -> None:
        if self.event is not None:
            my_task.workflow.top_workflow.thrown.append((my_task, self.event))


class End(Throw):
    """An end event: the level has reached an end; ``terminate`` withdraws what is left of it."""

    def _run_hook(self, my_task: Token) -> None:
        my_task.workflow.reached_end = True
        if self.event is not None and self.event.kind == "terminate":
            my_task.workflow.withdraw(but=my_task)
        else:
            super()._run_hook(my_task)


class Scope(Drawn):
    """A sub-process or a called process: a level of its own runs inside."""

    def __init__(self, wf_spec: Any, bpmn_id: str, subworkflow_spec: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.spec = subworkflow_spec

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.STARTED)
        my_task.workflow.top_workflow.open_level(my_task, self.spec)
        return False

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.close_level(my_task)

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.close_level(my_task)
        super()._on_complete(my_task)


class EventScope(Scope):
    """An event sub-process; when it is through, the level around it has reached an end."""

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.reached_end = True
        super()._on_complete(my_task)


class Called(Scope):
    """A call activity: what it is given are names of the called process's own, what comes back are fields of the case."""

    def _update_hook(self, my_task: Token) -> bool:
        given = my_task.workflow.top_workflow.host.calling(self.bpmn_id, my_task.local)
        if given:
            my_task.internal_data["given"] = dict(given)
        return super()._update_hook(my_task)

    def _run_hook(self, my_task: Token) -> None:
        given = my_task.internal_data.get("given", {})
        my_task.workflow.top_workflow.host.returned(self.bpmn_id, {**my_task.local, **given})


class Process(BpmnProcessSpec):
    """The graph of one level: it begins with ``Begin`` and ends where no token is left."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        super(BpmnProcessSpec, self).__init__(name=name, filename=filename)  # without Spiff's own end
        self.description = description
        self.start = Begin(self, "Start")
        self.svg = self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []

    @property
    def begins_plainly(self) -> bool:
        """Whether the level has a start event that waits for nothing."""
        return any(isinstance(one, Entry) and one.begins(None) for one in self.start.outputs)
