"""A case goes over to another version of its model, and back.

Tokens, clocks, open steps and passages go over with it; what would be lost refuses the whole
(``MigrationRefused``). Nothing is started, ended or fired by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import statements
from engine.diagrams import CheckpointInfo
from engine.errors import Conflict, MigrationRefused
from engine.instances.execution import Execution
from engine.instances.keys import row_id, timer_id
from engine.instances.moved import RUNNING, checkpoints_of, clocks_of, compared, new_name, new_passage
from engine.instances.pins import carried
from engine.instances.rows import Row
from engine.instances.snapshot import Kept, restored, taken
from engine.instances.states import CANCELLED
from engine.instances.timing import is_checkpoint_timer
from engine.spiff import Compiled, Transfer, Wait, dump, newly_stuck, transfer

KEEP, DERIVE = "keep", "derive"
LET_GO = "-"  # what a plan maps an event to whose clock may end


@dataclass(frozen=True, slots=True)
class Going:
    """Where a case goes: ``clocks`` keep says that running limits stay as they began, derive that the version decides."""

    plan: str
    version: int
    compiled: Compiled
    mapping: Mapping[str, str]
    clocks: str


def go_over(execution: Execution, going: Going) -> tuple[dict[str, Any], bytes, Kept]:
    """Take the case to another version; what moved, the state before, and the rows before."""
    old, new, instance = execution.compiled, going.compiled, execution.instance
    blob = dump(execution.workflow)
    kept = taken(execution)
    renames = {one: other for one, other in going.mapping.items() if other != LET_GO}
    moved = transfer(blob, old, new, renames)
    reasons = list(_reasons(execution, moved, going, renames))
    if reasons:
        raise _refused(reasons)
    stuck = newly_stuck(blob, old, moved.blob, new)
    if stuck:
        raise _refused([{"element": one, "why": "join"} for one in stuck])
    before, looks = clocks_of(execution, moved, renames), checkpoints_of(execution, renames)
    passages = [(w.element, w.host_occurrence or w.occurrence) for w in execution.workflow.waits() if w.kind == "timer"]
    pins = _pins(execution, moved, renames, going) if going.clocks == KEEP else None
    execution.go_over(new, moved.blob, replace(instance, version=going.version, pinned=pins))
    _passages(execution, moved, old)
    _tasks(execution, moved)
    _timers(execution, moved, renames, passages)
    told = {"plan": going.plan, "from": instance.version, "to": going.version}
    execution.note("migrated", {**told, "mapping": dict(going.mapping), "clocks": going.clocks})
    execution.settle()
    result = compared(execution, before, looks)
    changed = list(_changed(execution, result["clocks"], going))
    if changed:
        raise _refused(changed)
    return result, blob, kept


def _changed(execution: Execution, clocks: Mapping[str, Any], going: Going) -> Iterator[dict[str, Any]]:
    """Clocks that moved where they were to stay, and rules of which no rung is left; the plan may let them go."""
    for one in clocks["moved"] if going.clocks == KEEP else ():
        yield {"element": one["element"], "why": "moves"}
    left = {
        (row["element"], row["rule"], row["occurrence"]) for row in execution.records.timers if row["state"] in RUNNING
    }
    for one in clocks["vanished"]:
        let_go = going.mapping.get(one["element"]) == LET_GO
        if not let_go and (one["element"], one["rule"], one["occurrence"]) not in left:
            yield {"element": one["element"], "why": "clock"}


def come_back(execution: Execution, plan: str, revision: int, compiled: Compiled, blob: bytes, kept: Kept) -> None:
    """Undo a migration after which nothing has happened in the case; raises Conflict when something has."""
    if execution.instance.revision != revision or execution.fired:
        raise Conflict("expected a case in which nothing has happened since, found that it has gone on", plan=plan)
    before = replace(execution.instance, version=kept["version"], pinned=kept["pinned"])
    execution.note("migration_undone", {"plan": plan, "from": execution.instance.version, "to": before.version})
    execution.go_over(compiled, blob, before)
    restored(execution, kept)
    execution.settle()


def _refused(reasons: list[dict[str, Any]]) -> MigrationRefused:
    named = ", ".join(f"{one['element']} ({one['why']})" for one in reasons)
    return MigrationRefused(
        f"expected a place for everything in the other version, found none for {named}", reasons=reasons
    )


def _reasons(
    execution: Execution, moved: Transfer, going: Going, renames: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Why the case cannot go: tokens without a place, clocks that would end, duties that would be forgotten."""
    for token in moved.lost:
        yield {"element": token.element, "why": token.why}
    running = {(row["element"], row["occurrence"]) for row in execution.records.timers if row["state"] in RUNNING}
    for event in moved.vanished:
        clock = (event.element, event.host_occurrence or event.occurrence) in running
        if going.mapping.get(event.element) != LET_GO and (clock or event.kind in ("message", "signal")):
            yield {"element": event.element, "why": "clock" if clock else "gone"}
    yield from _forgotten(execution, going, renames)


def _forgotten(execution: Execution, going: Going, renames: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Steps that were done, and whose doers may not do another: under another name nobody would remember them."""
    done = {step.element for step in execution.view.steps if step.outcome == "completed"}
    steps = [element.step for element in execution.compiled.diagram.elements.values() if element.step is not None]
    for other in sorted({name for step in steps for name in step.exclude} & done):
        if new_name(other, renames) != other or other not in going.compiled.diagram.elements:
            yield {"element": other, "why": "separation"}


def _pins(execution: Execution, moved: Transfer, renames: Mapping[str, str], going: Going) -> dict[str, Any] | None:
    """Limits that the versions put differently stay as they were on the passages that run."""
    old, new = execution.compiled.diagram, going.compiled.diagram
    more = []
    for wait in execution.workflow.waits():
        element = old.elements[wait.element]
        there = new.elements.get(new_name(wait.element, renames))
        if there is None or not is_checkpoint_timer(element) or there.checkpoint != element.checkpoint:
            continue
        assert element.checkpoint is not None
        if _rules(old.checkpoints[element.checkpoint]) != _rules(new.checkpoints[element.checkpoint]):
            more.append((*_host_after(wait, moved, renames), element.checkpoint))
    return carried(execution.instance.pinned, moved.renamed, more, execution.instance.version)


def _rules(checkpoint: CheckpointInfo) -> list[Any]:
    return [replace(rule, line=0) for rule in checkpoint.rules]


def _host_after(wait: Wait, moved: Transfer, renames: Mapping[str, str]) -> tuple[str, int]:
    passage = (wait.host, wait.host_occurrence) if wait.host is not None else (wait.element, wait.occurrence)
    return moved.renamed.get(passage, passage)


def _passages(execution: Execution, moved: Transfer, old: Compiled) -> None:
    """The open passages go on under the names of the other version, since when they began."""
    history = execution.records.history
    for passage, (element, occurrence) in moved.renamed.items():
        row = history.get(*passage)
        if row is None or row["outcome"] != "open":
            continue
        node, step = execution.element(element), execution.element(element).step
        told = {"element": element, "occurrence": occurrence, "name": node.name, "name_en": node.name_en}
        step_told = {"code": step.code if step else None, "role": step.role if step else None}
        history.add({**row, **told, **step_told})
        history.update(row, completed_at=execution.at, outcome="cancelled")
    for event in moved.vanished:
        row = history.get(event.element, event.occurrence)
        if row is not None and row["outcome"] == "open":
            history.update(row, completed_at=execution.at, outcome="cancelled")


def _tasks(execution: Execution, moved: Transfer) -> None:
    """Open steps stay open, and whoever claimed them keeps them."""
    tasks, instance = execution.records.tasks, execution.instance
    for row in list(tasks):
        if row["state"] != "open":
            continue
        passage = (row["element"], row["occurrence"])
        element, occurrence = moved.renamed.get(passage, passage)
        node, step = execution.element(element), execution.element(element).step
        told = {
            "version": instance.version,
            "name": node.name,
            "name_en": node.name_en,
            "role": step.role if step else "",
            "form": step.form if step else None,
        }
        if (element, occurrence) == passage:
            tasks.update(row, **told)
            continue
        key = row_id(instance.id, "task", element, occurrence)
        tasks.add({**row, **told, "id": key, "element": element, "occurrence": occurrence})
        tasks.update(row, state="cancelled", completed_at=execution.at)


def _timers(
    execution: Execution, moved: Transfer, renames: Mapping[str, str], passages: Iterable[tuple[str, int]]
) -> None:
    """Clocks of renamed passages go on under new names; what has fired there does not fire again."""
    timers = execution.records.timers
    for row in list(_rows_of(execution, passages)):
        element, occurrence = new_passage(row, moved, renames)
        host = row["host"] and moved.renamed.get((row["host"], row["occurrence"]), (row["host"], 0))[0]
        key = timer_id(execution.instance.id, element, row["rule"], row["rung"], occurrence)
        if key != row["id"]:
            timers.add({**row, "id": key, "element": element, "host": host, "occurrence": occurrence})
            if row["state"] in RUNNING:
                timers.update(row, state=CANCELLED)
        elif host != row["host"]:
            timers.update(row, host=host)


def _rows_of(execution: Execution, passages: Iterable[tuple[str, int]]) -> Iterator[Row]:
    """Every timer row of these events, those that are over, too."""
    for element, occurrence in passages:
        key = {"instance": execution.instance.id, "element": element, "occurrence": occurrence}
        for stored in statements.TIMERS_OF_PASSAGE.rows(execution.connection, key):
            row = execution.records.timers.get(stored["id"])
            if row is not None:
                yield row
