"""scores are published

Sheets that are drawn and reviewed, points that people give, the publication of a period's scores, objections, and
the peer group that a department is ranked in.

Revision: 0019, after 0018.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("department") as batch_op:
        batch_op.add_column(sa.Column("peer_group", sa.String(length=64), nullable=True))
    _proposed(
        "sheet_proposal",
        *_texts("code"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("body", JSON, nullable=False),
    )
    _proposed(
        "score_mark",
        *_texts("department", "period", "sheet", "item"),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    op.create_index("ix_score_mark_of", "score_mark", ["district_code", "department", "sheet", "period"])
    op.create_table(
        "score_publication",
        sa.Column("district_code", sa.String(length=12), nullable=False),
        *_texts("period", "sheet"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "period", "sheet", name="pk_score_publication"),
    )
    _proposed(
        "score_objection",
        *_texts("department", "period", "sheet"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=32), nullable=False),
        sa.Column("line_period", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("warning_id", sa.String(length=64), nullable=True),
        sa.Column("card_id", sa.String(length=64), nullable=True),
    )
    op.create_index("ix_score_objection_of", "score_objection", ["district_code", "period", "sheet", "department"])


def downgrade() -> None:
    for table in ("score_objection", "score_publication", "score_mark", "sheet_proposal"):
        op.drop_table(table)
    with op.batch_alter_table("department") as batch_op:
        batch_op.drop_column("peer_group")


def _proposed(name: str, *columns: sa.Column[Any]) -> None:
    """A table of what one person proposes and another decides."""
    op.create_table(
        name,
        sa.Column("district_code", sa.String(length=12), nullable=False),
        *_texts("id"),
        *columns,
        *_texts("number"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("district_code", "id", name=f"pk_{name}"),
        sa.UniqueConstraint("number", name=f"uq_{name}_number"),
    )


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(length=64), nullable=False) for name in names]
