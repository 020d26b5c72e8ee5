"""items change by two people, and articles are read

An item's version may have a last day; a change of one waits as a proposal. The text of an article of law is entered by one
person and confirmed by another. A card says why its issuer cites a basis that nobody has verified.

Revision: 0021, after 0018.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("item") as batch_op:
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
    with op.batch_alter_table("card") as batch_op:
        batch_op.add_column(sa.Column("basis_reason", sa.Text(), nullable=True))
    op.create_table(
        "item_proposal",
        *_key(),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("body", JSON, nullable=False),
        *_proposed(),
        sa.PrimaryKeyConstraint("district_code", "id", name="pk_item_proposal"),
        sa.UniqueConstraint("number", name="uq_item_proposal_number"),
    )
    op.create_index("ix_item_proposal_code", "item_proposal", ["code", "proposed_at"])
    op.create_table(
        "article_text",
        *_key(),
        sa.Column("law", sa.String(length=200), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        *_proposed(),
        sa.PrimaryKeyConstraint("district_code", "id", name="pk_article_text"),
        sa.UniqueConstraint("number", name="uq_article_text_number"),
    )
    op.create_index("ix_article_text_article", "article_text", ["law", "article"])


def downgrade() -> None:
    op.drop_table("article_text")
    op.drop_table("item_proposal")
    with op.batch_alter_table("card") as batch_op:
        batch_op.drop_column("basis_reason")
    with op.batch_alter_table("item") as batch_op:
        batch_op.drop_column("valid_until")


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
    ]


def _proposed() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
    ]
