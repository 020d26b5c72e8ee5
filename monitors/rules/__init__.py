"""The kinds of rules, by name. A kind says how to judge; numbers and levels are data of the rule."""

from __future__ import annotations

from collections.abc import Mapping

from monitors.rules.expression import Expression
from monitors.rules.four_eyes import FourEyes
from monitors.rules.model import Kind, Rule, Verdict
from monitors.rules.step_order import StepOrder
from monitors.rules.time_limit import TimeLimit

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (TimeLimit(), Expression(), StepOrder(), FourEyes())}

__all__ = ["KINDS", "Kind", "Rule", "Verdict"]
