"""models bring their decisions

A deployed model keeps the DMN files that its business rule tasks use, as a list of base64 texts. Null: it uses none.

Revision: 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("definition") as batch_op:
        batch_op.add_column(sa.Column("decisions", JSON, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("definition") as batch_op:
        batch_op.drop_column("decisions")
