"""The tables of supervision (SQLAlchemy Core). Their history is in ``migrations/``, with the engine's.

Tables that grow carry ``district_code`` first in their keys, so that they can be partitioned by
district. Instants are aware UTC (``UtcDateTime``), days are dates of the calendar's own zone.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from engine.db import Json, UtcDateTime
from monitors.assessment_tables import (
    deduction,
    score,
    score_adjustment,
    score_mark,
    score_objection,
    score_publication,
    score_sheet,
    sheet_proposal,
)
from monitors.clock_tables import calendar_decree, clock_request, moved_limit, work_hours
from monitors.columns import metadata
from monitors.item_tables import article_text, item, item_proposal
from monitors.notice_tables import contact, delivery, delivery_notice, notice
from monitors.outcome_tables import (
    appeal,
    card,
    document,
    evidence_file,
    explanation,
    inspection,
    order_copy,
    personal_measure,
    rectification,
    responsibility,
    supervision_order,
    violation,
    violation_finding,
)
from monitors.record_tables import bulletin, case_record, step_record
from monitors.set_tables import data_load, data_set_hit, data_set_row
from monitors.warning_tables import (
    absence,
    calendar_edition,
    observation,
    recall,
    recalled,
    waiver,
    warning,
    warning_act,
)

__all__ = [
    "absence",
    "alert",
    "appeal",
    "article_text",
    "bulletin",
    "calendar",
    "calendar_day",
    "calendar_edition",
    "calendar_decree",
    "card",
    "case_record",
    "clock_request",
    "contact",
    "counter",
    "data_finding",
    "data_load",
    "data_set_hit",
    "data_set_row",
    "deduction",
    "delivery",
    "delivery_notice",
    "department",
    "district",
    "document",
    "envelope",
    "evidence_file",
    "explanation",
    "grant",
    "inspection",
    "item",
    "item_proposal",
    "metadata",
    "observation",
    "moved_limit",
    "notice",
    "order_copy",
    "person",
    "personal_measure",
    "recall",
    "recalled",
    "rectification",
    "responsibility",
    "score",
    "score_adjustment",
    "score_mark",
    "score_objection",
    "score_publication",
    "score_sheet",
    "step_record",
    "sheet_proposal",
    "supervision_order",
    "violation",
    "violation_finding",
    "waiver",
    "warning",
    "warning_act",
    "work_hours",
]

# --- who: small, slow tables -------------------------------------------------------------------

district = Table(
    "district",
    metadata,
    Column("code", String(32), primary_key=True),  # GB/T 2260, such as 370202
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("city", Boolean, nullable=False),  # the city itself: its people may hold grants everywhere
    Column("calendar_code", String(32)),  # None: the default calendar
    Column("zone", String(64)),  # IANA name; None: the default zone
)

department = Table(
    "department",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("peer_group", String(64)),  # like departments, ranked among each other
    ForeignKeyConstraint(["district_code"], ["district.code"]),
)

person = Table(
    "person",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("active", Boolean, nullable=False),
)

grant = Table(
    "grant",
    metadata,
    Column("person_id", String(120), primary_key=True),
    Column("role", String(64), primary_key=True),
    Column("district_code", String(32), primary_key=True),  # or *
    Column("department", String(64), primary_key=True),  # or *
    Column("valid_from", UtcDateTime),  # None: always was
    Column("valid_to", UtcDateTime),  # first instant that is no longer covered; None: still is
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    Index("ix_grant_role", "role", "district_code", "department"),
)

# --- by what: calendars --------------------------------------------------------------

calendar = Table(
    "calendar",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("version", Integer, nullable=False),  # grows with each change of its days
    Column("base", String(32)),  # the calendar that holds on every day of which this one says nothing
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("calendar_code", String(32), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("kind", String(16), nullable=False),  # WORK WEEKEND HOLIDAY ADJUSTED_WORK ADJUSTED_REST LOCAL_OFF
    Column("name", String(100), nullable=False),
    Column("source_doc", String(200), nullable=False),
    Column("confirmed", Boolean, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),  # such as W-2026
    Column("value", Integer, nullable=False),
)

# --- what was found ----------------------------------------------------------------------------

# What live pages read, in order of id. One serial for all districts: a page remembers one number.
alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("district_code", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("warning_id", String(64)),
    Column("department", String(64), nullable=False),
    Column("level", String(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_alert_district", "district_code", "id"),
    sqlite_autoincrement=True,
)

# --- feeds -------------------------------------------------------------------------------------

envelope = Table(
    "envelope",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("event_id", String(100), primary_key=True),
    Column("case_no", String(200), nullable=False),
    Column("event_type", String(100), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("payload", Json, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("source", "event_id"),
    Index("ix_envelope_case", "district_code", "case_no", "occurred_at"),
)

data_finding = Table(
    "data_finding",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("case_no", String(200), nullable=False),
    Column("case_id", String(64)),
    Column("kind", String(32), nullable=False),
    Column("details", Json, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Index("ix_data_finding_case", "district_code", "case_no"),
)
