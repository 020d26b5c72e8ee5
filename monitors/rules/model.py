"""A compiled rule, what a kind must do, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from monitors.facts import Facts
from monitors.formulas import Formula, Reading
from monitors.ladders import LadderRung
from monitors.presets import Preset


@dataclass(frozen=True, slots=True)
class Verdict:
    """``held``: True kept, False broken, None undetermined (a rule that cannot tell has not passed).

    ``missing`` names what was absent or null, ``note`` says in words why it is undetermined,
    ``values`` are the paths read with their values, ``told`` the facts that the rule's message may use,
    ``reached`` the rungs of a limit that are true now.
    """

    held: bool | None
    missing: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    reached: tuple[LadderRung, ...] = ()


class Kind(Protocol):
    """A kind of rule: names of its parameters (all FEEL), those it cannot do without, and its judgement.

    ``reads`` are the fields that it reads beside those that its parameters name: of the case itself, such as
    ``steps.actor``, and of the contexts that a parameter yields, such as ``members.role``. What breaks a ``correctable``
    kind may be a slip of the pen: once the data are put right in time, its warning closes by itself. What somebody
    did, or did too late, cannot be put right so.
    """

    name: str
    parameters: frozenset[str]
    required: frozenset[str]

    @property
    def correctable(self) -> bool: ...

    @property
    def reads(self) -> tuple[str, ...]: ...

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a checkpoint, its parameters parsed. ``fault`` says why it cannot be evaluated at all."""

    id: str
    checkpoint: str
    kind: Kind
    dimension: str
    level: str
    preset: Preset
    basis: str
    confidence: str
    message: str
    message_en: str
    parameters: Mapping[str, Formula]
    fault: str = ""
    auto_card: bool = False
    dry_run: bool = False  # on trial: what it finds is observed, and nobody is told

    def read(self, name: str, facts: Facts) -> Reading | None:
        """The reading of a parameter; None where the rule does not give it."""
        given = self.parameters.get(name)
        return None if given is None else given.read(facts)


def undetermined(*readings: Reading, note: str = "") -> Verdict:
    """What a rule says that read these and cannot tell."""
    missing = {name: None for reading in readings for name in reading.missing}
    failed = "; ".join(reading.failed for reading in readings if reading.failed)
    return Verdict(None, tuple(missing), merged(*readings), failed or note)


def merged(*readings: Reading) -> dict[str, Any]:
    """Everything that was read, by path."""
    return {path: value for reading in readings for path, value in reading.reads.items()}
