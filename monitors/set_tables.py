"""The tables of data sets: rows of other departments, how they came, and which of them a check hit.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint

from engine.db import Json, UtcDateTime
from monitors.columns import Amount, key, may, metadata, must

# What rules compare cases with; a correction is the same row recorded again.
data_set_row = Table(
    "data_set_row",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("set", String(64), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("recorded_at", UtcDateTime, primary_key=True),
    Column("key", String(200), nullable=False),
    Column("day", Date, nullable=False),  # the day it speaks of
    Column("amount", Amount),
    Column("withdrawn", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Column("load_id", String(64)),  # None: it came with the product
    Index("ix_data_set_row_key", "set", "key", "day"),
    Index("ix_data_set_row_day", "set", "day"),
    Index("ix_data_set_row_load", "load_id"),
)

# A file of rows that somebody entered. Rules see its rows from ``completed_at`` on, all at once.
data_load = Table(
    "data_load",
    metadata,
    *key("id"),
    *must(String(32), "number"),  # DL-2026-000001
    *must(String(64), "set"),
    *must(String(200), "file", "source"),
    *must(String(64), "hash"),  # SHA-256 of the file
    *must(String(16), "state"),  # loading loaded
    *must(String(120), "loaded_by"),
    *must(UtcDateTime, "loaded_at"),
    *may(UtcDateTime, "completed_at"),
    *must(BigInteger, "new", "corrected", "unchanged", "refused"),  # rows
    *must(Json, "refusals"),  # the first of them: [line, field, expected, found]
    UniqueConstraint("number"),
    Index("ix_data_load_set", "set", "loaded_at"),
)

# A row that a check over a whole set hit, with the case that was opened for it: one for each recording of a row.
data_set_hit = Table(
    "data_set_hit",
    metadata,
    Column("district_code", String(32), primary_key=True),  # of the row
    Column("definition", String(120), primary_key=True),
    Column("set", String(64), primary_key=True),
    Column("row_id", String(100), primary_key=True),
    Column("recorded_at", UtcDateTime, primary_key=True),  # of the row
    *must(String(64), "case_id"),
    *must(UtcDateTime, "found_at"),
    *must(Integer, "warnings"),
    *may(UtcDateTime, "settled_at"),  # none of its warnings waits for corrected data any more
    Index("ix_data_set_hit_case", "case_id"),
    Index("ix_data_set_hit_standing", "definition", "settled_at"),
)
