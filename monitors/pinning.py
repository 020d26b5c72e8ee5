"""A snapshot of a case as it is kept with a finding, and the snapshot made of it again (design, law 6).

Kept is what the rules read: the fields of the case by their first name, the steps of persons, and the passage that the
rule hangs on. What they did not read cannot change what they said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from engine.calendar import WorkingCalendar
from engine.handlers import CaseView
from engine.model import ExtensionEntry, Firing, Instance, Step, SuspensionEntry
from monitors.context import SERVED
from monitors.datasets import DataSets
from monitors.facts import Facts
from monitors.plain import plain

_STEP = tuple(field.name for field in fields(Step))
_CASE = ("id", "district_code", "scope", "business_key", "started_at")


def pinned(facts: Facts) -> dict[str, Any]:
    """What is needed of the case to judge it again."""
    data, instance = facts.case.data, facts.case.instance
    seen = {name: plain(facts.context[name]) for name in facts.context.read & SERVED.keys()}
    kept = {name: data[name] for name in facts.context.read if name in data} | {
        name: value for name, value in seen.items() if value is not None
    }
    steps = [step for step in facts.case.steps if step in facts.user_steps or step is facts.host_step]
    return {
        "data": {name: kept[name] for name in sorted(kept)},
        "steps": [{name: plain(getattr(step, name)) for name in _STEP} for step in steps],
        "case": {name: plain(getattr(instance, name)) for name in _CASE},
        "host": facts.host,
        "occurrence": facts.occurrence,
        "actor": facts.actor,
        "payload": plain(facts.firing.payload) if facts.firing is not None else {},
    }


def unpinned(
    told: Mapping[str, Any], calendar: WorkingCalendar, sets: DataSets, data: Mapping[str, Any] | None = None
) -> Facts:
    """The snapshot of a finding's evidence; with other ``data`` in place of those that were kept."""
    kept = told["facts"]
    fields_ = kept["data"] if data is None else data
    instance = Instance(
        **{**kept["case"], **_instants(kept["case"], "started_at")},
        definition=told["definition"]["name"],
        version=told["definition"]["version"],
        state="open",
        revision=told["revision"],
        data=fields_,
        ended_at=None,
    )
    steps = tuple(Step(**{**step, **_instants(step, "entered_at", "completed_at")}) for step in kept["steps"])
    stops = tuple(SuspensionEntry(**{**stop, **_instants(stop, "start", "end")}) for stop in told["suspensions"])
    extension = told["extension"] and ExtensionEntry(**{**told["extension"], **_instants(told["extension"], "at")})
    view = CaseView(instance, fields_, steps, stops, extension, datetime.fromisoformat(told["at"]))
    return Facts(
        view,
        calendar,
        kept["host"],
        kept["occurrence"],
        datetime.fromisoformat(told["entered_at"]),
        _firing(told["firing"], kept["payload"]),
        kept["actor"],
        datetime.fromisoformat(told["clock"]),
        sets,
    )


def _firing(told: Mapping[str, Any] | None, payload: Mapping[str, Any]) -> Firing | None:
    if told is None:
        return None
    return Firing(**{**told, **_instants(told, "happened", "due", "deadline")}, payload=payload)


def _instants(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] and datetime.fromisoformat(told[name]) for name in names}
