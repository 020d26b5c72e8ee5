"""The kinds of rules, by name. A kind says how to judge; numbers and levels are data of the rule."""

from __future__ import annotations

from collections.abc import Mapping

from monitors.rules.amount_range import AmountRange
from monitors.rules.authority import Authority
from monitors.rules.backdating import Backdating
from monitors.rules.condition import Condition
from monitors.rules.conflict_of_interest import ConflictOfInterest
from monitors.rules.cross_match import CrossMatch
from monitors.rules.cumulative_cap import CumulativeCap
from monitors.rules.deemed_outcome import DeemedOutcome
from monitors.rules.expression import Expression
from monitors.rules.fee import Fee
from monitors.rules.four_eyes import FourEyes
from monitors.rules.late_report import LateReport
from monitors.rules.materials import Materials
from monitors.rules.minimum_duration import MinimumDuration
from monitors.rules.model import Kind, Rule, Verdict
from monitors.rules.panel_composition import PanelComposition
from monitors.rules.peer_outlier import PeerOutlier
from monitors.rules.periodic_duty import PeriodicDuty
from monitors.rules.pile_up_before_term import PileUpBeforeTerm
from monitors.rules.publication import Publication
from monitors.rules.repeated_step import RepeatedStep
from monitors.rules.satisfaction import Satisfaction
from monitors.rules.split_purchase import SplitPurchase
from monitors.rules.stalled import Stalled
from monitors.rules.step_order import StepOrder
from monitors.rules.step_skipped import StepSkipped
from monitors.rules.suspension_abuse import SuspensionAbuse
from monitors.rules.suspension_limit import SuspensionLimit
from monitors.rules.time_limit import TimeLimit

_ALL: tuple[Kind, ...] = (
    TimeLimit(),
    MinimumDuration(),
    DeemedOutcome(),
    Publication(),
    PeriodicDuty(),
    LateReport(),
    Stalled(),
    StepOrder(),
    StepSkipped(),
    RepeatedStep(),
    FourEyes(),
    ConflictOfInterest(),
    Authority(),
    Condition(),
    Fee(),
    Materials(),
    AmountRange(),
    CumulativeCap(),
    SplitPurchase(),
    PanelComposition(),
    CrossMatch(),
    PeerOutlier(),
    Backdating(),
    PileUpBeforeTerm(),
    SuspensionAbuse(),
    SuspensionLimit(),
    Satisfaction(),
    Expression(),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
# Limits, which a timer may watch: they say when they would be broken.
TIMED = (TimeLimit, PeriodicDuty, SuspensionLimit)


def names() -> dict[str, object]:
    """What a model may say of rules: kinds with their parameters, those that are required, those that a timer watches."""
    return {
        "kinds": {name: kind.parameters for name, kind in KINDS.items()},
        "required": {name: kind.required for name, kind in KINDS.items()},
        "timed": frozenset(name for name, kind in KINDS.items() if isinstance(kind, TIMED)),
    }


__all__ = ["KINDS", "TIMED", "Kind", "Rule", "Verdict", "names"]
