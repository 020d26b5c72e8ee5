"""What messages and signals carry: only what the model declares leaves a case or reaches its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine import expressions
from engine.casedata import checked
from engine.errors import EvaluationFailed, at_element
from engine.instances.calling import Jobs
from engine.letters import Letter, kept_until
from engine.model import Data

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def take_in(execution: Execution, element: str, firing: Data, local: Data) -> None:
    """Write the declared outputs of a catching event into the case data.

    The payload as a whole stays in the journal, and with the branch that it begins as ``firing.payload``.
    """
    outputs = execution.element(element).receive.outputs
    if not outputs:
        return
    context = expressions.context_of(execution.view, {**local, "firing": firing})
    payload = firing["payload"]
    found = {
        name: _evaluate(execution, element, text, context) if text else payload[name]
        for name, text in outputs.items()
        if text or name in payload
    }
    execution.note("received", {"element": element, "outputs": checked(found)})
    execution.enter_data(found, element)


def throw(execution: Execution, element: str, kind: str, local: Data) -> Data:
    """Note what a node throws, and have signals delivered to others; gives the payload."""
    node = execution.element(element)
    name = node.event.ref if node.event is not None else None
    with at_element(element):
        payload = _payload(execution, element, node.send.inputs, local)
    told = {"payload": payload} if payload else {}
    execution.note("thrown", {"element": element, "kind": kind, "name": name, **told})
    key = f"{execution.instance.id}:{execution.chain.seq}"
    if kind == "signal" and name is not None:
        Jobs(execution).signal(name, payload, key=key)
    elif kind == "message" and name is not None:
        instance, until = execution.instance, kept_until(execution.recorded_at, node.send.keep)
        with at_element(element):
            correlation = key_of(execution, element, node.send.correlation, local)
            letter = Letter(
                f"publish:{key}", name, correlation, payload, until,
                instance.id, instance.district_code, instance.scope,
            )  # fmt: skip
        Jobs(execution).publish(letter)
    return payload


def _payload(execution: Execution, element: str, inputs: Mapping[str, str], local: Data) -> dict[str, Any]:
    if not inputs:
        return {}
    context = expressions.context_of(execution.view, local)
    return checked({name: _evaluate(execution, element, text, context) for name, text in inputs.items()})


def key_of(execution: Execution, element: str, correlation: str | None, local: Data) -> str:
    """The key by which a message finds its case, as text: the case's own number where no other is declared.

    Empty where the expression yields nothing: then no message fits.
    """
    if correlation is None:
        return execution.instance.business_key
    context = expressions.context_of(execution.view, local)
    value = _evaluate(execution, element, correlation, context)
    if isinstance(value, (bool, list, dict)):
        raise EvaluationFailed(
            f"expected a text or a number as the correlation key of {element}, found {value!r}",
            element=element,
            expression=correlation,
        )
    return "" if value is None else str(checked({"key": value})["key"])


def _evaluate(execution: Execution, element: str, text: str, context: Mapping[str, Any]) -> Any:
    return expressions.evaluate(text, context, execution.view, execution.handlers, element)
