"""The values that supervision hands out: frozen, instants in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

ANY = "*"

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class District:
    """A district, or the city itself. ``zone`` and ``calendar_code`` None: the defaults."""

    code: str
    name: str
    name_en: str
    city: bool = False
    calendar_code: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department of a district; those of one ``peer_group`` are ranked among each other."""

    district_code: str
    code: str
    name: str
    name_en: str
    peer_group: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; passwords are kept elsewhere (``webui/auth``)."""

    id: str
    name: str
    name_en: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in a district (or ``*``) and a department of it (or ``*``)."""

    role: str
    district_code: str
    department: str

    def covers(self, district_code: str, department: str) -> bool:
        return self.district_code in (ANY, district_code) and self.department in (ANY, department)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of service (事项) at one version: limits, route, fees, materials are in ``body``."""

    code: str
    version: int
    valid_from: date
    body: Data
    valid_until: date | None = None  # its last day, where one is set

    def pinned(self) -> dict[str, Any]:
        """What a case carries from its start on as ``item``: the body with code and version."""
        return {**self.body, "code": self.code, "version": self.version}


@dataclass(frozen=True, slots=True)
class Warning:
    """One row of the table ``warning``; see ``monitors/tables.py`` for what each means."""

    district_code: str
    id: str
    number: str
    case_id: str
    case_no: str
    definition: str
    definition_version: int
    checkpoint: str
    rule: str
    rung: str
    occurrence: int
    level: str
    dimension: str
    department: str
    message: str
    message_en: str
    state: str
    raised_at: datetime
    due: datetime | None
    happened: datetime
    evidence: Data
    basis: str
    confidence: str
    undetermined: bool
    missing: tuple[str, ...]
    violation_instance: str | None
    closed_at: datetime | None
    outcome_reason: str | None
    held_by: str | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that live pages show at once; ``id`` grows."""

    id: int
    district_code: str
    kind: str
    warning_id: str | None
    department: str
    level: str
    body: Data
    created_at: datetime
