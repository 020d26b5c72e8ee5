"""The evidence of a finding: everything that is needed to derive it again (design, law 6). Plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.model import Firing
from monitors.checkpoints import Supervision
from monitors.evaluate import Finding
from monitors.facts import Facts
from monitors.holding import held


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
        "suspensions": [
            plain({"kind": s.kind, "start": s.start, "end": s.end, "approver": s.approver}) for s in case.suspensions
        ],
        "extension": plain(facts.context["extension"]),
        "due": plain(finding.due),
        "deadline": plain(finding.reached.deadline) if finding.reached else None,
        "reason": plain(finding.reached.reason) if finding.reached else {},
    }


def plain(value: Any) -> Any:
    """A FEEL or Python value as JSON: instants and dates in ISO 8601, what JSON has no type for as text."""
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def _firing(firing: Firing) -> dict[str, Any]:
    names = ("element", "cause", "host", "occurrence", "happened", "rule", "rung", "due", "deadline")
    return {name: plain(getattr(firing, name)) for name in names}


def _went_on_because(firing: Firing | None) -> str | None:
    """Why the person went on who was told beforehand what the entry breaks."""
    return firing.payload.get("reason") if firing is not None and firing.cause == "completion" else None


def _event_ids(firing: Firing | None) -> list[str]:
    """The feed events behind the firing: ``event_id`` or ``event_ids`` of its payload."""
    if firing is None:
        return []
    told = firing.payload.get("event_ids") or [firing.payload.get("event_id")]
    return [str(event) for event in told if event is not None]
