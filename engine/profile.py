"""Whether a model runs as it is drawn: everything that would not is an error or a remark.

    report = check(xml)
    report.ok, report.errors, report.remarks
    rows()  # the profile itself: every element and attribute of the standard

Nothing becomes a no-op in silence (design, law 7): an element is in the run list of
``lint/elements.toml``, or it is refused by name, or a remark says that it has no effect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from engine.decisions import Bundle
from engine.diagrams import Diagram, load, survey
from engine.errors import ModelRefused
from engine.linking import Source
from engine.lint import (
    attributes,
    calls,
    checkpoints,
    deadlocks,
    deciding,
    drawing,
    elements,
    events,
    expressions,
    extensions,
    flows,
    identity,
    limits,
    loops,
    paths,
    payloads,
    places,
    rules,
    steps,
    thrown,
)
from engine.lint import (
    feed as feeds,
)
from engine.lint.graph import Level, levels
from engine.lint.known import CLOCK_FUNCTIONS, Known
from engine.lint.profiling import Row, rows
from engine.lint.remarks import Remark, Report

__all__ = ["Remark", "Report", "Row", "check", "rows"]


def check(
    xml: bytes,
    *,
    kinds: Mapping[str, Collection[str]] | None = None,
    required: Mapping[str, Collection[str]] | None = None,
    timed: Collection[str] = ("time_limit",),
    handlers: Collection[str] | None = None,
    roles: Collection[str] | None = None,
    functions: Collection[str] = CLOCK_FUNCTIONS,
    decisions: Iterable[bytes] | None = None,
    feed: Mapping[str, Any] | None = None,
    fields: Collection[str] = (),
    ladders: Collection[str] | None = None,
    models: Mapping[str, Source | None] | None = None,
) -> Report:
    """Everything there is to say about a model, by line; never raises for what is in the bytes.

    ``kinds`` are the rule kinds with the names of their parameters, ``required`` those that a
    kind cannot do without, ``timed`` those kinds that a timer may watch, ``handlers`` and ``roles`` the known names:
    what is None is not checked. ``functions`` are the host's FEEL functions, ``decisions`` the DMN files beside the model,
    ``feed`` the JSON Schema of its feed, ``fields`` what its forms ask for, ``ladders`` the
    known ones, ``models`` the deployed models that it may
    call, None for one of which no version is in force.
    """
    try:
        tree = load(xml)
    except ModelRefused as refused:
        return Report(tuple(refused.facts["remarks"]))
    diagram = survey(tree)
    bundle = None if decisions is None else Bundle(decisions, functions)
    known = Known(kinds, required, timed, handlers, roles, functions, bundle, feed, fields, ladders, models or {})
    found = list(_file(xml, tree, diagram, known))
    if Report(tuple(found)).ok:
        found += _ways(diagram)
    return Report(tuple(sorted(dict.fromkeys(found), key=lambda remark: remark.line)))


def _file(xml: bytes, tree: Any, diagram: Diagram, known: Known) -> Iterator[Remark]:
    oversized = list(paths.check_size(diagram))
    if oversized:
        yield from oversized  # nobody wants ten thousand remarks more
        return
    yield from identity.check(tree)
    yield from places.check(tree)
    yield from elements.check(tree)
    yield from attributes.check(tree)
    yield from extensions.check(tree)
    yield from payloads.check(tree)
    yield from expressions.check(tree, known)
    yield from checkpoints.check_declared(tree)
    yield from rules.check(tree, known)
    yield from steps.check_file(tree, diagram)
    yield from deciding.check_elsewhere(tree)
    whole = calls.with_models(xml, diagram, known.models)
    yield from calls.check(diagram, whole, known.models)
    found = {process.process_id: levels(process) for process in (whole, *whole.processes)}
    yield from thrown.check(whole, found, own=1 + len(diagram.processes))
    quick = paths.without_wait(found)
    for process in (diagram, *diagram.processes):
        yield from steps.check(process, known, called=process is not diagram)
        yield from deciding.check(process, known)
        yield from feeds.check(process, known)
        yield from drawing.check(tree, process)
        yield from limits.check(found[process.process_id])
        yield from _levels(found[process.process_id], quick, known)


def _levels(found: list[Level], quick: set[str], known: Known) -> Iterator[Remark]:
    for level in found:
        yield from flows.check(level)
        yield from events.check(level)
        yield from checkpoints.check(level, known)
        yield from loops.check(level, quick)
    yield from paths.check(found, quick)


def _ways(diagram: Diagram) -> Iterator[Remark]:
    """What can be proved of the ways through a file that is well drawn."""
    for process in (diagram, *diagram.processes):
        for level in levels(process):
            yield from deadlocks.check(level, main=level.scope is None and process is diagram)
