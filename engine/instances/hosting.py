"""What the workflow asks of the engine while it steps: values, calls, what is thrown, and the history it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine import expressions
from engine.casedata import checked
from engine.instances import called
from engine.instances.calling import do_task
from engine.instances.checking import look_on_completion
from engine.instances.firings import to_json
from engine.instances.payloads import take_in, throw
from engine.instances.rows import Row
from engine.model import Firing
from engine.spiff import ELSEWHERE, Wait

if TYPE_CHECKING:
    from engine.instances.execution import Execution

_HISTORY_KINDS = {"subProcess": "subprocess", "userTask": "person", "manualTask": "person"}


class Hosting:
    """The ``Host`` that Spiff's room talks to, over one execution."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def _caught(self, wait: Wait, payload: Mapping[str, Any]) -> Firing:
        return Firing(
            element=wait.element,
            checkpoint=self._execution.element(wait.element).checkpoint,
            cause=wait.kind,
            host=wait.host,
            occurrence=wait.host_occurrence or wait.occurrence,
            happened=self._execution.at,
            payload=dict(payload),
        )

    def condition(self, element: str, expression: str, local: Mapping[str, Any]) -> bool:
        context = expressions.context_of(self._execution.view, local)
        return expressions.condition(expression, context, self._execution.view, self._execution.handlers, element)

    def value(self, element: str, expression: str, local: Mapping[str, Any]) -> Any:
        context = expressions.context_of(self._execution.view, local)
        value = expressions.evaluate(expression, context, self._execution.view, self._execution.handlers, element)
        return checked({element: value})[element]

    def call(self, element: str, firing: dict[str, Any] | None, local: Mapping[str, Any]) -> None:
        do_task(self._execution, element, firing, local)

    def calling(self, element: str, local: Mapping[str, Any]) -> Mapping[str, Any]:
        return called.calling(self._execution, element, local)

    def returned(self, element: str, local: Mapping[str, Any]) -> None:
        called.returned(self._execution, element, local)

    def thrown(self, element: str, kind: str, local: Mapping[str, Any]) -> Mapping[str, Any]:
        return throw(self._execution, element, kind, local)

    def caught(self, wait: Wait, payload: Mapping[str, Any]) -> dict[str, Any]:
        firing = to_json(self._caught(wait, payload))
        take_in(self._execution, wait.element, firing, wait.local)
        return firing

    def entered(self, element: str, occurrence: int, kind: str) -> None:
        node = self._execution.element(element)
        step = node.step
        self._execution.records.history.add(
            {
                "district_code": self._execution.instance.district_code,
                "instance_id": self._execution.instance.id,
                "element": element,
                "occurrence": occurrence,
                "seq": self.passages,
                "code": step.code if step else None,
                "name": node.name,
                "name_en": node.name_en,
                "kind": kind or _HISTORY_KINDS.get(node.tag, node.tag),
                "entered_at": self._execution.at,
                "completed_at": None,
                "outcome": "open",
                "actor": None,
                "role": step.role if step else None,
            }
        )
        self._execution.touch()

    @property
    def passages(self) -> int:
        """How many passages there have been, this one included: nodes count theirs in the state."""
        counted = self._execution.workflow.case.occurrences
        return sum(
            counted[name] for name in counted if name in self._execution.compiled.diagram.elements or name == ELSEWHERE
        )

    def happened(self, element: str, occurrence: int) -> None:
        if self._execution.records.history.get(element, occurrence) is None:
            self.entered(element, occurrence, "")
        self.left(element, occurrence, "completed")

    def left(self, element: str, occurrence: int, outcome: str) -> None:
        # Whatever is open was read with the case; an event that never went off has no row.
        row = self._execution.records.history.rows.get((element, occurrence))
        if row is None or row["outcome"] != "open":
            return
        self._execution.records.history.update(
            row, completed_at=self._execution.at, outcome=outcome, actor=self._who(row, outcome)
        )
        self._execution.touch()

    def moved(self) -> bool:
        return self._execution.watches and self._execution.conditions.look()

    def leaving(self, element: str, occurrence: int) -> None:
        look_on_completion(self._execution, element, occurrence)

    def _who(self, row: Row, outcome: str) -> str | None:
        by_person = row["kind"] == "person" and outcome == "completed"
        return self._execution.actor.id if by_person else None
