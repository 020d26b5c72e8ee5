"""From rows to the frozen values that cross the engine's border."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model import (
    ExtensionEntry,
    Incident,
    Instance,
    Step,
    SuspensionEntry,
    Task,
    Timer,
)

Row = Mapping[str, Any]


def step_of(row: Row) -> Step:
    return Step(
        row["element"],
        row["code"],
        row["name"],
        row["name_en"],
        row["kind"],
        row["occurrence"],
        row["entered_at"],
        row["completed_at"],
        row["outcome"],
        row["actor"],
        row["role"],
    )


def suspension_of(row: Row) -> SuspensionEntry:
    return SuspensionEntry(
        row["id"],
        row["kind"],
        row["start"],
        row["end"],
        row["approver"],
        row["reason"],
        row["own_limit"],
        row["notice"],
    )


def extension_of(row: Row | None) -> ExtensionEntry | None:
    if row is None:
        return None
    return ExtensionEntry(row["amount"], row["unit"], row["approver"], row["reason"], row["at"])


def instance_of(row: Row) -> Instance:
    return Instance(
        row["id"],
        row["district_code"],
        row["scope"],
        row["definition"],
        row["version"],
        row["business_key"],
        row["state"],
        row["revision"],
        row["data"],
        row["started_at"],
        row["ended_at"],
        row["parent_id"],
        row["pinned"],
    )


def task_of(row: Row) -> Task:
    return Task(**{name: row[name] for name in Task.__slots__})


def timer_of(row: Row) -> Timer:
    return Timer(**{name: row[name] for name in Timer.__slots__})


def incident_of(row: Row) -> Incident:
    values = {name: row[name] for name in Incident.__slots__}
    return Incident(**{**values, "acts": tuple(row["acts"])})
