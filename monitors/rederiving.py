"""A warning derived again from its evidence: the same rule, over the same facts, by the same calendar (design, law 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.calendar import WorkingCalendar
from engine.diagrams import RuleInfo, read
from engine.errors import NotFound
from engine.model import Definition
from monitors.checkpoints import Supervision, compile_rule
from monitors.datasets import StoredDataSets
from monitors.editions import edition
from monitors.evaluate import findings_of
from monitors.facts import Facts
from monitors.model import Warning
from monitors.pinning import unpinned
from monitors.presets import Preset, preset_of
from monitors.repeats import enough, lifted
from monitors.rules import Rule
from monitors.warnings import row_of

DefinitionOf = Callable[[str, int], Definition]
# What the life of a warning adds to what was found.
_LATER = frozenset({"number", "state", "violation_instance", "closed_at", "outcome_reason", "held_by"})
# What was kept of the case holds what other rules of the checkpoint read as well.
_KEPT = frozenset({"facts"})


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
    connection: Connection, warning: Warning, definition_of: DefinitionOf, calendar: WorkingCalendar | None = None
) -> Rederived:
    """The warning judged again; with another ``calendar``, as it would have been by that one.

    What keeps it from being derived (the version gone or changed, no facts kept, the days changed) is a difference.
    """
    if "facts" not in warning.evidence:
        return _cannot("evidence.facts", None, "none were kept when it was raised")
    told = warning.evidence
    try:
        definition = definition_of(told["definition"]["name"], told["definition"]["version"])
        days = calendar or edition(connection, told["calendar"]["version"])
    except NotFound as error:
        return _cannot("evidence", None, error.message)
    if definition.hash != told["definition"]["hash"]:
        return _cannot("evidence.definition.hash", told["definition"]["hash"], definition.hash)
    stored = {name: getattr(warning, name) for name in Warning.__dataclass_fields__}
    rule, preset = pinned_rule(definition, told)
    facts = unpinned(told, days, StoredDataSets(connection))
    row = _row(rule, preset, facts, definition, warning)
    if row is None:
        return Rederived(False, {}, (Difference("rung", warning.rung, None),))
    return Rederived(True, row, tuple(_differences(stored, row)))


def rule_of(definition: Definition, checkpoint: str, rule: str) -> RuleInfo:
    """A rule as that version words it; raises NotFound."""
    found = read(definition.xml).checkpoints.get(checkpoint)
    for one in () if found is None else found.rules:
        if one.id == rule:
            return one
    raise NotFound(f"expected rule {rule} at {checkpoint} of {definition.name}, found none", rule=rule)


def pinned_rule(definition: Definition, told: Mapping[str, Any]) -> tuple[Rule, Preset]:
    """The rule with the ladder that it had then; the ladders of today may be others."""
    given = told["rule"]
    preset = preset_of(given["preset"])
    info = rule_of(definition, given["checkpoint"], given["id"])
    known = {preset.code: preset} if preset.code else {"DEFAULT": preset}
    return compile_rule(info, given["checkpoint"], known), preset


def _row(rule: Rule, preset: Preset, facts: Facts, definition: Definition, warning: Warning) -> dict[str, Any] | None:
    supervision = Supervision(definition.name, definition.version, definition.hash, {}, {})
    found = next((one for one in findings_of(rule, facts) if one.rung == warning.rung), None)
    if found is None:
        return None
    repeat = warning.evidence.get("repeat")
    return lifted(row_of(found, facts, supervision), repeat and enough(repeat["violations"], repeat["since"], preset))


def _differences(stored: Mapping[str, Any], row: Mapping[str, Any]) -> list[Difference]:
    found = []
    for name, value in row.items():
        if name == "evidence":
            before, after = stored[name], value
            names = sorted({*before, *after} - _KEPT)
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
