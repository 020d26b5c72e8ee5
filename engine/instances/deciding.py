"""Business rule tasks that decide: inputs in FEEL, a decision of a DMN file, its value into the case data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine import expressions
from engine.casedata import checked
from engine.decisions import Filed, Result
from engine.diagrams import DecisionInfo
from engine.errors import EvaluationFailed, at_element
from engine.feel import FeelError, to_json

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def decide(execution: Execution, element: str, info: DecisionInfo, local: Mapping[str, Any]) -> None:
    """Make the decision of a node; the journal says from what, by which rules, and what came of it.

    Raises EvaluationFailed where it gives null, reads an input that is missing, or has nothing for a field.
    """
    with at_element(element, decision=info.ref):
        filed = execution.compiled.decision(element, info.ref)
        inputs = _inputs(execution, element, info, local)
        evidence = {"inputs": to_json(inputs), "fields": expressions.fields_read(info.inputs.values(), execution.view)}
        with at_element(element, **evidence):
            result = _decided(execution, filed, inputs)
            told = {"rules": [f"{hit.table} {hit.rule}" for hit in result.rules_hit], "missing": list(result.missing)}
            with at_element(element, **told):
                outputs = checked(_outputs(execution, element, info, local, _sound(filed, result)))
        execution.note("decision", _entry(element, filed, evidence["inputs"], result, outputs))
        execution.enter_data(outputs)


def _inputs(execution: Execution, element: str, info: DecisionInfo, local: Mapping[str, Any]) -> dict[str, Any]:
    context = expressions.context_of(execution.view, local)
    return {
        name: expressions.evaluate(text, context, execution.view, execution.handlers, element)
        for name, text in info.inputs.items()
    }


def _decided(execution: Execution, filed: Filed, inputs: Mapping[str, Any]) -> Result:
    try:
        return filed.decide(inputs, execution.handlers.functions(execution.view))
    except FeelError as error:
        raise EvaluationFailed(f"the decision {filed.id} failed: {error}") from error


def _sound(filed: Filed, result: Result) -> Any:
    """The value, when it may be relied on."""
    if result.missing:
        missing = ", ".join(result.missing)
        raise EvaluationFailed(f"expected the inputs of decision {filed.id}, found {missing} missing or null")
    if result.value is None:
        rules = ", ".join(f"{hit.table} {hit.rule}" for hit in result.rules_hit) or "none"
        raise EvaluationFailed(f"expected a value from decision {filed.id}, found null (rules that matched: {rules})")
    return result.value


def _outputs(
    execution: Execution, element: str, info: DecisionInfo, local: Mapping[str, Any], value: Any
) -> dict[str, Any]:
    """The fields of the case that take the value or parts of it; each gets something."""
    context = expressions.context_of(execution.view, local) | {"result": value}
    found = {} if info.result is None else {info.result: value}
    for field, text in info.outputs.items():
        if text:
            found[field] = expressions.evaluate(text, context, execution.view, execution.handlers, element)
        else:
            found[field] = value.get(field) if isinstance(value, Mapping) else None
    empty = [field for field, one in found.items() if one is None]
    if empty:
        raise EvaluationFailed(f"expected a value of decision {info.ref} for {', '.join(empty)}, found null")
    return found


def _entry(element: str, filed: Filed, inputs: Any, result: Result, outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "element": element,
        "decision": filed.id,
        "file": filed.hash,
        "inputs": inputs,
        "rules": [{"table": hit.table, "rule": hit.rule, "id": hit.id} for hit in result.rules_hit],
        "outputs": outputs,
    }
