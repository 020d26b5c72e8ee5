"""documents are served, and people are told

A document says which body issued it, what it is about, and when and how it was served. A document of before was the
supervision organ's, about a violation; a card's delivery is the service of its paper.

Revision: 0017, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CARDS = (
    "update document set issued_at = (select card.issued_at from card where card.document_id = document.id),"
    " served_at = (select card.delivered_at from card where card.document_id = document.id),"
    " received_by = (select card.received_by from card where card.document_id = document.id),"
    " deemed = coalesce((select card.deemed from card where card.document_id = document.id), deemed)"
    " where id in (select card.document_id from card)"
)
ORDERS = (
    "update document set issued_at ="
    " (select supervision_order.issued_at from supervision_order where supervision_order.document_id = document.id)"
    " where id in (select supervision_order.document_id from supervision_order)"
)


def upgrade() -> None:
    with op.batch_alter_table("document") as batch_op:
        batch_op.alter_column("number", type_=sa.String(length=200), existing_nullable=False)
        batch_op.add_column(sa.Column("about", sa.String(length=16), nullable=False, server_default="violation"))
        batch_op.add_column(sa.Column("issuer", sa.String(length=160), nullable=False, server_default="organ"))
        batch_op.add_column(sa.Column("issued_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("served_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("service", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("received_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("served_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("deemed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint("uq_document_number", type_="unique")
        batch_op.create_unique_constraint("uq_document_issuer_number", ["issuer", "number"])
    op.execute(CARDS)
    op.execute(ORDERS)
    op.execute("update document set service = 'signed' where served_at is not null")
    with op.batch_alter_table("document") as batch_op:
        for column in ("about", "issuer", "deemed"):
            batch_op.alter_column(column, server_default=None)
    op.create_index("ix_document_of", "document", ["related", "kind"])


def downgrade() -> None:
    op.drop_index("ix_document_of", "document")
    op.execute("delete from document where about = 'case'")
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_constraint("uq_document_issuer_number", type_="unique")
        batch_op.create_unique_constraint("uq_document_number", ["number"])
        for column in ("deemed", "served_by", "received_by", "service", "served_at", "issued_at", "issuer", "about"):
            batch_op.drop_column(column)
        batch_op.alter_column("number", type_=sa.String(length=64), existing_nullable=False)
