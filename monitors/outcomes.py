"""The values that violations hand out: frozen, instants in UTC, one class per table of ``outcome_tables``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

IN_FORCE = ("issued", "delivered", "appealed", "upheld", "downgraded", "closed")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the department said to a warning."""

    district_code: str
    warning_id: str
    text: str
    ground: str | None
    evidence: Any
    explained_by: str
    explained_at: datetime


@dataclass(frozen=True, slots=True)
class Violation:
    """A confirmed warning. ``fact_at`` is when the fact was; its year is the one that is assessed."""

    district_code: str
    id: str
    number: str
    warning_id: str
    case_id: str
    department: str
    checkpoint: str
    rule: str
    instance_id: str
    case_no: str
    level: str
    dimension: str
    state: str
    fact_at: datetime
    confirmed_at: datetime
    confirmed_by: str
    reason: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    """A supervision order; ``deadline`` is the last permitted day, counted as ``working_days``."""

    district_code: str
    id: str
    number: str
    violation_id: str
    kind: str
    rule: str
    facts: str
    facts_en: str
    basis: str
    demand: str
    opinion: str
    deadline: date
    working_days: int
    drafted_by: str
    approved_by: str
    document_id: str
    issued_at: datetime
    state: str
    extended_by: str | None = None
    extension_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What the public is told of an order (挂牌督办)."""

    district_code: str
    department: str
    number: str
    demand: str
    deadline: date
    state: str


@dataclass(frozen=True, slots=True)
class Card:
    """A yellow or red card. ``colour`` is the one in force, ``issued_colour`` the one that was issued."""

    district_code: str
    id: str
    number: str
    violation_id: str
    department: str
    document_id: str
    colour: str
    issued_colour: str
    state: str
    issued_by: str
    issued_at: datetime
    opinion: str
    deemed: bool
    delivered_at: datetime | None
    received_by: str | None
    superseded_by: str | None
    basis_reason: str | None

    @property
    def in_force(self) -> bool:
        """Whether it counts: issued, neither revoked nor cancelled, and no other card took its place."""
        return self.state in IN_FORCE and self.superseded_by is None


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal against a card, or against the order where ``card_id`` is None."""

    district_code: str
    id: str
    violation_id: str
    card_id: str | None
    grounds: str
    filed_by: str
    filed_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    body: str | None = None
    admitted_by: str | None = None
    admitted_at: datetime | None = None
    stayed: bool | None = None
    votes: Any = None


@dataclass(frozen=True, slots=True)
class Rectification:
    """One report of rectification; ``outcome`` is None while it waits for verification."""

    district_code: str
    violation_id: str
    round: int
    measures: str
    evidence: Any
    signed_by: str
    submitted_at: datetime
    deadline: date
    on_time: bool
    next_deadline: date | None
    outcome: str | None
    verified_by: str | None
    verified_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who held the clock on which step, in working days; ``person`` None: nobody had taken it up."""

    district_code: str
    violation_id: str
    number: int
    department: str
    element: str
    step: str
    step_en: str
    role: str | None
    person: str | None
    working_days: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A record of 督查; ``kind`` is documents, visit or interview."""

    district_code: str
    warning_id: str
    number: int
    kind: str
    place: str
    present: str
    record: str
    inspected_by: str
    recorded_at: datetime
    files: Any


@dataclass(frozen=True, slots=True)
class OrderCopy:
    """An order's copy at another department (joint) or at the district's organ (forwarded), with its answer."""

    district_code: str
    id: str
    order_id: str
    violation_id: str
    department: str
    kind: str
    sent_at: datetime
    deadline: date
    signed_by: str | None
    answered_by: str | None
    signed_at: datetime | None
    answered_at: datetime | None
    answer: str | None
    files: Any


@dataclass(frozen=True, slots=True)
class PersonalMeasure:
    """What is proposed about a person: talk (诫勉谈话) or transfer (调离岗位)."""

    district_code: str
    id: str
    person: str
    violation_id: str
    kind: str
    reason: str
    reason_en: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline: ``kind`` is a stable code, ``ref`` a number or round, ``note`` free text."""

    at: datetime
    kind: str
    actor: str | None = None
    ref: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """All that is known of a violation; ``warning`` is the leading row that it was confirmed from, ``findings`` all."""

    violation: Violation
    warning: Mapping[str, Any]
    explanation: Explanation | None
    order: Order | None
    cards: tuple[Card, ...]
    appeals: tuple[Appeal, ...]
    rectifications: tuple[Rectification, ...]
    timeline: tuple[Event, ...]
    findings: tuple[Mapping[str, Any], ...] = ()
    inspections: tuple[Inspection, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    copies: tuple[OrderCopy, ...] = ()
    measures: tuple[PersonalMeasure, ...] = ()

    @property
    def card(self) -> Card | None:
        """The card that no other replaced."""
        return next((card for card in self.cards if card.superseded_by is None), None)
