"""Calls of other processes: what goes in and what comes back, as the call activity declares it (``jc:call``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import at_element

if TYPE_CHECKING:
    from engine.instances.execution import Execution


def calling(execution: Execution, element: str, local: Mapping[str, Any]) -> Mapping[str, Any]:
    """The names that the called process is given, as they are on entry."""
    node = execution.element(element)
    texts = {} if node.call is None else node.call.inputs
    given = _values(execution, element, texts, local)
    execution.note("called", {"element": element, "process": node.called, "inputs": given})
    return given


def returned(execution: Execution, element: str, local: Mapping[str, Any]) -> None:
    """The called process has come to its end: what it gives goes into the case."""
    node = execution.element(element)
    texts = {} if node.call is None else node.call.outputs
    given = _values(execution, element, texts, local)
    execution.note("returned", {"element": element, "process": node.called, "outputs": given})
    if given:
        execution.enter_data(given)


def _values(execution: Execution, element: str, texts: Mapping[str, str], local: Mapping[str, Any]) -> dict[str, Any]:
    with at_element(element):
        return {name: execution.host.value(element, text, local) for name, text in texts.items()}
