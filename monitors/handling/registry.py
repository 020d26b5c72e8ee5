"""The handlers by name: what the service tasks of the supervision models call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.handlers import Handlers
from monitors.handling import (
    appeals,
    cards,
    copies,
    findings,
    inspections,
    orders,
    own,
    raising,
    rectifications,
    revoking,
    telling,
    weighing,
)
from monitors.handling.given import CalendarSource
from monitors.handling.policy import Escalations

# By what they are given beside the call.
_PLAIN: tuple[Callable[..., Any], ...] = (
    findings.record_explanation,
    findings.close_warning,
    findings.close_violation,
    inspections.record_inspection,
    cards.take_level,
    appeals.file_appeal,
    weighing.weigh_violation,
    weighing.mark_late,
    copies.sign_copy,
    copies.answer_copy,
    revoking.revoke_violation,
    own.settle_own_deadline,
    telling.remind,
)
_WITH_CALENDARS: tuple[Callable[..., Any], ...] = (
    orders.issue_order,
    orders.extend_rectification,
    cards.record_receipt,
    cards.deem_delivered,
    appeals.admit_appeal,
    appeals.decide_appeal,
    rectifications.record_rectification,
    rectifications.verify_rectification,
    weighing.issue_proposal,
    raising.raise_finding,
)
_COUNTING: tuple[Callable[..., Any], ...] = (
    findings.note_unanswered,
    findings.confirm_violation,
    cards.issue_card,
)
_NONE = Escalations()


def register(handlers: Handlers, calendars: CalendarSource, escalations: Escalations = _NONE) -> None:
    """Register the handlers of the models in ``bpmn/supervision`` (docs/architecture.md, the violation process)."""
    for plain in _PLAIN:
        handlers.register(plain.__name__, plain)
    for dated in _WITH_CALENDARS:
        handlers.register(dated.__name__, partial(dated, calendars=calendars))
    for counting in _COUNTING:
        handlers.register(counting.__name__, partial(counting, calendars=calendars, escalations=escalations))
