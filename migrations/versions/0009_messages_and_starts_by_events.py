"""messages between cases, and cases that begin by themselves

A message that nobody waits for yet is kept as a job and found by its name and key. The start events that a
message, a signal or a time triggers are rows, so that none of them needs every model read.

Revision: 0009, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as batch_op:
        batch_op.add_column(sa.Column("message", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("correlation_key", sa.String(200), nullable=True))
    op.create_index("job_by_message", "job", ["message", "correlation_key", "state"])
    op.create_table(
        "entry",
        sa.Column("definition", sa.String(120), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("element", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("catch_up", sa.String(16), nullable=False),
        sa.Column("armed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("entry_by_name", "entry", ["kind", "name"])
    op.create_index("entry_due", "entry", ["due"])


def downgrade() -> None:
    op.drop_table("entry")
    op.drop_index("job_by_message", table_name="job")
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_column("correlation_key")
        batch_op.drop_column("message")
