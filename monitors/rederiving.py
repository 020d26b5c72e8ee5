"""A warning derived again from its evidence: the same rule, over the same facts, by the same calendar (design, law 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.calendar import WorkingCalendar
from engine.diagrams import Diagram, RuleInfo
from engine.errors import NotFound
from engine.model import Definition
from monitors.checkpoints import Supervision, compile_rule
from monitors.datasets import StoredDataSets
from monitors.editions import edition
from monitors.evaluate import findings_of
from monitors.facts import Facts
from monitors.model import Warning
from monitors.pinning import unpinned
from monitors.presets import preset_of
from monitors.rules import Rule
from monitors.warnings import row_of


class Models(Protocol):
    """The part of ``runtime.query`` that is needed: models, and their diagrams with what they call."""

    def definition(self, name: str, version: int) -> Definition: ...

    def diagram(self, name: str, version: int) -> Diagram: ...


# What the life of a warning adds to what was found.
_LATER = frozenset({"number", "state", "violation_instance", "closed_at", "outcome_reason", "held_by"})
# What was kept of the case holds what other rules of the checkpoint read as well; who was told beforehand is no part of
# the verdict.
_BESIDE = frozenset({"facts", "early_notices"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is stored as one thing and derived as another; ``what`` names it, ``evidence.due`` say."""

    what: str
    stored: Any
    derived: Any


@dataclass(frozen=True, slots=True)
class Rederived:
    """``found`` is whether the finding is there again; ``row`` what was derived, empty where that could not be done."""

    found: bool
    row: Mapping[str, Any]
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return self.found and not self.differences


def rederive(
    connection: Connection, warning: Warning, models: Models, calendar: WorkingCalendar | None = None
) -> Rederived:
    """The warning judged again; with another ``calendar``, as it would have been by that one.

    What keeps it from being derived (the version gone or changed, no facts kept, the days changed) is a difference.
    """
    if "facts" not in warning.evidence:
        return _cannot("evidence.facts", None, "none were kept when it was raised")
    told = warning.evidence
    try:
        definition = models.definition(told["definition"]["name"], told["definition"]["version"])
        days = calendar or edition(connection, told["calendar"]["version"])
        rule = pinned_rule(models, told)
    except NotFound as error:
        return _cannot("evidence", None, error.message)
    if definition.hash != told["definition"]["hash"]:
        return _cannot("evidence.definition.hash", told["definition"]["hash"], definition.hash)
    stored = {name: getattr(warning, name) for name in Warning.__dataclass_fields__}
    facts = unpinned(told, days, StoredDataSets(connection))
    row = _row(rule, facts, definition, warning)
    if row is None:
        return Rederived(False, {}, (Difference("rung", warning.rung, None),))
    return Rederived(True, row, tuple(_differences(stored, row)))


def pinned_rule(models: Models, told: Mapping[str, Any]) -> Rule:
    """The rule of that evidence with the ladder that it had then, for those of today may be others; raises NotFound."""
    given, preset = told["rule"], preset_of(told["rule"]["preset"])
    diagram = models.diagram(told["definition"]["name"], told["definition"]["version"])
    return compile_rule(_rule_of(diagram, given["checkpoint"], given["id"]), given["checkpoint"], {preset.code: preset})


def _rule_of(diagram: Diagram, checkpoint: str, rule: str) -> RuleInfo:
    found = diagram.checkpoints.get(checkpoint)
    for one in () if found is None else found.rules:
        if one.id == rule:
            return one
    raise NotFound(f"expected rule {rule} at {checkpoint}, found none", rule=rule)


def _row(rule: Rule, facts: Facts, definition: Definition, warning: Warning) -> dict[str, Any] | None:
    supervision = Supervision(definition.name, definition.version, definition.hash, {}, {})
    found = next((one for one in findings_of(rule, facts) if one.rung == warning.rung), None)
    return None if found is None else row_of(found, facts, supervision)


def _differences(stored: Mapping[str, Any], row: Mapping[str, Any]) -> list[Difference]:
    found = []
    for name, value in row.items():
        if name == "evidence":
            before, after = stored[name], value
            names = sorted({*before, *after} - _BESIDE)
            found += [
                Difference(f"evidence.{key}", before.get(key), after.get(key))
                for key in names
                if before.get(key) != after.get(key)
            ]
        elif name not in _LATER:
            kept = list(stored[name]) if name == "missing" else stored[name]
            if kept != value:
                found.append(Difference(name, kept, value))
    return found


def _cannot(what: str, stored: Any, derived: Any) -> Rederived:
    return Rederived(False, {}, (Difference(what, stored, derived),))
