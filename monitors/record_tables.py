"""The tables of statistics: one row for each business case, one for each passage of its steps; bulletins as issued.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from engine.db import Json, UtcDateTime
from monitors.columns import Amount, Ratio, key, may, metadata, must


def _of_case() -> list[Column[Any]]:
    """The engine's key of a case."""
    return [Column("district_code", String(32), primary_key=True), Column("case_id", String(64), primary_key=True)]


# What statistics count of a case, written when it begins, is accepted and ends. Days are of the case's own zone.
case_record = Table(
    "case_record",
    metadata,
    *_of_case(),
    *must(String(200), "case_no"),
    *must(String(120), "definition"),
    *must(Integer, "version"),
    *must(String(16), "system"),  # the domain code, such as AA; empty where the model names none
    *must(String(64), "department"),
    *may(String(64), "item"),
    *may(Text, "item_name", "item_name_en"),
    *must(String(16), "state"),  # open ended cancelled
    *must(UtcDateTime, "received_at"),
    *must(Date, "received_on"),
    *may(Date, "accepted_on", "decided_on", "closed_on"),
    *may(UtcDateTime, "closed_at"),
    *may(String(32), "intake", "decision"),  # as entered: accepted rejected …; granted denied withdrawn terminated …
    # Working days: promised, by law, and used from the acceptance to the decision, net of suspensions (B.6).
    *may(Integer, "promised_wd", "statutory_wd", "used_wd"),
    *may(Boolean, "on_the_spot"),
    *may(Ratio, "speed_up", "promised_speed_up"),  # of the limit by law
    *may(Integer, "rating"),  # 1 to 5 as the applicant gave it
    # Amounts in yuan.
    *may(Amount, "fee", "fee_waived", "budget", "deal", "start_price"),
    *may(Amount, "planned", "received", "arranged", "paid", "disbursed"),
    Index("ix_case_record_closed_on", "closed_on"),
    Index("ix_case_record_received_on", "received_on"),
    Index("ix_case_record_department", "district_code", "department", "closed_on"),
)

_COUNTED = ("code", "district_code", "department", "version", "item", "system", "minutes", "working_days")
# How long each passage of a person's step took, written when the case ends.
step_record = Table(
    "step_record",
    metadata,
    *_of_case(),
    Column("element", String(200), primary_key=True),
    Column("occurrence", Integer, primary_key=True),
    # Of the case, as it was when it ended: hundreds of thousands of rows are counted without looking at their cases.
    *must(String(120), "definition"),
    *must(Integer, "version"),
    *must(String(16), "system"),
    *must(String(64), "department"),
    *may(String(64), "item"),
    *may(String(32), "code"),
    *must(Text, "name", "name_en"),
    *must(Date, "completed_on"),
    *must(Integer, "minutes"),  # by the clock on the wall
    *must(Integer, "working_days"),  # net of suspensions
    Index("ix_step_record_counted", "completed_on", "definition", "element", *_COUNTED),
)

# A bulletin (通报) as it was issued: what is corrected later changes nothing here.
bulletin = Table(
    "bulletin",
    metadata,
    *key("id"),
    *must(String(64), "number"),  # 通报〔2026〕3号
    *must(String(16), "period"),  # 2026-03 or 2026Q1
    *must(Date, "first_day", "last_day"),
    *must(UtcDateTime, "issued_at"),
    *must(String(120), "issued_by"),
    *must(Json, "body"),
    UniqueConstraint("number"),
    UniqueConstraint("district_code", "period", name="uq_bulletin_district_code_period"),
)
