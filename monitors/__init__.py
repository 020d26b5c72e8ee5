"""Supervision: checkpoints, rules, warnings, violations and the yearly assessment.

The names most callers need; everything else is in its module (``monitors.warnings``,
``monitors.alerts``, ``monitors.items``, ``monitors.organisation``, ``monitors.calendars``).
"""

from monitors.calendars import Calendars
from monitors.checkpoints import Checkpoints
from monitors.directory import Directory
from monitors.evaluate import Finding, evaluate
from monitors.facts import Facts
from monitors.presets import load_presets
from monitors.rules import KINDS
from monitors.scope import EVERYWHERE, Scope
from monitors.wiring import register

__all__ = [
    "EVERYWHERE",
    "KINDS",
    "Calendars",
    "Checkpoints",
    "Directory",
    "Facts",
    "Finding",
    "Scope",
    "evaluate",
    "load_presets",
    "register",
]
