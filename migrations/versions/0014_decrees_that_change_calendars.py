"""decrees that change calendars, and acts on clocks that two people do

A calendar may rest on another; what changes its days is handed in by one person and confirmed by another; what that
moved in open cases is kept. Stopping a clock and correcting a time are asked for by one person and decided by
another; a stop names the written notice to the applicant.

Revision: 0014, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("suspension") as batch_op:
        batch_op.add_column(sa.Column("notice", sa.String(length=200), nullable=True))
    op.create_table(
        "clock_request",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_clock_request")),
    )
    op.create_index("ix_clock_request_case", "clock_request", ["case_id", "state"])
    op.create_index("ix_clock_request_id", "clock_request", ["id"])
    with op.batch_alter_table("calendar") as batch_op:
        batch_op.add_column(sa.Column("base", sa.String(length=32), nullable=True))
    op.create_table(
        "calendar_decree",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("calendar_code", sa.String(length=32), nullable=False),
        sa.Column("district_code", sa.String(length=32), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("days", JSON, nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_decree")),
    )
    op.create_index("ix_calendar_decree_of", "calendar_decree", ["calendar_code", "state", "decided_at"])
    op.create_table(
        "work_hours",
        sa.Column("calendar_code", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("spans", JSON, nullable=False),
        sa.Column("source_doc", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("calendar_code", "valid_from", name=op.f("pk_work_hours")),
    )
    op.create_table(
        "moved_limit",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("decree", sa.String(length=64), nullable=False),
        sa.Column("timer_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("rung", sa.String(length=64), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warning_id", sa.String(length=64), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "decree", "timer_id", name=op.f("pk_moved_limit")),
    )
    op.create_index("ix_moved_limit_of", "moved_limit", ["decree", "kind", "case_no"])
    op.create_index("ix_moved_limit_case", "moved_limit", ["district_code", "case_id"])


def downgrade() -> None:
    op.drop_index("ix_moved_limit_case", table_name="moved_limit")
    op.drop_index("ix_moved_limit_of", table_name="moved_limit")
    op.drop_table("moved_limit")
    op.drop_table("work_hours")
    op.drop_index("ix_calendar_decree_of", table_name="calendar_decree")
    op.drop_table("calendar_decree")
    with op.batch_alter_table("calendar") as batch_op:
        batch_op.drop_column("base")
    op.drop_index("ix_clock_request_id", table_name="clock_request")
    op.drop_index("ix_clock_request_case", table_name="clock_request")
    op.drop_table("clock_request")
    with op.batch_alter_table("suspension") as batch_op:
        batch_op.drop_column("notice")
