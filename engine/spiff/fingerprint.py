"""A hash over everything that the graph of a definition is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.event import Event

from engine.spiff.parser import Compiled

_OWNER = "_wf_spec"


def fingerprint(one: Compiled) -> str:
    """Equal before and after a command, whatever the command did: a definition is shared by all its cases."""
    digest = hashlib.sha256()
    for spec in [one.spec, *one.subprocesses.values()]:
        for line in _lines(spec):
            digest.update(repr(line).encode())
    return digest.hexdigest()


def _lines(spec: Any) -> Iterator[tuple[Any, ...]]:
    yield spec.name, sorted(spec.task_specs), [start.name for start in spec.bpmn_start_events]
    for name, node in sorted(spec.task_specs.items()):
        values = [(field, _plain(value)) for field, value in sorted(vars(node).items()) if field != _OWNER]
        yield name, type(node).__name__, values


def _plain(value: Any) -> Any:
    """What can be compared by its text: a listener is seen by its being there."""
    if isinstance(value, Event):
        return value.n_subscribers()
    if isinstance(value, EventDefinition):
        return sorted(vars(value).items())
    return value
