"""Rule and service tasks: a decision is made, or a handler called with declared inputs in and declared outputs back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from engine import expressions
from engine.diagrams import HandlerInfo
from engine.errors import EvaluationFailed, at_element
from engine.handlers import Call
from engine.instances.deciding import decide
from engine.instances.firings import from_json
from engine.instances.pins import for_firing
from engine.letters import Letter

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def do_task(execution: Execution, element: str, firing: dict[str, Any] | None, local: Mapping[str, Any]) -> None:
    """What a rule or service task does by itself: it decides, or calls its handler."""
    decision = execution.element(element).decision
    if decision is not None:
        decide(execution, element, decision, local)
    else:
        call_handler(execution, element, firing, local)


def call_handler(execution: Execution, element: str, firing: dict[str, Any] | None, local: Mapping[str, Any]) -> None:
    """Call the handler of a node; only its declared outputs reach the case data."""
    info = execution.element(element).handler
    if info is None:
        raise EvaluationFailed(f"expected a handler on {element}, found none", element=element)
    if execution.passed_over == element:
        # Two people have decided that the case goes on without it.
        execution.note("handler_skipped", {"element": element, "handler": info.name})
        return
    with at_element(element, handler=info.name):
        outputs = _outputs(execution, element, info, firing, local)
        if outputs:
            execution.note("handler", {"element": element, "handler": info.name, "outputs": outputs})
            execution.enter_data(outputs, element)


def _outputs(
    execution: Execution, element: str, info: HandlerInfo, firing: dict[str, Any] | None, local: Mapping[str, Any]
) -> dict[str, Any]:
    context = expressions.context_of(execution.view, local)
    inputs = {
        name: expressions.evaluate(text, context, execution.view, execution.handlers, element)
        for name, text in info.inputs.items()
    }
    fired = from_json(firing)
    call = Call(
        execution.connection,
        for_firing(execution.view, fired),
        element,
        inputs,
        fired,
        execution.actor,
        Jobs(execution),
    )
    reads = partial(expressions.fields_read, info.inputs.values(), execution.view)
    with at_element(element, inputs=inputs, fields=reads):
        result = execution.handlers.find(info.name)(call) or {}
    return {name: result[name] for name in info.outputs if name in result}


class Jobs:
    """What is to happen after this command: the worker runs each job once. Or at its end."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def start(self, definition: str, *, key: str, **arguments: Any) -> None:
        self._put("start", f"start:{key}", {"definition": definition, **arguments})

    def deliver(self, instance_id: str, message: str, payload: Mapping[str, Any], *, key: str) -> None:
        body = {"instance_id": instance_id, "message": message, "payload": dict(payload)}
        self._put("deliver", f"deliver:{key}", body)

    def signal(self, name: str, payload: Mapping[str, Any], *, key: str) -> None:
        """Tell every other instance that waits for this signal."""
        instance = self._execution.instance
        place = {"district_code": instance.district_code, "scope": instance.scope}
        body = {**place, "name": name, "payload": dict(payload), "sender": instance.id}
        self._put("signal", f"signal:{key}", body)

    def publish(self, letter: Letter) -> None:
        """Send a message to whichever case waits for it, or to a model that it starts."""
        self._put("publish", letter.id, letter.arguments, letter)

    def last(self, key: str, act: Callable[[], None]) -> bool:
        acts = self._execution.records.last
        is_new = key not in acts
        acts.setdefault(key, act)
        return is_new

    def _put(self, kind: str, key: str, payload: Mapping[str, Any], letter: Letter | None = None) -> None:
        at = self._execution.recorded_at
        self._execution.records.jobs.append(
            {
                "id": key,
                "kind": kind,
                "payload": dict(payload),
                "state": "waiting",
                "created_at": at,
                "run_after": at,
                "attempts": 0,
                "done_at": None,
                "message": letter and letter.message,
                "correlation_key": letter and letter.correlation,
            }
        )
