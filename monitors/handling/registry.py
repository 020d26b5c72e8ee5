"""Puts the handlers of the violation process under the names that the diagram calls."""

from __future__ import annotations

from functools import partial

from engine.handlers import Handlers
from monitors.handling.appeals import decide_appeal, file_appeal
from monitors.handling.cards import deem_delivered, issue_card, record_receipt
from monitors.handling.findings import (
    close_violation,
    close_warning,
    confirm_violation,
    record_explanation,
)
from monitors.handling.given import CalendarSource
from monitors.handling.orders import issue_order
from monitors.handling.rectifications import record_rectification, verify_rectification
from monitors.handling.telling import remind


def register(handlers: Handlers, calendars: CalendarSource) -> None:
    """Register the handlers of ``violation_handling`` (docs/architecture.md, the violation process)."""
    for plain in (
        record_explanation,
        close_warning,
        record_receipt,
        deem_delivered,
        file_appeal,
        close_violation,
        remind,
    ):
        handlers.register(plain.__name__, plain)
    for counting in (
        confirm_violation,
        issue_order,
        issue_card,
        decide_appeal,
        record_rectification,
        verify_rectification,
    ):
        handlers.register(counting.__name__, partial(counting, calendars=calendars))
