"""how late a timer fired, what people decided about it, and more of a worker's sign of life

One step, small and named. Expand first, contract in a later release: a running web or
worker of the release before must still be able to read what this step leaves.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_ms", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("manual", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
    with op.batch_alter_table("beat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ahead_seconds", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("refused", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("beat", schema=None) as batch_op:
        batch_op.drop_column("refused")
        batch_op.drop_column("ahead_seconds")
        batch_op.drop_column("started_at")
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_column("manual")
        batch_op.drop_column("late_ms")
