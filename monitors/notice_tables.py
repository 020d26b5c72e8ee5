"""The tables of telling people: notices, the messages that carry them outside, and how each person is reached.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from engine.db import Json, UtcDateTime
from monitors.columns import key, may, metadata, must

# One for each person and alert; what a person sees in the product.
notice = Table(
    "notice",
    metadata,
    *key("id"),  # follows from alert and person: told once, however often we try
    *must(Integer, "alert_id"),
    *must(String(120), "person"),
    *must(String(32), "kind"),
    *must(String(16), "level"),
    *must(String(64), "department"),
    *may(String(64), "warning_id"),
    *must(Json, "body"),  # message, message_en, number, case_no
    *must(UtcDateTime, "at"),
    *may(UtcDateTime, "read_at"),
    Index("ix_notice_person", "person", "read_at", "at"),
    Index("ix_notice_warning", "warning_id"),
)

# The outbox: a message over one channel to one address.
delivery = Table(
    "delivery",
    metadata,
    Column("id", String(64), primary_key=True),  # the idempotency key that the receiver sees
    *must(String(16), "channel", "state"),  # mail webhook sms; waiting sending sent dead
    *must(String(300), "address"),
    *may(String(120), "person"),
    *must(String(16), "language"),
    *must(Boolean, "digest"),
    *may(Json, "body"),  # of a webhook; people's messages are made from their notices
    *must(UtcDateTime, "created_at", "run_after"),
    *must(Integer, "attempts", "doubts"),  # doubts: how often it may have arrived without our knowing
    *may(Text, "error"),
    *may(UtcDateTime, "sent_at"),
    Index("ix_delivery_due", "state", "run_after"),
    Index("ix_delivery_created", "created_at", "id"),
)

delivery_notice = Table(
    "delivery_notice",
    metadata,
    Column("delivery_id", String(64), primary_key=True),
    Column("notice_id", String(64), primary_key=True),
    Index("ix_delivery_notice_notice", "notice_id"),
)

# How a person wants to be reached; without a row: Chinese, in the product only.
contact = Table(
    "contact",
    metadata,
    Column("person", String(120), primary_key=True),
    *must(String(16), "language"),
    *may(String(300), "mail"),
    *may(String(32), "phone"),
    *may(String(5), "digest_at", "quiet_from", "quiet_to"),  # 18:00, of the city's clock
)
