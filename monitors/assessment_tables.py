"""The tables of the assessment: sheets, scores, what took points, publication and objection.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from engine.db import Json, UtcDateTime
from monitors.columns import Points, key, may, metadata, must

score_sheet = Table(
    "score_sheet",
    metadata,
    *key("code"),  # district_code * is everywhere
    Column("version", Integer, primary_key=True),
    *must(Date, "valid_from"),
    *must(Json, "body"),
)

score = Table(
    "score",
    metadata,
    *key("department", "period", "sheet"),  # period: a year, 2026
    Column("version", Integer, primary_key=True),
    *must(Points, "points", "total"),
    *must(String(16), "grade"),
    *must(UtcDateTime, "computed_at"),
    *must(Json, "body"),
    *may(UtcDateTime, "frozen_at"),  # from then on nothing here changes; what comes out otherwise is an adjustment
    *may(String(64), "frozen_by"),
)

# What became known after the freeze, in either direction: the sheet stays, this stands beside it.
score_adjustment = Table(
    "score_adjustment",
    metadata,
    *key("department", "period", "sheet"),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    *must(Points, "total_before", "total_after"),
    *must(String(16), "grade_before", "grade_after"),
    *must(UtcDateTime, "made_at"),
    *must(Json, "body"),  # the result as it would be now, and the lines that came or went
)

# The lines of a score: every point taken, down to the warning and the timer that fired.
deduction = Table(
    "deduction",
    metadata,
    *key("department", "period", "sheet"),
    Column("version", Integer, primary_key=True),
    Column("line", Integer, primary_key=True),
    *must(String(32), "indicator"),  # or cards
    *must(Points, "points"),
    *may(String(64), "violation_id", "card_id", "warning_id", "case_id"),
    *may(UtcDateTime, "fact_at"),
    *must(Json, "body"),
)


def _proposed(*, prefix: str) -> list[SchemaItem]:
    """The columns of what one person proposes and another decides (``monitors/twopeople.py``)."""
    return [
        *must(String(64), "number"),
        *must(String(16), "state"),
        *must(Text, "reason"),
        *must(String(120), "proposed_by"),
        *must(UtcDateTime, "proposed_at"),
        *may(String(120), "decided_by"),
        *may(UtcDateTime, "decided_at"),
        *may(Text, "opinion"),
        UniqueConstraint("number", name=f"uq_{prefix}_number"),
    ]


# A version of a sheet that somebody drew; agreed to, its body stands in score_sheet too.
sheet_proposal = Table(
    "sheet_proposal",
    metadata,
    *key("id"),
    *must(String(64), "code"),
    *must(Integer, "version"),
    *must(Date, "valid_from"),
    *must(Json, "body"),
    *_proposed(prefix="sheet_proposal"),
)

# What people give: points of an indicator by hand or of the bonus, the number of punishments of a kind.
score_mark = Table(
    "score_mark",
    metadata,
    *key("id"),
    *must(String(64), "department", "period", "sheet", "item"),
    *must(Points, "points"),
    *must(Text, "evidence"),
    *_proposed(prefix="score_mark"),
    Index("ix_score_mark_of", "district_code", "department", "sheet", "period"),
)

# 公示: the sheets of a district's departments as they were known at that instant; ``until`` is the last day to object.
score_publication = Table(
    "score_publication",
    metadata,
    *key("period", "sheet"),
    *must(Integer, "version"),
    *must(UtcDateTime, "published_at"),
    *must(String(120), "published_by"),
    *must(Date, "until"),
)

# 异议: against one line of a published sheet.
score_objection = Table(
    "score_objection",
    metadata,
    *key("id"),
    *must(String(64), "department", "period", "sheet"),
    *must(Integer, "version"),
    *must(String(32), "indicator", "line_period"),
    *must(Points, "points"),  # what the line took when somebody objected
    *may(String(64), "warning_id", "card_id"),
    *_proposed(prefix="score_objection"),
    Index("ix_score_objection_of", "district_code", "period", "sheet", "department"),
)
