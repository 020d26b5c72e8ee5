"""data sets that rules ask

Rows that other departments hold, such as payments or the register of deaths. A correction is the same row recorded
again; nothing is overwritten.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_set_row",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("set", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "set", "id", "recorded_at", name=op.f("pk_data_set_row")),
    )
    op.create_index("ix_data_set_row_key", "data_set_row", ["set", "key", "day"])
    op.create_index("ix_data_set_row_day", "data_set_row", ["set", "day"])


def downgrade() -> None:
    op.drop_index("ix_data_set_row_day", table_name="data_set_row")
    op.drop_index("ix_data_set_row_key", table_name="data_set_row")
    op.drop_table("data_set_row")
