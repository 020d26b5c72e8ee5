"""Detect: a checkpoint's rules over one snapshot of the case. Pure; recording is ``monitors.warnings``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitors.checkpoints import Checkpoint
from monitors.facts import Facts
from monitors.ladders import LadderRung
from monitors.rules import Rule, Verdict
from monitors.rules.time_limit import UNDETERMINED


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, or that could not tell. ``rung`` is the ladder's, or the rule's level."""

    rule: Rule
    verdict: Verdict
    rung: str
    level: str
    due: datetime | None = None
    reached: LadderRung | None = None

    @property
    def undetermined(self) -> bool:
        return self.verdict.held is None


def evaluate(checkpoint: Checkpoint, facts: Facts) -> tuple[Finding, ...]:
    """The findings of a checkpoint: of one rule where a timer's rung fired, else of all its rules."""
    return tuple(finding for rule in _asked(checkpoint, facts) for finding in findings_of(rule, facts))


def findings_of(rule: Rule, facts: Facts) -> tuple[Finding, ...]:
    """The findings of one rule."""
    return tuple(_findings(rule, judge(rule, facts)))


def judge(rule: Rule, facts: Facts) -> Verdict:
    """What the rule says. One that fails in any way is undetermined: a checkpoint never stops a step."""
    if rule.fault:
        return Verdict(None, note=rule.fault)
    try:
        return rule.kind.evaluate(rule, facts)
    except Exception as error:
        return Verdict(None, note=f"{type(error).__name__}: {error}")


def _asked(checkpoint: Checkpoint, facts: Facts) -> Iterator[Rule]:
    asked = facts.firing.rule if facts.firing else None
    return (rule for rule in checkpoint.rules if asked in (None, rule.id))


def _findings(rule: Rule, verdict: Verdict) -> Iterator[Finding]:
    if verdict.held is None:
        yield Finding(rule, verdict, UNDETERMINED, "notice")
    elif verdict.held is False and verdict.reached:
        for rung in verdict.reached:
            yield Finding(rule, verdict, rung.name, rung.level, rung.due, rung)
    elif verdict.held is False:
        yield Finding(rule, verdict, rule.level, rule.level)
