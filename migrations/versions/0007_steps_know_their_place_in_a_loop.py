"""steps know their place in a loop

A step that is done once for each item of a list shows which item it is for. Two indexes keep a command's reads as
short as what is open, however long the case's past is.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("local", JSON, nullable=True))
    op.execute("update task set local = '{}'")
    with op.batch_alter_table("task") as batch_op:
        batch_op.alter_column("local", existing_type=JSON, nullable=False)
    op.create_index("history_open", "history", ["instance_id", "outcome"])


def downgrade() -> None:
    op.drop_index("history_open", table_name="history")
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_column("local")
