"""data sets are loaded

Files of rows are entered as loads; rows say which load they came with. What a check
over a whole set hit is kept. Rows that are there already came with no load.

Revision: 0022, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "data_load",
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("set", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("loaded_by", sa.String(length=120), nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.Column("completed_at", INSTANT, nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("new", "corrected", "unchanged", "refused")),
        sa.Column("refusals", JSON, nullable=False),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_data_load")),
        sa.UniqueConstraint("number", name=op.f("uq_data_load_number")),
    )
    op.create_index("ix_data_load_set", "data_load", ["set", "loaded_at"])
    op.create_table(
        "data_set_hit",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("definition", sa.String(length=120), nullable=False),
        sa.Column("set", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint(
            "district_code", "definition", "set", "row_id", "recorded_at", name=op.f("pk_data_set_hit")
        ),
    )
    op.create_index("ix_data_set_hit_case", "data_set_hit", ["case_id"])
    op.create_index("ix_data_set_hit_standing", "data_set_hit", ["definition", "settled_at"])
    with op.batch_alter_table("data_set_row") as batch_op:
        batch_op.add_column(sa.Column("load_id", sa.String(length=64), nullable=True))
    op.create_index("ix_data_set_row_load", "data_set_row", ["load_id"])


def downgrade() -> None:
    op.drop_index("ix_data_set_row_load", table_name="data_set_row")
    with op.batch_alter_table("data_set_row") as batch_op:
        batch_op.drop_column("load_id")
    op.drop_table("data_set_hit")
    op.drop_table("data_load")
