"""What hangs on a diagram: element -> checkpoint -> rules, compiled once per deployed definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.diagrams import CheckpointInfo, Diagram, RuleInfo
from engine.errors import NotFound
from engine.model import Definition
from monitors.formulas import formula
from monitors.presets import Preset, Presets, single
from monitors.rules import KINDS, Rule
from monitors.rules.expression import Expression

DefinitionOf = Callable[[str, int], Definition]
DiagramOf = Callable[[str, int], Diagram]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint with its compiled rules."""

    id: str
    name: str
    name_en: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Supervision:
    """The checkpoints of one definition, by id and by the element they hang on."""

    definition: str
    version: int
    hash: str
    checkpoints: Mapping[str, Checkpoint]
    elements: Mapping[str, str]

    def at(self, element: str, checkpoint: str | None = None) -> Checkpoint:
        """The checkpoint of a boundary event; raises NotFound."""
        name = checkpoint or self.elements.get(element)
        found = None if name is None else self.checkpoints.get(name)
        if found is None:
            raise NotFound(
                f"expected a checkpoint on {element} of {self.definition} version {self.version}, found none",
                element=element,
                checkpoint=name,
            )
        return found

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id; raises NotFound."""
        for checkpoint in self.checkpoints.values():
            for rule in checkpoint.rules:
                if rule.id == rule_id:
                    return rule
        raise NotFound(f"expected rule {rule_id} in {self.definition}, found none", rule=rule_id)


class Checkpoints:
    """The compiled checkpoints of all definitions, cached: a deployed version never changes."""

    def __init__(self, definition_of: DefinitionOf, diagram_of: DiagramOf, presets: Presets) -> None:
        self._definition_of, self._diagram_of = definition_of, diagram_of
        self._presets = presets
        self._known: dict[tuple[str, int], Supervision] = {}

    @property
    def ladders(self) -> frozenset[str]:
        """The names of the ladders that a rule may stand on."""
        return frozenset(self._presets)

    def of(self, definition: str, version: int) -> Supervision:
        """The supervision of that version."""
        key = (definition, version)
        if key not in self._known:
            model, diagram = self._definition_of(*key), self._diagram_of(*key)
            self._known[key] = compile_definition(model, diagram, self._presets)
        return self._known[key]


def compile_definition(definition: Definition, diagram: Diagram, presets: Presets) -> Supervision:
    """Parse the parameters of all rules of a model and of what it calls."""
    checkpoints = {info.id: compile_checkpoint(info, presets) for info in diagram.checkpoints.values()}
    elements = {
        element.id: element.checkpoint for element in diagram.elements.values() if element.checkpoint is not None
    }
    return Supervision(definition.name, definition.version, definition.hash, checkpoints, elements)


def compile_checkpoint(info: CheckpointInfo, presets: Presets) -> Checkpoint:
    """A checkpoint with its rules compiled; faults stay with the rule, which is then undetermined."""
    rules = tuple(compile_rule(rule, info.id, presets) for rule in info.rules)
    return Checkpoint(info.id, info.name, info.name_en, rules)


def compile_rule(info: RuleInfo, checkpoint: str, presets: Presets) -> Rule:
    """A rule with its parameters parsed. What the deployment check should have refused is a ``fault``."""
    kind = KINDS.get(info.kind)
    level = info.level or "notice"
    alone = single(level)
    preset = presets.get(info.ladder) if info.ladder else alone
    return Rule(
        id=info.id,
        checkpoint=checkpoint,
        kind=kind or Expression(),
        dimension=info.dimension,
        level=level,
        preset=preset or alone,
        basis=info.basis,
        confidence=info.confidence,
        message=info.message,
        message_en=info.message_en,
        parameters={name: formula(text) for name, text in info.params.items()},
        fault=_fault(info, preset),
        auto_card=info.auto_card,
        dry_run=info.dry_run == "true",
    )


def _fault(info: RuleInfo, preset: Preset | None) -> str:
    kind = KINDS.get(info.kind)
    if kind is None:
        return f"expected a kind of {sorted(KINDS)}, found {info.kind!r}"
    if preset is None:
        return f"expected a known ladder, found {info.ladder!r}"
    unknown = sorted(set(info.params) - kind.parameters)
    absent = sorted(kind.required - set(info.params))
    if unknown or absent:
        return f"expected the parameters {sorted(kind.parameters)}; unknown: {unknown}; missing: {absent}"
    return next((fault for text in info.params.values() if (fault := formula(text).fault)), "")
