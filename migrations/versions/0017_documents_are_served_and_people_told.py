"""documents are served, and people are told

A document says which body issued it, what it is about, and when and how it was served. A document of before was the
supervision organ's, about a violation; a card's delivery is the service of its paper.

Revision: 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
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
    _notices()
    _deliveries()


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("warning_id", sa.String(length=64), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_person", "notice", ["person", "read_at", "at"])
    op.create_index("ix_notice_warning", "notice", ["warning_id"])
    op.create_table(
        "contact",
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("mail", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("digest_at", sa.String(length=5), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_contact")),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("body", JSON, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("run_after", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "run_after"])
    op.create_index("ix_delivery_created", "delivery", ["created_at", "id"])
    op.create_table(
        "delivery_notice",
        sa.Column("delivery_id", sa.String(length=64), nullable=False),
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name=op.f("pk_delivery_notice")),
    )
    op.create_index("ix_delivery_notice_notice", "delivery_notice", ["notice_id"])


def downgrade() -> None:
    for table in ("delivery_notice", "delivery", "contact", "notice"):
        op.drop_table(table)
    op.drop_index("ix_document_of", "document")
    op.execute("delete from document where about = 'case'")
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_constraint("uq_document_issuer_number", type_="unique")
        batch_op.create_unique_constraint("uq_document_number", ["number"])
        for column in ("deemed", "served_by", "received_by", "service", "served_at", "issued_at", "issuer", "about"):
            batch_op.drop_column(column)
        batch_op.alter_column("number", type_=sa.String(length=64), existing_nullable=False)
