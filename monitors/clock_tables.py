"""The tables of the legal clock: what changes calendars, and what that changed in open cases."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from engine.db import Json, UtcDateTime
from monitors.columns import metadata

# Office hours, from a day on until the next row's.
work_hours = Table(
    "work_hours",
    metadata,
    Column("calendar_code", String(32), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("spans", Json, nullable=False),  # [["09:00", "12:00"], ["13:30", "17:30"]]
    Column("source_doc", String(200), nullable=False),
)

calendar_decree = Table(
    "calendar_decree",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("calendar_code", String(32), nullable=False),
    Column("district_code", String(32)),  # None: of the calendar that all districts share
    Column("year", Integer),  # the notice of that whole year; None: only the days that are named
    Column("title", String(200), nullable=False),
    Column("valid_from", Date, nullable=False),  # it says nothing of earlier days
    Column("days", Json, nullable=False),
    Column("hours", Json, nullable=False),  # tables of office hours
    Column("state", String(16), nullable=False),  # provisional confirmed rejected
    Column("proposed_by", String(120), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", String(120)),
    Column("decided_at", UtcDateTime),
    Column("opinion", Text),
    Index("ix_calendar_decree_of", "calendar_code", "state", "decided_at"),
)

# An act on a case's clock that one person asks for and another decides.
clock_request = Table(
    "clock_request",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("case_no", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("act", String(16), nullable=False),  # suspend correct
    Column("arguments", Json, nullable=False),
    Column("state", String(16), nullable=False),  # asked granted refused
    Column("asked_by", String(120), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", String(120)),
    Column("decided_at", UtcDateTime),
    Column("opinion", Text),
    Index("ix_clock_request_case", "case_id", "state"),
    Index("ix_clock_request_id", "id"),
)

# What a changed calendar did to the limits of open cases.
moved_limit = Table(
    "moved_limit",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("decree", String(64), primary_key=True),
    Column("timer_id", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("case_no", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("element", String(200), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("rung", String(64), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # moved, or no_longer_due: it has fired and would not have
    Column("before", UtcDateTime),
    Column("after", UtcDateTime),
    Column("warning_id", String(64)),
    Column("moved_at", UtcDateTime, nullable=False),
    Index("ix_moved_limit_of", "decree", "kind", "case_no"),
    Index("ix_moved_limit_case", "district_code", "case_id"),
)
