"""The evidence of a finding: everything that is needed to derive it again (design, law 6). Plain JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.model import Firing
from monitors.checkpoints import Supervision
from monitors.evaluate import Finding
from monitors.facts import Facts
from monitors.holding import held
from monitors.pinning import pinned
from monitors.plain import plain
from monitors.presets import as_row

_FIRING = (
    "element",
    "checkpoint",
    "cause",
    "host",
    "occurrence",
    "happened",
    "rule",
    "rung",
    "level",
    "due",
    "deadline",
)


def evidence(finding: Finding, facts: Facts, supervision: Supervision) -> dict[str, Any]:
    """Rule version, inputs read with their values, calendar, clock, firing, events, due and its reasons."""
    rule, verdict, case = finding.rule, finding.verdict, facts.case
    return {
        "definition": {
            "name": supervision.definition,
            "version": supervision.version,
            "hash": supervision.hash,
        },
        "rule": {
            "checkpoint": rule.checkpoint,
            "id": rule.id,
            "kind": rule.kind.name,
            "ladder": rule.preset.code,
            "preset": as_row(rule.preset),
            "parameters": {name: formula.text for name, formula in rule.parameters.items()},
            "auto_card": rule.auto_card,
        },
        "inputs": plain(verdict.values),
        "told": plain(verdict.told),
        "missing": list(verdict.missing),
        "note": verdict.note,
        "calendar": {
            "code": facts.calendar.code,
            "zone": facts.calendar.zone,
            "version": facts.calendar.version,
        },
        "at": plain(facts.now),
        "clock": plain(facts.clock or facts.now),
        "revision": case.instance.revision,
        "entered_at": plain(facts.entered_at),
        "firing": None if facts.firing is None else _firing(facts.firing),
        "event_ids": _event_ids(facts.firing),
        "went_on_because": _went_on_because(facts.firing),
        "held": held(facts, plain(finding.reached.reason).get("start") if finding.reached else None),
        "suspensions": [plain(asdict(stop)) for stop in case.suspensions],
        "extension": plain(facts.context["extension"]),
        "due": plain(finding.due),
        "deadline": plain(finding.reached.deadline) if finding.reached else None,
        "reason": plain(finding.reached.reason) if finding.reached else {},
        "facts": pinned(facts),
    }


def _firing(firing: Firing) -> dict[str, Any]:
    return {name: plain(getattr(firing, name)) for name in _FIRING}


def _went_on_because(firing: Firing | None) -> str | None:
    """Why the person went on who was told beforehand what the entry breaks."""
    return firing.payload.get("reason") if firing is not None and firing.cause == "completion" else None


def _event_ids(firing: Firing | None) -> list[str]:
    """The feed events behind the firing: ``event_id`` or ``event_ids`` of its payload."""
    if firing is None:
        return []
    told = firing.payload.get("event_ids") or [firing.payload.get("event_id")]
    return [str(event) for event in told if event is not None]
