"""models call models

A version keeps which versions of other models it calls, as a list of name, version and hash. Null: it calls none.

Revision: 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("definition") as batch_op:
        batch_op.add_column(sa.Column("calls", JSON, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("definition") as batch_op:
        batch_op.drop_column("calls")
